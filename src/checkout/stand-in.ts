/** What a customer can choose on a page that stands in for a wallet or a bank. */
export const STAND_IN_RESULTS = ['pay', 'fail', 'pending', 'abandon'] as const;
export type StandInResult = (typeof STAND_IN_RESULTS)[number];

/** The outcome of the payment, by the names of X-Simulate; null if none is made. */
export const SIMULATED_RESULTS: Readonly<Record<StandInResult, string | null>> = {
  pay: 'approved',
  fail: 'generic_decline',
  pending: 'pending',
  abandon: null,
};
