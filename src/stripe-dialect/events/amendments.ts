import { isDeepStrictEqual } from 'node:util';
import type { Payment } from '../../payments/payment.schema.js';
import { publicId } from '../../platform/worlds/world-ids.js';
import { type Amendment, detailsOf, type DialectDetails } from '../charges/charge-facts.js';
import { chargeView } from '../charges/charge-view.js';
import { refundView } from '../refunds/refund-view.js';
import type { Call } from '../wire/call.js';
import type { ToldEvent } from './payment-events.js';
import { previousAttributes } from './previous-attributes.js';

/** How many changes a payment keeps: those whose events may not be stored yet. */
const MAX_AMENDMENTS = 10;

/** What a payment keeps so that a change is told of; nothing if there is none. */
export function amending(
  { eventId, requestId, idempotencyKey, world }: Call,
  { amendments = [] }: DialectDetails,
  change: Pick<Amendment, 'of' | 'id' | 'before' | 'after'>,
  recordedAt: Date,
): Pick<DialectDetails, 'amendments'> {
  if (isDeepStrictEqual(change.before, change.after)) return {};
  const amendment = { ...change, eventId, at: world.now(), recordedAt, requestId, idempotencyKey };
  return { amendments: [...amendments, amendment].slice(-MAX_AMENDMENTS) };
}

/** The events of a changed charge or refund. */
export function amendmentEvents(payment: Payment, { of, id, before, after, at }: Amendment): readonly ToldEvent[] {
  const previous = previousAttributes(before, after);
  if (of === 'charge') {
    const view = chargeView(payment, { base: detailsOf(payment).base ?? '', now: at });
    return [{ type: 'charge.updated', object: { ...view, ...after }, previous }];
  }
  const refund = of === 'refund' && payment.refunds.find((each) => publicId(each.id) === id);
  if (!refund) return [];
  const object = { ...refundView(payment, refund), ...after };
  return ['refund.updated', 'charge.refund.updated'].map((type) => ({ type, object, previous }));
}
