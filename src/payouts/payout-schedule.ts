export const PAYOUT_INTERVALS = ['manual', 'daily', 'weekly', 'monthly'] as const;
export type PayoutInterval = (typeof PAYOUT_INTERVALS)[number];

const MONDAY = 1;

/** When the next scheduled payout is made after `now`: at 00:00 UTC, weekly on Mondays, monthly on the first day. */
export function nextPayoutAt(interval: PayoutInterval, now: Date): Date | null {
  const year = now.getUTCFullYear();
  const month = now.getUTCMonth();
  const day = now.getUTCDate();
  switch (interval) {
    case 'manual':
      return null;
    case 'daily':
      return new Date(Date.UTC(year, month, day + 1));
    case 'weekly':
      return new Date(Date.UTC(year, month, day + ((7 + MONDAY - now.getUTCDay()) % 7 || 7)));
    case 'monthly':
      return new Date(Date.UTC(year, month + 1, 1));
  }
}
