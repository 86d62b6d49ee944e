import { publicId } from '../platform/worlds/world-ids.js';
import { warningIdOf } from './dispute-rules.js';
import type { DisputeStep, HistoryItem } from './payment-state.js';

/** A step in the life of a payment. */
export interface TimelineStep {
  readonly at: Date;
  readonly kind: 'request' | 'decision' | 'state' | 'event' | 'delivery';
  /** For a person. */
  readonly text: string;
  /** The id of what the step is about: a request, event or delivery. */
  readonly reference: string | null;
}

interface TimelinePayment {
  readonly createdAt: Date;
  readonly outcome: { readonly result: string; readonly authentication: boolean };
  readonly rule: { readonly channel: string; readonly value: string } | null;
  readonly checkoutSessionId?: string;
  readonly failure: { readonly code: string; readonly message: string } | null;
  readonly history: readonly HistoryItem[];
}

interface TimelineDelivery {
  readonly _id: string;
  readonly eventType: string;
  readonly url: string;
  readonly attempts: readonly {
    readonly at: Date;
    readonly ms: number;
    readonly status: number | null;
    readonly error: string | null;
  }[];
}

/** Every step with its cause, in order. */
export function timelineOf(payment: TimelinePayment, deliveries: readonly TimelineDelivery[]): TimelineStep[] {
  const steps = [
    ...payment.history.flatMap((entry, index) => stepsOf(entry, index, payment)),
    ...deliveries.flatMap(attemptsOf),
  ];
  // A stable sort: steps of the same time stay in their causal order.
  return steps.sort((a, b) => a.at.getTime() - b.at.getTime());
}

function stepsOf(entry: HistoryItem, index: number, payment: TimelinePayment): TimelineStep[] {
  const { at, cause, type, eventId } = entry;
  const request: TimelineStep[] =
    cause.requestId === null
      ? []
      : [{ at, kind: 'request', text: `Request ${cause.requestId}`, reference: cause.requestId }];
  const sameRequest = index > 0 && payment.history[index - 1]?.cause.requestId === cause.requestId;
  const decision: TimelineStep[] =
    index === 0 ? [{ at, kind: 'decision', text: decisionText(payment), reference: null }] : [];
  return [
    ...(sameRequest ? [] : request),
    ...decision,
    { at, kind: 'state', text: stateText(entry, payment), reference: null },
    { at, kind: 'event', text: `Event ${type}`, reference: publicId(eventId) },
  ];
}

function decisionText({ outcome, rule, checkoutSessionId }: TimelinePayment): string {
  const decided = `${outcome.result.replace('_', ' ')}${outcome.authentication ? ' after 3-D Secure' : ''}`;
  if (rule?.channel === 'header' && checkoutSessionId !== undefined)
    return `Outcome: ${decided}, chosen on the checkout page`;
  return rule === null
    ? `Outcome: ${decided}; no test value, so it is the default`
    : `Outcome: ${decided}, decided by ${rule.channel.replace('_', ' ')} ${rule.value}`;
}

function stateText(entry: HistoryItem, { failure, checkoutSessionId }: TimelinePayment): string {
  const { from, to, cause, refundId, type, dispute } = entry;
  const by = cause.by === 'request' ? 'by the request' : 'by the gateway, when it was due';
  if (refundId !== null) return `Refund ${publicId(refundId)}: ${type.replace('refund.', '')}, ${by}`;
  if (dispute) return disputeText(dispute, type, by);
  if (type === 'fraud_warning.created')
    return `Fraud warning ${publicId(warningIdOf(entry))}: the bank of the customer suspects fraud, ${by}`;
  if (from === null)
    return checkoutSessionId === undefined
      ? `Created as ${to}, ${by}`
      : `Created as ${to}, by the customer on the page of checkout session ${checkoutSessionId}`;
  const why = to === 'failed' && failure ? ` (${failure.code}: ${failure.message})` : '';
  return `From ${from} to ${to}${why}, ${by}`;
}

function disputeText({ id, stage, status, why }: DisputeStep, type: HistoryItem['type'], by: string): string {
  const name = `Dispute ${publicId(id)}`;
  if (type === 'dispute.funds_withdrawn') return `${name}: amount and fee are withdrawn, ${by}`;
  if (type === 'dispute.funds_reinstated') return `${name}: amount and fee are returned, ${by}`;
  const change = type === 'dispute.created' ? 'opened' : type === 'dispute.closed' ? 'closed' : 'changed';
  return `${name}: ${change}, ${stage} ${status}, ${by}${why === null ? '' : `. ${why}`}`;
}

function attemptsOf({ _id, eventType, url, attempts }: TimelineDelivery): TimelineStep[] {
  return attempts.map(({ at, ms, status, error }) => ({
    at,
    kind: 'delivery',
    text: `Webhook ${eventType} to ${url}: ${error ?? `answered ${status ?? 'nothing'}`} after ${ms} ms`,
    reference: publicId(_id),
  }));
}
