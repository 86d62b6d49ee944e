import type { BalanceState } from '../../ledger/balance-state.js';

type Held = Pick<BalanceState, 'sums'> & { readonly currency: string };

/** Where an account holds nothing, it holds nothing in this currency. */
const USUAL_CURRENCY = 'usd';

export function balanceView(balances: readonly Held[]) {
  const of = (part: 'available' | 'pending') =>
    balances.length === 0
      ? [sumView(0n, USUAL_CURRENCY)]
      : balances.map(({ sums, currency }) => sumView(BigInt(sums[part]), currency));
  return { object: 'balance', available: of('available'), livemode: false, pending: of('pending') };
}

export function sumView(minor: bigint, currency: string) {
  const amount = Number(minor);
  return { amount, currency: currency.toLowerCase(), source_types: { card: amount } };
}
