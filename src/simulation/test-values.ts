import type { AmountConvention } from '../platform/config/amount-conventions.js';
import { APPROVED, authenticated, DECLINE_REASONS, declined, type DeclineReason, type Outcome } from './outcome.js';
import { TEST_CARDS } from './test-cards.js';

export const CHANNELS = ['header', 'card', 'token', 'amount', 'customer_name'] as const;
export type Channel = (typeof CHANNELS)[number];

/** An input that names its own outcome. */
export interface TestValue {
  readonly channel: Channel;
  /** The value to send; for amounts a pattern. */
  readonly value: string;
  readonly outcome: Outcome;
  readonly description: string;
}

const STAYS_PENDING: Outcome = { ...APPROVED, result: 'stays_pending' };

/** Declines by the whole part of an amount from 2000.00 to 2999.99; others in this range are generic declines. */
const RANGE_AMOUNTS: Readonly<Record<string, DeclineReason>> = {
  2001: 'insufficient_funds',
  2004: 'expired_card',
  2010: 'incorrect_cvc',
  2014: 'fraudulent',
  2046: 'generic_decline',
};

/** Declines by the last two digits of an amount in minor units. */
const LAST_DIGITS: Readonly<Record<string, DeclineReason>> = {
  '05': 'generic_decline',
  12: 'transaction_not_allowed',
  14: 'incorrect_number',
  51: 'insufficient_funds',
  54: 'expired_card',
  62: 'restricted_card',
};

const NAMES: Readonly<Record<string, { readonly outcome: Outcome; readonly description: string }>> = {
  APPROVED: { outcome: APPROVED, description: 'Pays.' },
  DECLINED: { outcome: declined('generic_decline'), description: 'Declined without a reason.' },
  REFERRAL: { outcome: declined('call_issuer'), description: 'Declined: the customer has to call the issuer.' },
  ERROR: { outcome: declined('processing_error'), description: 'Declined: error while processing.' },
  BLOCK_CARD: { outcome: declined('pickup_card'), description: 'Declined: the card is blocked.' },
  CARD_EXPIRED: { outcome: declined('expired_card'), description: 'Declined: expired.' },
  INVALID_AMOUNT: {
    outcome: declined('invalid_amount'),
    description: 'Declined: the issuer does not accept the amount.',
  },
  INVALID_CARD_NUMBER: { outcome: declined('incorrect_number'), description: 'Declined: wrong card number.' },
  ISSUER_UNAVAILABLE: {
    outcome: declined('issuer_not_available'),
    description: 'Declined: the issuer could not be reached.',
  },
  NOT_ENOUGH_BALANCE: { outcome: declined('insufficient_funds'), description: 'Declined: insufficient funds.' },
  PENDING: { outcome: STAYS_PENDING, description: 'Stays pending for good.' },
  ACQUIRER_FRAUD: { outcome: declined('fraudulent'), description: 'Blocked as fraudulent.' },
  CANCELLED: { outcome: declined('canceled'), description: 'Failed: canceled.' },
  SHOPPER_CANCELLED: { outcome: declined('shopper_canceled'), description: 'Failed: canceled by the customer.' },
};

const SIMULATED: Readonly<Record<string, { readonly outcome: Outcome; readonly description: string }>> = {
  approved: { outcome: APPROVED, description: 'Pays.' },
  pending: { outcome: STAYS_PENDING, description: 'Stays pending for good.' },
  requires_action: { outcome: authenticated(APPROVED), description: 'Requires 3-D Secure, then pays.' },
  requires_action_then_declined: {
    outcome: authenticated(declined('generic_decline')),
    description: 'Requires 3-D Secure, then is declined.',
  },
  refund_pending: {
    outcome: { ...APPROVED, refunds: 'pending' },
    description: 'Pays; its refunds are pending for a while, then complete.',
  },
  refund_fails_later: {
    outcome: { ...APPROVED, refunds: 'fails_later' },
    description: 'Pays; its refunds complete, and fail later.',
  },
  ...Object.fromEntries(
    DECLINE_REASONS.filter((reason) => !reason.startsWith('authentication')).map((reason) => [
      reason,
      { outcome: declined(reason), description: `Failed: ${reason}.` },
    ]),
  ),
};

/** The outcomes that the header X-Simulate can name. */
export const SIMULATED_OUTCOMES = Object.keys(SIMULATED);

export function outcomeOfHeader(value: string): Outcome | null {
  return SIMULATED[value]?.outcome ?? null;
}

export function outcomeOfName(customerName: string): Outcome | null {
  return Object.hasOwn(NAMES, customerName) ? (NAMES[customerName]?.outcome ?? null) : null;
}

/** @param minor the amount in minor units; @param decimals the number of decimals of its currency */
export function outcomeOfAmount(minor: number, decimals: number, convention: AmountConvention): Outcome | null {
  if (convention === 'range') {
    const whole = Math.floor(minor / 10 ** decimals);
    return whole >= 2000 && whole <= 2999 ? rangeOutcome(String(whole)) : null;
  }
  if (convention === 'last_digits') {
    const reason = LAST_DIGITS[String(minor).slice(-2)];
    return reason !== undefined && minor >= 100 ? declined(reason) : null;
  }
  return null;
}

/** The failure code is the amount itself, because processors number their answers like this. */
function rangeOutcome(whole: string): Outcome {
  const outcome = declined(RANGE_AMOUNTS[whole] ?? 'generic_decline');
  return outcome.failure === null
    ? outcome
    : {
        ...outcome,
        failure: { ...outcome.failure, code: whole, declineCode: outcome.failure.declineCode ?? outcome.failure.code },
      };
}

const amountRows = (): TestValue[] => [
  ...Object.entries(RANGE_AMOUNTS).map(([whole, reason]) => ({
    channel: 'amount' as const,
    value: `${whole}.00`,
    outcome: rangeOutcome(whole),
    description: `Declined: ${reason}; the code is the whole amount. Only with TEST_AMOUNTS=range.`,
  })),
  {
    channel: 'amount',
    value: '2000.00–2999.99',
    outcome: declined('generic_decline'),
    description: 'Declined; the code is the whole amount. Only with TEST_AMOUNTS=range.',
  },
  ...Object.entries(LAST_DIGITS).map(([digits, reason]) => ({
    channel: 'amount' as const,
    value: `…x${digits}`,
    outcome: declined(reason),
    description: `Declined: ${reason}; by the last digits in minor units, only with TEST_AMOUNTS=last_digits.`,
  })),
];

const named = (channel: Channel, rows: typeof NAMES): TestValue[] =>
  Object.entries(rows).map(([value, { outcome, description }]) => ({ channel, value, outcome, description }));

/** The only catalogue of test values: behaviour, GET /test-values, the docs and the tests all use it. */
export const TEST_VALUES: readonly TestValue[] = [
  ...TEST_CARDS.map(({ number, outcome, description }) => ({
    channel: 'card' as const,
    value: number,
    outcome,
    description,
  })),
  ...TEST_CARDS.flatMap(({ token, outcome, description }) =>
    token === null ? [] : [{ channel: 'token' as const, value: token, outcome, description }],
  ),
  ...amountRows(),
  ...named('customer_name', NAMES),
  ...named('header', SIMULATED),
];
