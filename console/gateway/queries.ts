import { QueryClient } from '@tanstack/react-query';
import { GatewayError } from '../../client/errors.js';

/** Keeps what was read: it is shown at once again, and refreshed behind. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      // The connection repeats what may pass; the console reads again when the gateway is back.
      retry: false,
      refetchOnWindowFocus: true,
      throwOnError: false,
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
});

/** The subjects of what is kept; each is the first part of its keys. */
export const keys = {
  account: ['account'],
  clock: ['clock'],
  payments: ['payments'],
  payment: (id: string) => ['payment', id],
  timeline: (id: string) => ['timeline', id],
  statistics: ['statistics'],
  refunds: ['refunds'],
  disputes: ['disputes'],
  disputeRules: ['dispute-rules'],
  balance: ['balance'],
  balanceTransactions: ['balance-transactions'],
  audit: ['audit'],
  tAccounts: ['t-accounts'],
  payouts: ['payouts'],
  payoutSchedule: ['payout-schedule'],
  settlements: ['settlements'],
  exercises: ['exercises'],
  events: ['events'],
  event: (id: string) => ['event', id],
  requestLogs: ['request-logs'],
  endpoints: ['endpoints'],
  deliveries: ['deliveries'],
  delivery: (id: string) => ['delivery', id],
  testValues: ['test-values'],
  sandbox: ['sandbox'],
  snapshots: ['snapshots'],
  faults: ['faults'],
  doubleCharges: ['double-charges'],
  certifications: ['certifications'],
  checkoutSessions: ['checkout-sessions'],
  apiKeys: ['api-keys'],
  users: ['users'],
  dashboard: ['dashboard'],
} as const;

/** Whether an error says that an object is not there. */
export function isNotFound(error: unknown): boolean {
  return error instanceof GatewayError && error.status === 404;
}
