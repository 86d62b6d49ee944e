import { Button, Menu } from '@mantine/core';
import { IconChevronDown, IconLogout, IconUser } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { gateway } from '../gateway/gateway.js';
import { keys } from '../gateway/queries.js';
import { notifyFailure } from '../parts/notices.js';
import { session } from '../session/session.js';
import classes from './shell.module.css';

export function useAccount() {
  return useQuery({ queryKey: keys.account, queryFn: ({ signal }) => gateway.accounts.me({ signal }) });
}

/** The account that is signed in. */
export function AccountMenu() {
  const { data: account } = useAccount();
  return (
    <Menu position="bottom-start" shadow="md">
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          size="compact-md"
          rightSection={<IconChevronDown size={14} aria-hidden />}
          aria-label={`Account: ${account?.name ?? 'loading'}`}
          styles={{ root: { minWidth: 0, flexShrink: 1 } }}
        >
          <span className={classes.account}>{account?.name ?? '…'}</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {account ? <Menu.Label>{account.email}</Menu.Label> : null}
        <Menu.Item component={Link} href="/account" leftSection={<IconUser size={16} aria-hidden />}>
          Your account
        </Menu.Item>
        <Menu.Item
          leftSection={<IconLogout size={16} aria-hidden />}
          onClick={() => {
            session.signOut().catch((error: unknown) => {
              notifyFailure('You are still signed in', error);
            });
          }}
        >
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
