import { Skeleton, Stack } from '@mantine/core';
import { type ComponentType, lazy, Suspense } from 'react';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import { PageBoundary } from './shell/page-boundary.js';
import { NotFound } from './parts/not-found.js';

/** Each page is loaded when somebody opens it first. */
const ROUTES: readonly (readonly [path: string, page: ComponentType<{ readonly params: { readonly id: string } }>])[] =
  [
    ['/', lazy(() => import('./home/home-page.js'))],
    ['/payments', lazy(() => import('./payments/payments-page.js'))],
    ['/payments/:id', lazy(() => import('./payments/payment-page.js'))],
    ['/refunds', lazy(() => import('./refunds/refunds-page.js'))],
    ['/refunds/:id', lazy(() => import('./refunds/refund-page.js'))],
    ['/disputes', lazy(() => import('./disputes/disputes-page.js'))],
    ['/disputes/:id', lazy(() => import('./disputes/dispute-page.js'))],
    ['/balance', lazy(() => import('./balance/balance-page.js'))],
    ['/balance/payouts/:id', lazy(() => import('./balance/payout-page.js'))],
    ['/settlements', lazy(() => import('./settlements/settlements-page.js'))],
    ['/settlements/:id', lazy(() => import('./settlements/settlement-page.js'))],
    ['/settlements/exercises/:id', lazy(() => import('./settlements/exercise-page.js'))],
    ['/checkout', lazy(() => import('./checkout/checkout-sessions-page.js'))],
    ['/checkout/:id', lazy(() => import('./checkout/checkout-session-page.js'))],
    ['/events', lazy(() => import('./events/events-page.js'))],
    ['/events/:id', lazy(() => import('./events/event-page.js'))],
    ['/webhooks', lazy(() => import('./webhooks/webhooks-page.js'))],
    ['/webhooks/deliveries/:id', lazy(() => import('./webhooks/delivery-page.js'))],
    ['/webhooks/:id', lazy(() => import('./webhooks/endpoint-page.js'))],
    ['/charge', lazy(() => import('./charge/charge-page.js'))],
    ['/sandbox', lazy(() => import('./sandbox/sandbox-page.js'))],
    ['/certifications', lazy(() => import('./certifications/certifications-page.js'))],
    ['/certifications/:id', lazy(() => import('./certifications/certification-page.js'))],
    ['/test-values', lazy(() => import('./test-values/test-values-page.js'))],
    ['/logs', lazy(() => import('./request-logs/request-logs-page.js'))],
    ['/keys', lazy(() => import('./keys/keys-page.js'))],
    ['/users', lazy(() => import('./users/users-page.js'))],
    ['/account', lazy(() => import('./account/account-page.js'))],
  ];

export function Pages() {
  const [location] = useLocation();
  return (
    <PageBoundary key={location}>
      <Suspense fallback={<PageSkeleton />}>
        <Switch>
          <Route path="/login">
            <Redirect to="/" replace />
          </Route>
          {ROUTES.map(([path, Page]) => (
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
