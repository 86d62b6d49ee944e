import { createHash } from 'node:crypto';
import { type IdPrefix, timeDigits } from '../platform/common/ids.js';
import { Money } from '../platform/common/money.js';
import { fractionOf } from '../platform/worlds/world-ids.js';
import { newPayment } from '../payments/new-payment.js';
import type { Payment } from '../payments/payment.schema.js';
import { snapshotAt } from '../payments/payment-snapshot.js';
import { paymentView } from '../payments/payment-view.js';
import { v1Message } from '../payments/v1-message.js';
import { APPROVED } from '../simulation/outcome.js';
import type { CertificationStyle } from './checks.js';
import { unusualJson } from './unusual-json.js';

/** A message about a made-up payment. */
export interface ProbeMessage {
  /** The `webhook-id`. */
  readonly id: string;
  readonly type: string;
  readonly body: string;
  readonly paymentId: string;
}

/** What the messages of a run follow from. */
export interface ProbeSource {
  readonly seed: string;
  readonly style: CertificationStyle;
  /** The `ownerId` of the payments. */
  readonly ownerId: string;
  /** The handler, which the payments name as their own `webhookUrl` in the v1 form. */
  readonly url: string;
}

/** All messages of a run; each probe has payments of its own. */
export interface ProbeMessages {
  readonly valid: ProbeMessage;
  readonly prompt: ProbeMessage;
  readonly wrong: ProbeMessage;
  readonly malformed: ProbeMessage;
  readonly missing: ProbeMessage;
  readonly altered: ProbeMessage;
  readonly stale: ProbeMessage;
  readonly future: ProbeMessage;
  readonly rotated: readonly [ProbeMessage, ProbeMessage];
  readonly raw: ProbeMessage;
  readonly unknownType: ProbeMessage;
  readonly unknownFields: ProbeMessage;
  readonly large: ProbeMessage;
  readonly duplicate: ProbeMessage;
  readonly old: ProbeMessage;
  readonly burst: readonly ProbeMessage[];
  /** Two payments with the same events, in the two orders in which they are sent. */
  readonly orders: readonly [readonly ProbeMessage[], readonly ProbeMessage[]];
}

export const BURST_SIZE = 50;

/** As large as webhooks become: below 20 kB. */
export const LARGE_BODY_BYTES = 19_999;

const FIRST_DAY = Date.UTC(2026, 0, 1);
const DAYS = 300;
const DAY_MS = 86_400_000;
/** When a payment is authorized and completed, in ms after its creation. */
const AUTHORIZED_AFTER_MS = 1_500;
const COMPLETED_AFTER_MS = 61_000;
const AUTHORIZATION_MS = 7 * DAY_MS;

const ASCII_NAME = 'Ada Lovelace';
const UNICODE_NAME = 'Zoë Ångström 你好';

export function probeMessages(source: ProbeSource): ProbeMessages {
  const completed = (label: string): ProbeMessage => lastOf(seriesOf(source, label));
  const [first, second] = [seriesOf(source, 'order 1'), seriesOf(source, 'order 2')];
  return {
    valid: completed('valid'),
    prompt: completed('prompt'),
    wrong: completed('wrong'),
    malformed: completed('malformed'),
    missing: completed('missing'),
    altered: completed('altered'),
    stale: completed('stale'),
    future: completed('future'),
    rotated: [completed('rotated 1'), completed('rotated 2')],
    raw: rewritten(lastOf(seriesOf(source, 'raw', UNICODE_NAME)), unusualJson),
    unknownType: unknownType(source),
    unknownFields: rewritten(completed('unknown fields'), withUnknownFields),
    large: rewritten(completed('large'), enlarged),
    duplicate: completed('duplicate'),
    old: completed('old'),
    burst: Array.from({ length: BURST_SIZE }, (_, index) => completed(`burst ${index + 1}`)),
    // The second payment's last event arrives first.
    orders: [first, [lastOf(second), ...second.slice(0, -1)]],
  };
}

/** A secret that the handler does not know. */
export function unknownSecret(seed: string): string {
  return `whsec_${createHash('sha256').update(`${seed} unknown secret`).digest('base64')}`;
}

/** The messages of one payment from its creation to its completion, in the order of their timestamps. */
function seriesOf(source: ProbeSource, label: string, customerName = ASCII_NAME): ProbeMessage[] {
  const payment = madeUpPayment(source, label, customerName);
  return payment.history.flatMap((item, index) => {
    const body =
      source.style === 'v1'
        ? v1Message(payment, item, null)?.body
        : JSON.stringify({
            id: item.eventId,
            type: item.type,
            timestamp: item.at.toISOString(),
            data: paymentView(snapshotAt(payment, index + 1)),
          });
    // The v1 form announces no creation.
    return body === undefined ? [] : [{ id: item.eventId, type: item.type, body, paymentId: payment._id }];
  });
}

