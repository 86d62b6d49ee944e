import { Button, Group, PasswordInput, Skeleton, Stack, TextInput } from '@mantine/core';
import { useInputState } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { type SubmitEvent } from 'react';
import type { Schemas } from '../../client/connection.js';
import { gateway } from '../gateway/gateway.js';
import { keys, queries } from '../gateway/queries.js';
import { Id } from '../parts/copyable.js';
import { ErrorNotice } from '../parts/error-notice.js';
import { Facts } from '../parts/facts.js';
import { notifyDone } from '../parts/notices.js';
import { Columns, Page, Section } from '../parts/page.js';
import { Time } from '../parts/time.js';
import { useAccount } from '../shell/account-menu.js';

type Account = Schemas['AccountDto'];

export default function AccountPage() {
  const { data: account, error, refetch } = useAccount();
  return (
    <Page title="Your account" lead="Your name, your e-mail and your password.">
      {error ? (
        <ErrorNotice error={error} what="The account could not be read" onRetry={() => void refetch()} />
      ) : account ? (
        <Columns
          story={
            <>
              <NameForm account={account} />
              <PasswordForm />
            </>
          }
          facts={
            <Section title="Details">
              <Facts
                facts={[
                  ['Id', <Id key="id" id={account.userId} />],
                  ['Role', account.role],
                  ['Created', <Time key="at" at={account.createdAt} />],
                ]}
              />
            </Section>
          }
        />
      ) : (
        <Skeleton height={320} />
      )}
    </Page>
  );
}

function NameForm({ account }: { readonly account: Account }) {
  const [name, setName] = useInputState(account.name);
  const [email, setEmail] = useInputState(account.email);
  const save = useMutation({
    mutationFn: () =>
      gateway.accounts.update({
        ...(name.trim() !== account.name && { name: name.trim() }),
        ...(email.trim() !== account.email && { email: email.trim() }),
      }),
    onSuccess: (changed) => {
      queries.setQueryData(keys.account, changed);
      notifyDone('Your account was changed.');
    },
  });
  const isSame = name.trim() === account.name && email.trim() === account.email;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Section title="Name and e-mail">
      <form onSubmit={submit}>
        <Stack maw={420}>
          <TextInput label="Name" required autoComplete="name" value={name} onChange={setName} />
          <TextInput label="E-mail" type="email" required autoComplete="email" value={email} onChange={setEmail} />
          {save.error ? <ErrorNotice error={save.error} what="Nothing was changed" /> : null}
          <Group>
            <Button type="submit" disabled={isSame} loading={save.isPending}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}

function PasswordForm() {
  const [currentPassword, setCurrent] = useInputState('');
  const [password, setPassword] = useInputState('');
  const save = useMutation({
    mutationFn: () => gateway.accounts.update({ password, ...(currentPassword !== '' && { currentPassword }) }),
    onSuccess: () => {
      setCurrent('');
      setPassword('');
      notifyDone('Your password was changed. Other sessions were ended.');
    },
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Section title="Password">
      <form onSubmit={submit}>
        <Stack maw={420}>
          <PasswordInput
            label="Current password"
            description="An account without a password, such as the demo merchant, leaves it empty."
            autoComplete="current-password"
            value={currentPassword}
            onChange={setCurrent}
          />
          <PasswordInput
            label="New password"
            description="8 characters or more."
            required
            autoComplete="new-password"
            value={password}
            onChange={setPassword}
          />
          {save.error ? <ErrorNotice error={save.error} what="The password was not changed" /> : null}
          <Group>
            <Button type="submit" disabled={password === ''} loading={save.isPending}>
              Change the password
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}
