import { ActionIcon, Anchor, AppShell, Drawer, Group, Tooltip } from '@mantine/core';
import { useDisclosure, useMediaQuery } from '@mantine/hooks';
import { IconMenu2, IconPlugOff } from '@tabler/icons-react';
import { type ReactNode, useEffect } from 'react';
import { Link, useLocation } from 'wouter';
import { useIsAdministrator } from '../session/use-session.js';
import { AccountMenu } from './account-menu.js';
import { ClockControl } from './clock-control.js';
import { DOCS, isWithin, NAVIGATION, type NavigationItem } from './navigation.js';
import { SchemeToggle } from './scheme-toggle.js';
import { SearchBox } from './search-box.js';
import { Shortcuts } from './shortcuts.js';
import { useIsLost } from './use-reachability.js';
import classes from './shell.module.css';

const WIDE = '(min-width: 1100px)';
const PHONE = '(max-width: 699.98px)';

/** The frame around every page: navigation, account, clock, search. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const isWide = useMediaQuery(WIDE, true, { getInitialValueInEffect: false });
  const isPhone = useMediaQuery(PHONE, false, { getInitialValueInEffect: false });
  const [isOpen, { open, close }] = useDisclosure(false);
  const [location] = useLocation();
  useEffect(close, [location, close]);

  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: isWide ? 224 : 56, breakpoint: 700, collapsed: { mobile: true } }}
      padding="md"
      transitionDuration={0}
    >
      <AppShell.Header className={classes.bar}>
        <a className={classes.skip} href="#content">
          Skip to the content
        </a>
        {isPhone ? (
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label="Open the navigation" onClick={open}>
            <IconMenu2 size={20} />
          </ActionIcon>
        ) : null}
        <AccountMenu />
        <ClockControl />
        <SearchBox />
        <Group gap="xs" wrap="nowrap">
          <Shortcuts />
          <SchemeToggle />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className={classes.side}>{isPhone ? null : <Navigation isWide={isWide} />}</AppShell.Navbar>
      <Drawer opened={isOpen} onClose={close} title="Mock Payment Gateway" size={264}>
        <Navigation isWide />
      </Drawer>
      <AppShell.Main className={classes.main}>
        <LostBar />
        <div id="content" tabIndex={-1} className={classes.content}>
          {children}
        </div>
      </AppShell.Main>
    </AppShell>
  );
}

function LostBar() {
  if (!useIsLost()) return null;
  return (
    <div className={classes.lost} role="alert">
      <IconPlugOff size={18} aria-hidden />
      <span>The gateway does not answer. This page goes on by itself as soon as it is back.</span>
    </div>
  );
}

function Navigation({ isWide }: { readonly isWide: boolean }) {
  const isAdministrator = useIsAdministrator();
  return (
    <nav aria-label="Pages" className={classes.navigation} data-wide={isWide || undefined}>
      {NAVIGATION.map(({ label, items }) => (
        <div key={label}>
          <div className={classes.group}>{label}</div>
          <ul className={classes.items}>
            {items
              .filter(({ forAdministrators }) => !forAdministrators || isAdministrator)
              .map((item) => (
                <li key={item.path}>
                  <Item item={item} isWide={isWide} />
                </li>
              ))}
          </ul>
        </div>
      ))}
      <Anchor href={DOCS.path} target="_blank" className={classes.item} underline="never">
        <DOCS.icon size={18} aria-hidden />
        <span className={classes.itemLabel}>{DOCS.label}</span>
      </Anchor>
    </nav>
  );
}

function Item({
  item: { path, label, icon: Icon },
  isWide,
}: {
  readonly item: NavigationItem;
  readonly isWide: boolean;
}) {
  const [location] = useLocation();
  return (
    <Tooltip label={label} position="right" disabled={isWide}>
      <Link href={path} className={classes.item} aria-current={isWithin(location, path) ? 'page' : undefined}>
        <Icon size={18} aria-hidden />
        <span className={classes.itemLabel}>{label}</span>
      </Link>
    </Tooltip>
  );
}
