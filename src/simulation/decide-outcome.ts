import type { AmountConvention } from '../platform/config/amount-conventions.js';
import { APPROVED, type Outcome } from './outcome.js';
import { type Channel, outcomeOfAmount, outcomeOfHeader, outcomeOfName } from './test-values.js';

/** The inputs of a charge that may decide its outcome. */
export interface OutcomeInputs {
  /** The header X-Simulate. */
  readonly simulate: string | null;
  /** The outcome of the charged payment method, and its token or id. */
  readonly paymentMethod: { readonly value: string; readonly outcome: Outcome } | null;
  readonly amount: { readonly minor: number; readonly decimals: number };
  readonly customerName: string;
}

/** An outcome and the test value that decided it. `rule` is null if none did; the payment is then approved. */
export interface DecidedOutcome {
  readonly outcome: Outcome;
  readonly rule: { readonly channel: Channel; readonly value: string } | null;
}

/** Checks header, payment method, amount and customer name in this order; the first that names an outcome decides. */
export function decideOutcome(
  { simulate, paymentMethod, amount, customerName }: OutcomeInputs,
  convention: AmountConvention,
): DecidedOutcome {
  const header = simulate === null ? null : outcomeOfHeader(simulate);
  if (simulate !== null && header) return { outcome: header, rule: { channel: 'header', value: simulate } };
  if (paymentMethod) return { outcome: paymentMethod.outcome, rule: { channel: 'token', value: paymentMethod.value } };
  const byAmount = outcomeOfAmount(amount.minor, amount.decimals, convention);
  if (byAmount)
    return { outcome: byAmount, rule: { channel: 'amount', value: String(amount.minor / 10 ** amount.decimals) } };
  const byName = outcomeOfName(customerName);
  if (byName) return { outcome: byName, rule: { channel: 'customer_name', value: customerName } };
  return { outcome: APPROVED, rule: null };
}
