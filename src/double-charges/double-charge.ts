import { workOf } from '../faults/operation-names.js';
import { moneyHeld } from '../payments/money-held.js';
import type { PaymentStatus } from '../payments/payment-lifecycle.js';
import type { DisputeState } from '../payments/payment-state.js';
import { Money } from '../platform/common/money.js';
import { publicId } from '../platform/worlds/world-ids.js';

export const KINDS = ['same_order', 'retry_without_key', 'key_reused'] as const;
export type DoubleChargeKind = (typeof KINDS)[number];

/** Something that took, or may take, a customer's money twice. */
export interface DoubleCharge {
  readonly kind: DoubleChargeKind;
  readonly orderReference: string | null;
  readonly paymentIds: readonly string[];
  readonly requestIds: readonly string[];
  /** In major units of the currency. */
  readonly amountAtStake: number;
  readonly currency: string | null;
  readonly explanation: string;
}

/** What is read of a payment. */
export interface ChargedPayment {
  readonly _id: string;
  readonly status: PaymentStatus;
  /** This and the next two are in minor units. */
  readonly amount: number;
  readonly amountCaptured: number;
  readonly amountRefunded: number;
  readonly currency: string;
  readonly orderReference: string | null;
  readonly history: readonly { readonly cause: { readonly requestId: string | null } }[];
  readonly refunds: readonly { readonly id: string; readonly amount: number }[];
  readonly disputes?: readonly DisputeState[];
}

/** An order with several payments that hold money, oldest first. Null if there are fewer than two. */
export function sameOrder(payments: readonly ChargedPayment[]): DoubleCharge | null {
  const [first, ...more] = payments;
  if (!first || more.length === 0) return null;
  const { orderReference, currency } = first;
  const amountAtStake = majorSum(more, currency);
  return {
    kind: 'same_order',
    orderReference,
    paymentIds: payments.map(({ _id }) => publicId(_id)),
    requestIds: requestIdsOf(payments),
    amountAtStake,
    currency,
    explanation: `The order ${orderReference ?? ''} was paid ${payments.length} times. All but the first payment may have to be refunded: ${amountAtStake} ${currency}.`,
  };
}

/** A request whose answer was lost, and its repetition. Ids are public. */
export interface RepeatedRequest {
  readonly operation: string | null;
  readonly requestId: string | null;
  readonly objectId: string | null;
  readonly repeatedBy: string | null;
  readonly repeatedObjectId: string | null;
  readonly repeatedWith: string | null;
}

/** A charge, or a refund, that was repeated without its key. `payments` are those that it made, or the refunded one. */
export function retryWithoutKey(request: RepeatedRequest, payments: readonly ChargedPayment[]): DoubleCharge | null {
  const last = payments.at(-1);
  const { operation, repeatedObjectId } = request;
  const isRefund = workOf(operation) === 'createRefund';
  if (!last || (!isRefund && payments.length < 2)) return null;
  const { orderReference, currency } = last;
  const refund = last.refunds.find(({ id }) => publicId(id) === repeatedObjectId);
  const key = request.repeatedWith === 'other_key' ? 'with another Idempotency-Key' : 'without its Idempotency-Key';
  return {
    kind: 'retry_without_key',
    orderReference,
    paymentIds: payments.map(({ _id }) => publicId(_id)),
    requestIds: [request.requestId, request.repeatedBy].filter((id) => id !== null),
    amountAtStake: isRefund ? major(refund?.amount ?? 0, currency) : majorSum(payments.slice(1), currency),
    currency,
    explanation: `The answer to a ${isRefund ? 'refund' : 'charge'} was lost after it was done, and it was sent again ${key}. So it was done twice: repeat requests with the same key.`,
  };
}

/** An Idempotency-Key that was used again for another request. */
export function keyReused(requestIds: readonly string[], payment: ChargedPayment | null): DoubleCharge {
  const times = requestIds.length === 1 ? 'once' : `${requestIds.length} times`;
  return {
    kind: 'key_reused',
    orderReference: payment?.orderReference ?? null,
    paymentIds: payment ? [publicId(payment._id)] : [],
    requestIds: [...(payment ? requestIdsOf([payment]) : []), ...requestIds],
    amountAtStake: 0,
    currency: payment?.currency ?? null,
    explanation: `An Idempotency-Key was used again ${times} with other parameters, which was refused. Make a new key for each thing that is done, or the second one never happens.`,
  };
}

function requestIdsOf(payments: readonly ChargedPayment[]): string[] {
  return payments.map(({ history }) => history[0]?.cause.requestId ?? null).filter((id) => id !== null);
}

const major = (minor: number, currency: string): number => Money.ofMinor(minor, currency).major;

/** The money that payments hold. */
function majorSum(payments: readonly ChargedPayment[], currency: string): number {
  return major(
    payments.reduce((sum, payment) => sum + moneyHeld(payment), 0),
    currency,
  );
}
