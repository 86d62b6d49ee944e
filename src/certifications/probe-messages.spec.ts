import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { ID_PATTERN } from '../platform/common/ids.js';
import {
  LARGE_BODY_BYTES,
  type ProbeMessage,
  probeMessages,
  type ProbeSource,
  unknownSecret,
} from './probe-messages.js';
import { probeRequest } from './probe-request.js';

const STANDARD: ProbeSource = { seed: 'cart-17', style: 'standard', ownerId: 'user_1', url: 'http://127.0.0.1:1/' };
const V1: ProbeSource = { ...STANDARD, style: 'v1' };

const parsed = ({ body }: ProbeMessage) =>
  JSON.parse(body) as Record<string, unknown> & { data: Record<string, unknown> };
const all = (source: ProbeSource): ProbeMessage[] => Object.values(probeMessages(source)).flat(2) as ProbeMessage[];

describe.each([STANDARD, V1])('The messages of style $style', (source) => {
  it('follow from the seed alone', () => {
    expect(probeMessages(source)).toEqual(probeMessages({ ...source }));
    const ids = new Set(all(source).map(({ id }) => id));
    expect(all({ ...source, seed: 'cart-18' }).some(({ id }) => ids.has(id))).toBe(false);
  });

  it('have ids of their own, in the form of the gateway', () => {
    const ids = all(source).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { id, paymentId } of all(source)) for (const each of [id, paymentId]) expect(each).toMatch(ID_PATTERN);
  });

  it('are about a payment each, except the two series, which differ in nothing but ids', () => {
    const { orders, ...rest } = probeMessages(source);
    const singles = (Object.values(rest) as (ProbeMessage | ProbeMessage[])[]).flat();
    const payments = [...singles.map(({ paymentId }) => paymentId), ...orders.map(([first]) => first?.paymentId)];
    expect(new Set(payments).size).toBe(payments.length);
    const [one, other] = orders.map((series) =>
      series.map(({ id, paymentId, body }) => body.replaceAll(id, 'event').replaceAll(paymentId, 'payment')),
    );
    expect(one).not.toEqual(other);
    expect([...(one ?? [])].sort()).toEqual([...(other ?? [])].sort());
    const times = orders[0].map((message) => String(parsed(message).timestamp));
    expect(times).toEqual([...new Set(times)].sort());
    const types = ['payment.created', 'payment.authorized', 'payment.completed'];
    expect(orders[0].map(({ type }) => type)).toEqual(source.style === 'v1' ? types.slice(1) : types);
  });

  it('are JSON that serializing does not change, except the raw one', () => {
    const { raw } = probeMessages(source);
    for (const message of all(source))
      expect(JSON.stringify(JSON.parse(message.body)) === message.body).toBe(message !== raw && message.id !== raw.id);
    expect(parsed(raw).data).toMatchObject({ customerName: 'Zoë Ångström 你好', currency: 'USD', status: 'completed' });
  });

  it('are as large as webhooks become', () => {
    const size = Buffer.byteLength(probeMessages(source).large.body);
    expect(size).toBeLessThanOrEqual(LARGE_BODY_BYTES);
    expect(size).toBeGreaterThan(LARGE_BODY_BYTES - 50);
  });
});

describe('The forms', () => {
  it('standard: the event with the payment as it was', () => {
    const { valid } = probeMessages(STANDARD);
    expect(parsed(valid)).toMatchObject({
      id: valid.id,
      type: 'payment.completed',
      timestamp: expect.stringMatching(/Z$/),
      data: { id: valid.paymentId, ownerId: 'user_1', status: 'completed', webhookUrl: null },
    });
  });

  it("v1: that of a payment's own webhookUrl", () => {
    const { valid } = probeMessages(V1);
    expect(Object.keys(parsed(valid))).toEqual(['event', 'id', 'timestamp', 'data']);
    expect(parsed(valid)).toMatchObject({
      event: 'payment.completed',
      id: valid.paymentId,
      data: { customerName: 'Ada Lovelace', currency: 'USD', status: 'completed' },
    });
  });
});

describe('A request', () => {
  const now = new Date('2026-02-03T04:05:06.000Z');
  const known = `whsec_${Buffer.from('the key').toString('base64')}`;
  const { valid } = probeMessages(STANDARD);
  const secrets = { style: 'standard', known, unknown: unknownSecret('cart-17') } as const;
  const signature = (key: string | Buffer, time: Date, body = valid.body): string =>
    `v1,${createHmac('sha256', key)
      .update(`${valid.id}.${time.getTime() / 1000}.${body}`)
      .digest('base64')}`;

  it('is signed with the bytes behind whsec_, or with any other text', () => {
    const { headers, body } = probeRequest(valid, 'right', secrets, now);
    expect(body).toBe(valid.body);
    expect(headers).toMatchObject({ 'webhook-id': valid.id, 'webhook-signature': signature('the key', now) });
    expect(Object.keys(headers).filter((name) => name.startsWith('x-'))).toEqual([]);
    const v1 = probeRequest(valid, 'right', { ...secrets, style: 'v1', known: 'SK_1' }, now).headers;
    expect(v1['x-signature']).toBe(createHmac('sha256', 'SK_1').update(valid.body).digest('hex'));
    expect(v1['webhook-signature']).toBe(signature('SK_1', now));
  });

  it('is signed wrongly, not at all, or for another body', () => {
    const right = signature('the key', now);
    for (const signing of ['wrong', 'malformed', 'missing'] as const)
      expect(probeRequest(valid, signing, secrets, now).headers['webhook-signature'] ?? '').not.toContain(right);
    const { headers, body } = probeRequest(valid, 'altered', secrets, now);
    expect(headers['webhook-signature']).toBe(right);
    expect([body === valid.body, body.length]).toEqual([false, valid.body.length]);
  });

  it('has a timestamp of another time, rightly signed', () => {
    for (const [signing, ms] of [
      ['stale', -600_000],
      ['future', 600_000],
    ] as const) {
      const time = new Date(now.getTime() + ms);
      const { headers } = probeRequest(valid, signing, secrets, now);
      expect(headers).toMatchObject({
        'webhook-timestamp': String(time.getTime() / 1000),
        'webhook-signature': signature('the key', time),
      });
    }
  });

  it('has two signatures in either order', () => {
    const signaturesOf = (signing: 'unknown_first' | 'unknown_last'): string[] =>
      (probeRequest(valid, signing, secrets, now).headers['webhook-signature'] ?? '').split(' ');
    const right = signature('the key', now);
    expect(signaturesOf('unknown_first').indexOf(right)).toBe(1);
    expect(signaturesOf('unknown_last').indexOf(right)).toBe(0);
    const v1 = probeRequest(valid, 'unknown_first', { ...secrets, style: 'v1', known: 'SK_1' }, now).headers;
    expect(v1['x-signature-previous']).toBe(createHmac('sha256', 'SK_1').update(valid.body).digest('hex'));
  });
});