function madeUpPayment({ seed, style, ownerId, url }: ProbeSource, label: string, customerName: string): Payment {
  const createdAt = startOf(seed);
  const after = (ms: number): Date => new Date(createdAt.getTime() + ms);
  const cause = { by: 'request', requestId: null } as const;
  const eventId = (type: string): string => idOf('evt', seed, `${label} ${type}`);
  const amount = Money.ofMinor(1_000 + Math.floor(fractionOf(`${seed} amount`) * 9_000), 'USD');
  const payment = newPayment(
    {
      customerName,
      amount,
      details: 'Certification of a webhook handler',
      webhookUrl: style === 'v1' ? url : null,
      paymentMethod: null,
      capture: 'manual',
      returnUrl: null,
      orderReference: null,
      metadata: {},
      simulate: null,
    },
    {
      id: idOf('txn', seed, label),
      accountId: ownerId,
      method: null,
      outcome: APPROVED,
      rule: null,
      challengeUrl: null,
      dueAt: null,
      clockId: null,
      recordedAt: createdAt,
    },
    { at: createdAt, cause, eventId: eventId('created'), nextEventId: () => eventId('next') },
  );
  const item = { amount: amount.minor, cause, refundId: null };
  payment.authorizationExpiresAt = after(AUTHORIZED_AFTER_MS + AUTHORIZATION_MS);
  payment.history.push(
    {
      ...item,
      eventId: eventId('authorized'),
      type: 'payment.authorized',
      at: after(AUTHORIZED_AFTER_MS),
      from: 'pending',
      to: 'authorized',
    },
    {
      ...item,
      eventId: eventId('completed'),
      type: 'payment.completed',
      at: after(COMPLETED_AFTER_MS),
      from: 'authorized',
      to: 'completed',
    },
  );
  return payment;
}

function unknownType({ seed, style }: ProbeSource): ProbeMessage {
  const type = 'loyalty.points_added';
  const id = idOf('evt', seed, type);
  const paymentId = idOf('txn', seed, type);
  const timestamp = startOf(seed).toISOString();
  const data = { id: paymentId, points: 12, note: 'A type of event that did not exist when you wrote your handler' };
  const content = style === 'v1' ? { event: type, id: paymentId, timestamp, data } : { id, type, timestamp, data };
  return { id, type, body: JSON.stringify(content), paymentId };
}

type Content = Readonly<Record<string, unknown>> & { readonly data: Readonly<Record<string, unknown>> };

function rewritten(message: ProbeMessage, rewrite: (content: Content) => string): ProbeMessage {
  return { ...message, body: rewrite(JSON.parse(message.body) as Content) };
}

function withUnknownFields(content: Content): string {
  const added = { addedLater: true, addedObject: { list: [1, 'two', null] } };
  return JSON.stringify({ ...content, ...added, data: { ...content.data, ...added } });
}

/** Metadata makes it large, as it can in a real payment: texts of at most 450 characters. */
function enlarged(content: Content): string {
  const withText = (text: string): string => {
    const parts = text.match(/.{1,450}/g) ?? [];
    const metadata = Object.fromEntries(parts.map((part, index) => [`note${index + 10}`, part]));
    return JSON.stringify({ ...content, data: { ...content.data, metadata } });
  };
  let text = 'x'.repeat(LARGE_BODY_BYTES);
  // Half of the excess at a time, because a shorter text can also have fewer keys.
  for (let excess = 1; excess > 0; text = text.slice(0, text.length - Math.ceil(Math.max(0, excess) / 2)))
    excess = withText(text).length - LARGE_BODY_BYTES;
  return withText(text);
}

/** When all payments of a run were created. */
function startOf(seed: string): Date {
  return new Date(FIRST_DAY + Math.floor(fractionOf(`${seed} time`) * DAYS) * DAY_MS + 9 * 3_600_000);
}

function idOf(prefix: IdPrefix, seed: string, label: string): string {
  const tail = createHash('sha256').update(`${seed} ${prefix} ${label}`).digest('hex').slice(0, 12);
  return `${prefix}_${timeDigits(startOf(seed))}${tail}`;
}

function lastOf(series: readonly ProbeMessage[]): ProbeMessage {
  const last = series.at(-1);
  if (!last) throw new Error('The series has no message.');
  return last;
}
