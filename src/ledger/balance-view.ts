import { exactText, majorOfExactSum } from '../platform/common/money.js';
import type { BalanceState } from './balance-state.js';
import { LEDGER_ACCOUNTS, type LedgerAccount } from './postings.js';

/** A sum of one currency, in major units; `amountText` is exact at any size. */
export interface SumView {
  readonly amount: number;
  readonly amountText: string;
  readonly currency: string;
}

/** What an account holds, by currency. */
export interface BalanceView {
  readonly pending: SumView[];
  readonly available: SumView[];
  readonly reserved: SumView[];
  readonly inTransit: SumView[];
}

type Held = Pick<BalanceState, 'sums'> & { readonly currency: string };

export function sumView(minor: bigint, currency: string): SumView {
  return { amount: majorOfExactSum(minor, currency), amountText: exactText(minor, currency), currency };
}

export function balanceView(balances: readonly Held[]): BalanceView {
  const of = (account: LedgerAccount): SumView[] =>
    balances.map(({ sums, currency }) => sumView(BigInt(sums[account]), currency));
  return { pending: of('pending'), available: of('available'), reserved: of('reserved'), inTransit: of('in_transit') };
}

/** The sum of one ledger account in one currency. */
export interface LedgerAccountView extends SumView {
  readonly account: LedgerAccount;
}

export function ledgerAccountViews(balances: readonly Held[]): LedgerAccountView[] {
  return balances.flatMap(({ sums, currency }) =>
    LEDGER_ACCOUNTS.map((account) => ({ account, ...sumView(BigInt(sums[account]), currency) })),
  );
}
