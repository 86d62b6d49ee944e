import { Anchor, Button, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { type SubmitEvent, useEffect, useRef } from 'react';
import { useLocation, useSearch } from 'wouter';
import { ErrorNotice } from '../parts/error-notice.js';
import { session } from './session.js';
import { linkToken, signInTarget } from './sign-in-target.js';
import classes from './sign-in.module.css';

/** Signs in by e-mail and password, or by the one-time link that the address holds. */
export function SignIn() {
  useDocumentTitle('Sign in · Mock Payment Gateway');
  const [location, navigate] = useLocation();
  const search = useSearch();
  const target = signInTarget(search, location);
  const signIn = useMutation({
    mutationFn: (credentials: Parameters<typeof session.signIn>[0]) => session.signIn(credentials),
    onSuccess: () => {
      if (location === '/login') navigate(target, { replace: true });
    },
  });
  const link = useRef(linkToken(window.location.hash));
  const { mutate } = signIn;
  useEffect(() => {
    if (link.current === null) return;
    // The token is worth one exchange, so it does not stay in the address.
    history.replaceState(null, '', window.location.pathname + window.location.search);
    mutate({ link: link.current });
    link.current = null;
  }, [mutate]);

  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    signIn.mutate({ email: textOf(form, 'email'), password: textOf(form, 'password') });
  };
  return (
    <main className={classes.page}>
      <form className={classes.card} onSubmit={submit} aria-label="Sign in">
        <img src="/console/icon.svg" width={40} height={40} alt="" />
        <Title order={1}>Sign in</Title>
        {signIn.error ? <ErrorNotice error={signIn.error} what="You are not signed in" /> : null}
        <Stack gap="md">
          <TextInput name="email" label="E-mail" type="email" autoComplete="username" required />
          <PasswordInput name="password" label="Password" autoComplete="current-password" required />
          <Button type="submit" loading={signIn.isPending}>
            Sign in
          </Button>
        </Stack>
        <Text size="sm" c="dimmed">
          The first start of the gateway prints a link that signs in as the demo merchant, and the administrator&apos;s
          password. <code>npx mpg console</code> prints a new link. Accounts are made by{' '}
          <Anchor href="/docs#/Accounts/register" inherit underline="always">
            <code>POST /users/register</code>
          </Anchor>
          .
        </Text>
      </form>
    </main>
  );
}

function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}
