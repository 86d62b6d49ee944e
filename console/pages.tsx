import { Skeleton, Stack } from '@mantine/core';
import { Suspense } from 'react';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import { type LoadedPage, loadedPage } from './loaded-page.js';
import { PageBoundary } from './shell/page-boundary.js';
import { NotFound } from './parts/not-found.js';

/** Each page is loaded when somebody opens it first. */
const ROUTES: readonly (readonly [path: string, page: LoadedPage])[] = [
  ['/', loadedPage(() => import('./home/home-page.js'))],
  ['/payments', loadedPage(() => import('./payments/payments-page.js'))],
  ['/payments/:id', loadedPage(() => import('./payments/payment-page.js'))],
  ['/refunds', loadedPage(() => import('./refunds/refunds-page.js'))],
  ['/refunds/:id', loadedPage(() => import('./refunds/refund-page.js'))],
  ['/disputes', loadedPage(() => import('./disputes/disputes-page.js'))],
  ['/disputes/:id', loadedPage(() => import('./disputes/dispute-page.js'))],
  ['/balance', loadedPage(() => import('./balance/balance-page.js'))],
  ['/balance/payouts/:id', loadedPage(() => import('./balance/payout-page.js'))],
  ['/settlements', loadedPage(() => import('./settlements/settlements-page.js'))],
  ['/settlements/:id', loadedPage(() => import('./settlements/settlement-page.js'))],
  ['/settlements/exercises/:id', loadedPage(() => import('./settlements/exercise-page.js'))],
  ['/checkout', loadedPage(() => import('./checkout/checkout-sessions-page.js'))],
  ['/checkout/:id', loadedPage(() => import('./checkout/checkout-session-page.js'))],
  ['/events', loadedPage(() => import('./events/events-page.js'))],
  ['/events/:id', loadedPage(() => import('./events/event-page.js'))],
  ['/webhooks', loadedPage(() => import('./webhooks/webhooks-page.js'))],
  ['/webhooks/deliveries/:id', loadedPage(() => import('./webhooks/delivery-page.js'))],
  ['/webhooks/:id', loadedPage(() => import('./webhooks/endpoint-page.js'))],
  ['/charge', loadedPage(() => import('./charge/charge-page.js'))],
  ['/sandbox', loadedPage(() => import('./sandbox/sandbox-page.js'))],
  ['/certifications', loadedPage(() => import('./certifications/certifications-page.js'))],
  ['/certifications/:id', loadedPage(() => import('./certifications/certification-page.js'))],
  ['/test-values', loadedPage(() => import('./test-values/test-values-page.js'))],
  ['/logs', loadedPage(() => import('./request-logs/request-logs-page.js'))],
  ['/keys', loadedPage(() => import('./keys/keys-page.js'))],
  ['/users', loadedPage(() => import('./users/users-page.js'))],
  ['/account', loadedPage(() => import('./account/account-page.js'))],
];

/** Loads the page of an address, such as `/console/payments/txn_1`, before it is shown. */
function preload(address: string): void {
  const location = address.replace(/^\/console/, '');
  const route = ROUTES.find(([path]) => new RegExp(`^${path.replace(':id', '[^/]+')}$`).test(location));
  void route?.[1].load();
}

/** Loads the first page while the session is asked for, and others when the pointer or the focus is at a link. */
export function preloadPages(): void {
  preload(window.location.pathname);
  for (const type of ['pointerover', 'focusin'])
    document.addEventListener(type, ({ target }) => {
      const link = target instanceof Element ? target.closest('a') : null;
      if (link?.origin === window.location.origin) preload(link.pathname);
    });
}

export function Pages() {
  const [location] = useLocation();
  return (
    <PageBoundary key={location}>
      <Suspense fallback={<PageSkeleton />}>
        <Switch>
          <Route path="/login">
            <Redirect to="/" replace />
          </Route>
          {ROUTES.map(([path, { Page }]) => (
            <Route key={path} path={path}>
              {(params) => <Page params={{ id: 'id' in params ? String(params.id) : '' }} />}
            </Route>
          ))}
          <Route>
            <NotFound />
          </Route>
        </Switch>
      </Suspense>
    </PageBoundary>
  );
}

function PageSkeleton() {
  return (
    <Stack maw={1280} mx="auto" aria-busy>
      <Skeleton height={28} width={220} />
      <Skeleton height={16} width={360} />
      <Skeleton height={280} />
    </Stack>
  );
}
