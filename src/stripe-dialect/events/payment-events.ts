import type { IntentState } from '../../payment-intents/intent-with-payment.js';
import type { PaymentIntent } from '../../payment-intents/payment-intent.schema.js';
import type { Payment } from '../../payments/payment.schema.js';
import type { HistoryItem } from '../../payments/payment-state.js';
import { refundAt, snapshotAt } from '../../payments/payment-snapshot.js';
import { publicId } from '../../platform/worlds/world-ids.js';
import { detailsOf, isCharge, transactionDelayOf } from '../charges/charge-facts.js';
import { chargeView } from '../charges/charge-view.js';
import { refundView } from '../refunds/refund-view.js';
import type { Shown } from '../wire/expand.js';
import { dialectEventId } from './event-id.js';
import type { ToldDialectEvent } from './dialect-event.schema.js';

/** An event before it has an id. */
export interface ToldEvent {
  readonly type: string;
  readonly object: Shown;
  readonly previous?: Shown;
  /** How much later than what it tells of, in ms. */
  readonly laterMs?: number;
}

/** What the events of a payment need to know besides it. */
export interface PaymentEventFacts {
  /** The intent that the payment is an attempt of, as it is now; null if there is none. */
  readonly intent: PaymentIntent | null;
  readonly viewOf: (state: IntentState) => Shown;
  /** What other resources tell of an entry: disputes, and the balance. */
  readonly others: (entry: HistoryItem) => readonly ToldEvent[];
}

/** The events of the dialect that follow from the history of a payment, from `firstEntry` on. */
export function paymentEvents(payment: Payment, firstEntry: number, facts: PaymentEventFacts): ToldDialectEvent[] {
  return payment.history.slice(firstEntry).flatMap((entry, offset) =>
    toldOf(payment, firstEntry + offset, facts).map(({ type, object, previous, laterMs = 0 }, index) => ({
      _id: dialectEventId(entry.eventId, index, laterMs),
      accountId: payment.accountId,
      type,
      createdAt: new Date(entry.at.getTime() + laterMs),
      object,
      previous: previous ?? null,
      requestId: entry.cause.requestId === null ? null : publicId(entry.cause.requestId),
      idempotencyKey: keyOf(payment, entry),
    })),
  );
}

/** The key of the request that made the entry: the payment keeps that of its own. */
function keyOf(payment: Payment, { cause }: HistoryItem): string | null {
  if (cause.idempotencyKey !== undefined) return cause.idempotencyKey;
  const [created] = payment.history;
  const { idempotencyKey = null } = detailsOf(payment);
  return cause.requestId !== null && cause.requestId === created?.cause.requestId ? idempotencyKey : null;
}

/** In the order in which they are told. */
function toldOf(payment: Payment, index: number, facts: PaymentEventFacts): ToldEvent[] {
  const entry = payment.history[index];
  if (!entry) return [];
  const then = snapshotAt(payment, index + 1);
  const charge = (now = entry.at): Shown => chargeView(then, { base: detailsOf(payment).base ?? '', now });
  const { intent } = facts;
  const ofIntent = (type: string): ToldEvent[] =>
    intent === null ? [] : [{ type, object: facts.viewOf({ intent: asOf(intent, then), payment: then }) }];
  switch (entry.type) {
    case 'payment.created':
      return intent !== null && detailsOf(payment).makesIntent === true
        ? [
            {
              type: 'payment_intent.created',
              object: facts.viewOf({
                intent: Object.assign({}, intent, { attempt: null, canceledAt: null }),
                payment: null,
              }),
            },
          ]
        : [];
    case 'payment.requires_action':
      return ofIntent('payment_intent.requires_action');
    case 'payment.authorized':
      return [{ type: 'charge.succeeded', object: charge() }, ...ofIntent('payment_intent.amount_capturable_updated')];
    case 'payment.completed':
      return [
        ...completed(entry, charge, ofIntent('payment_intent.succeeded'), transactionDelayOf(payment)),
        ...facts.others(entry),
      ];
    case 'payment.failed':
      return [
        ...(isCharge(then) ? [{ type: 'charge.failed', object: charge() }] : []),
        ...ofIntent('payment_intent.payment_failed'),
      ];
    case 'payment.voided':
      return entry.cause.by === 'due_work'
        ? [{ type: 'charge.expired', object: charge() }, ...ofIntent('payment_intent.canceled')]
        : [{ type: 'charge.refunded', object: charge(), previous: { amount_refunded: 0, refunded: false } }];
    case 'refund.created':
      return refundCreated(payment, index, entry);
    case 'refund.completed':
      return isAtOnce(payment, index) ? [] : refundChanged(then, entry);
    case 'refund.failed':
      return [refundEvent('refund.failed', then, entry), ...refundChanged(then, entry)];
    case 'refund.canceled':
      return refundChanged(then, entry);
    case 'payment.canceled':
    case 'dispute.created':
    case 'dispute.updated':
    case 'dispute.closed':
    case 'dispute.funds_withdrawn':
    case 'dispute.funds_reinstated':
    case 'fraud_warning.created':
      return [...facts.others(entry)];
  }
}

