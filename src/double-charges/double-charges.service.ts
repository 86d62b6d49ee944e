import { Injectable } from '@nestjs/common';
import type { Hit } from '../faults/fault.schema.js';
import { workOf } from '../faults/operation-names.js';
import { paymentIdIn } from '../faults/payment-path.js';
import { FaultTruth } from '../faults/fault-truth.service.js';
import { IdempotencyService } from '../idempotency/idempotency.service.js';
import { moneyHeld } from '../payments/money-held.js';
import type { Payment } from '../payments/payment.schema.js';
import { PaymentFacts } from '../payments/payment-facts.service.js';
import { publicId } from '../platform/worlds/world-ids.js';
import { type DoubleCharge, keyReused, retryWithoutKey, sameOrder } from './double-charge.js';

/** How many findings of each kind are listed, the latest ones. */
const MOST = 100;

/** Finds what took, or may take, a customer's money twice. */
@Injectable()
export class DoubleChargesService {
  constructor(
    private readonly payments: PaymentFacts,
    private readonly faults: FaultTruth,
    private readonly idempotency: IdempotencyService,
  ) {}

  async list(accountId: string): Promise<DoubleCharge[]> {
    const [orders, repeated, reused] = await Promise.all([
      this.payments.ofOrdersPaidTwice(accountId, MOST),
      this.faults.lostAndRepeated(accountId),
      this.idempotency.reusedKeys(accountId, MOST),
    ]);
    const latest = repeated.slice(0, MOST);
    const answerIds = reused.map(({ answer }) => paymentIdOf(answer));
    const paymentIds = [...latest.flatMap(paymentIdsOf), ...answerIds.flatMap((id) => id ?? [])];
    const known = new Map(
      (await this.payments.ofIds(accountId, paymentIds)).map((payment) => [publicId(payment._id), payment]),
    );
    const paymentsOf = (hit: Hit): Payment[] =>
      paymentIdsOf(hit)
        .flatMap((id) => known.get(id) ?? [])
        // Two refunds may have given back all that the payment held.
        .filter((payment) => workOf(hit.operation) !== 'charge' || moneyHeld(payment) > 0);
    return [
      ...orders.map(sameOrder),
      ...latest.map((hit) => retryWithoutKey(hit, paymentsOf(hit))),
      ...reused.map(({ requestIds }, index) => keyReused(requestIds, known.get(answerIds[index] ?? '') ?? null)),
    ].filter((finding) => finding !== null);
  }
}

/** The payments that a request and its repetition made; of a refund, the refunded payment. */
function paymentIdsOf({ operation, path, objectId, repeatedObjectId }: Hit): string[] {
  if (workOf(operation) === 'charge') return [objectId, repeatedObjectId].filter((id) => id !== null);
  const paymentId = paymentIdIn(path);
  return paymentId === null ? [] : [paymentId];
}

/** The id of the payment that an answer is about; null if it is about something else. */
function paymentIdOf(answer: unknown): string | null {
  const { id } = (answer ?? {}) as { readonly id?: unknown };
  return typeof id === 'string' && id.startsWith('txn_') ? id : null;
}
