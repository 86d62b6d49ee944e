import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Router } from 'wouter';
import { reachability } from './gateway/gateway.js';
import { queries } from './gateway/queries.js';
import { Pages } from './pages.js';
import { SignIn } from './session/sign-in.js';
import { session } from './session/session.js';
import { useSession } from './session/use-session.js';
import { NoticeStack } from './shell/notice-stack.js';
import { NowProvider } from './shell/now-provider.js';
import { PageBoundary } from './shell/page-boundary.js';
import { Shell } from './shell/shell.js';
import { useIsLost } from './shell/use-reachability.js';
import { useLiveEvents } from './shell/use-live-events.js';
import { cssVariables, theme } from './theme.js';

/** The account whose answers are kept. */
let reader: string | null = null;

// What one account was shown is not for the next one, also if another tab changed who is signed in.
session.subscribe(() => {
  const next = session.state.kind === 'signed_in' ? session.state.userId : null;
  if (next === reader) return;
  reader = next;
  queries.clear();
});

export function App() {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <QueryClientProvider client={queries}>
        <Router base="/console">
          <Gate />
        </Router>
        <NoticeStack />
      </QueryClientProvider>
    </MantineProvider>
  );
}

/** The pages for who is signed in; the sign-in for everybody else. */
function Gate() {
  const state = useSession();
  const isLost = useIsLost();
  useEffect(() => {
    if (session.state.kind === 'unknown' && !isLost)
      session.resume().catch(() => {
        reachability.noteLost();
      });
  }, [isLost]);
  if (state.kind === 'unknown')
    return isLost ? <p role="alert">The gateway does not answer. Waiting for it …</p> : null;
  if (state.kind === 'signed_out') return <SignIn />;
  return (
    // Another account begins anew.
    <SignedIn key={state.userId} />
  );
}

function SignedIn() {
  useLiveEvents();
  return (
    <PageBoundary>
      <NowProvider>
        <Shell>
          <Pages />
        </Shell>
      </NowProvider>
    </PageBoundary>
  );
}
