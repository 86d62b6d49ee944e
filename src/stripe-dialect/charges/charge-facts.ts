import { entryIdOf, transactionIdOf } from '../../ledger/new-entry.js';
import type { Payment } from '../../payments/payment.schema.js';
import type { ChargeDetails } from '../../payment-intents/intent-charge.js';
import { publicId } from '../../platform/worlds/world-ids.js';
import type { Advice, Failure } from '../../simulation/outcome.js';
import { shownId } from '../../platform/common/dialect-ids.js';

/** A change of what is only shown, which is no step of the payment's history, for the event that tells of it. */
export interface Amendment {
  readonly eventId: string;
  readonly of: 'charge' | 'dispute' | 'refund';
  /** Our own, without the world. */
  readonly id: string;
  readonly at: Date;
  /** `at` by the real clock. */
  readonly recordedAt: Date;
  readonly requestId: string;
  readonly idempotencyKey: string | null;
  /** The fields as they were shown. */
  readonly before: Readonly<Record<string, unknown>>;
  readonly after: Readonly<Record<string, unknown>>;
}

/** What the dialect keeps in a payment; null if our own API made it. */
export type DialectDetails = Partial<ChargeDetails> & {
  readonly description?: string | null;
  readonly metadata?: Readonly<Record<string, string>>;
  /** Metadata of refunds that were changed later, by the id of the refund. */
  readonly refunds?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Metadata of disputes, by the id of the dispute. */
  readonly disputes?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The latest ones. */
  readonly amendments?: readonly Amendment[];
};

export function detailsOf({ dialect = {} }: Payment): DialectDetails {
  return dialect;
}

const NOT_AUTHENTICATED: ReadonlySet<string> = new Set(['authentication_failed', 'authentication_timeout']);

/** Whether anybody was asked for money: a challenge that nobody passed is no charge. */
export function isCharge({ status, failure }: Payment): boolean {
  if (status === 'requires_action' || status === 'canceled') return false;
  return failure === null || !NOT_AUTHENTICATED.has(failure.code);
}

/** The same as a condition on stored payments. */
export const CHARGES = {
  status: { $nin: ['requires_action', 'canceled'] },
  'failure.code': { $nin: [...NOT_AUTHENTICATED] },
} as const;

/** The id of the balance transaction of the capture; null until it is shown. */
export function captureTransaction(payment: Payment, now: Date): string | null {
  const captured = payment.history.find(({ type }) => type === 'payment.completed');
  if (!captured || captured.at.getTime() + transactionDelayOf(payment) > now.getTime()) return null;
  return shownId(transactionIdOf(publicId(entryIdOf(captured.eventId))));
}

/** From the capture until its balance transaction is shown, in ms. */
export function transactionDelayOf(payment: Payment): number {
  return detailsOf(payment).transactionDelayMs ?? 0;
}

const ADVICE: Readonly<Record<Advice, string>> = {
  retry: 'try_again_later',
  do_not_retry: 'do_not_try_again',
  try_another_card: 'confirm_card_data',
};

const PARAMS: Readonly<Record<string, string>> = {
  expired_card: 'exp_month',
  incorrect_cvc: 'cvc',
  incorrect_number: 'number',
};

/** The response codes of the networks (ISO 8583, field 39); `1A` and `N7` are Visa's own. */
const NETWORK_CODES: Readonly<Record<string, string>> = {
  generic_decline: '05',
  insufficient_funds: '51',
  lost_card: '41',
  stolen_card: '43',
  card_velocity_exceeded: '65',
  call_issuer: '01',
  pickup_card: '04',
  invalid_amount: '13',
  issuer_not_available: '91',
  restricted_card: '62',
  transaction_not_allowed: '57',
  expired_card: '54',
  incorrect_cvc: 'N7',
  incorrect_number: '14',
  processing_error: '96',
  authentication_required: '1A',
};

/** What the network answered to a charge that it declined; null if it was never asked. */
export function networkDeclineCode({ code, declineCode }: Failure): string | null {
  return NETWORK_CODES[declineCode ?? code] ?? null;
}

/** A decline in the terms of the dialect. */
export function declineFacts(failure: Failure) {
  const { code, declineCode, advice } = failure;
  const networkCode = networkDeclineCode(failure);
  return {
    code,
    ...(declineCode !== null && { decline_code: declineCode }),
    param: PARAMS[code] ?? '',
    advice_code: ADVICE[advice],
    ...(networkCode !== null && { network_decline_code: networkCode }),
  };
}