/** The intent as it was: what was done with it since then does not count. */
function asOf(intent: PaymentIntent, { _id, paymentMethod }: Payment): PaymentIntent {
  const isLatest = intent.attempt?.paymentId === _id;
  return Object.assign({}, intent, {
    canceledAt: null,
    cancellationReason: null,
    methodFor: intent.attempt?.number ?? intent.methodFor,
    ...(!isLatest && {
      attempt: Object.assign({}, intent.attempt, { paymentId: _id, returnUrl: null }),
      paymentMethodId: paymentMethod?.id ?? null,
    }),
  });
}

/** The balance transaction is there a little later than the charge, as far as events tell. */
function completed(
  { from, at }: HistoryItem,
  charge: (now: Date) => Shown,
  ofIntent: readonly ToldEvent[],
  laterMs: number,
): ToldEvent[] {
  const type = from === 'authorized' ? 'charge.captured' : 'charge.succeeded';
  const updated = charge(new Date(at.getTime() + laterMs));
  return [
    { type, object: { ...updated, balance_transaction: null } },
    ...ofIntent,
    { type: 'charge.updated', object: updated, previous: { balance_transaction: null, receipt_url: null }, laterMs },
  ];
}

/** Whether the refund of an entry was completed by the request that created it. */
function isAtOnce({ history }: Payment, index: number): boolean {
  const [created, done] = [history[index - 1], history[index]];
  return (
    created?.type === 'refund.created' &&
    created.refundId === done?.refundId &&
    created.at.getTime() === done.at.getTime()
  );
}

function refundCreated(payment: Payment, index: number, entry: HistoryItem): ToldEvent[] {
  const next = payment.history[index + 1];
  const done = next?.type === 'refund.completed' && isAtOnce(payment, index + 1) ? next : entry;
  const then = snapshotAt(payment, done === entry ? index + 1 : index + 2);
  const before = then.amountRefunded - entry.amount;
  return [
    refundEvent('refund.created', then, done),
    {
      type: 'charge.refunded',
      object: chargeView(then, { base: detailsOf(payment).base ?? '', now: entry.at }),
      previous: { amount_refunded: before, ...(then.amountRefunded === then.amountCaptured && { refunded: false }) },
    },
    refundEvent('charge.refund.updated', then, done),
  ];
}

function refundChanged(then: Payment, entry: HistoryItem): ToldEvent[] {
  const previous = { status: entry.type === 'refund.failed' ? 'succeeded' : 'pending' };
  return [
    { ...refundEvent('refund.updated', then, entry), previous },
    { ...refundEvent('charge.refund.updated', then, entry), previous },
  ];
}

function refundEvent(type: string, then: Payment, entry: HistoryItem): ToldEvent {
  const refund = refundAt(then, entry);
  if (!refund) throw new Error(`The entry ${entry.eventId} has no refund.`);
  return { type, object: refundView(then, refund) };
}
