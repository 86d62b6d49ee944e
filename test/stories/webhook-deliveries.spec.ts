import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { expectError, expectInvalid } from '../support/http.js';
import { bodyOf, Merchant } from '../support/merchant.js';
import {
  changeEndpoint,
  createEndpoint,
  type Delivery,
  finished,
  getDelivery,
  getEndpoint,
  listDeliveries,
  listEvents,
  ownPath,
  signedHeaders,
  standard,
  testEndpoint,
} from '../support/webhook-endpoints.js';
import { type Reply, WebhookRecorder } from '../support/webhook-recorder.js';

let gateway: Gateway;
let recorder: WebhookRecorder;
beforeAll(async () => {
  [gateway, recorder] = await Promise.all([
    startGateway({ WEBHOOK_TIMEOUT_MS: '1000', WEBHOOK_RETRY_SCHEDULE: '0,1,1', WEBHOOK_DISABLE_AFTER_SECONDS: '2' }),
    WebhookRecorder.start(),
  ]);
});
afterAll(async () => {
  await gateway.stop();
  await recorder.stop();
});

const endpointThat = (merchant: Merchant, ...replies: Reply[]) =>
  createEndpoint(merchant, recorder.url(ownPath(recorder, ...replies)));
const redeliver = async (merchant: Merchant, id: string): Promise<Delivery> =>
  bodyOf(await merchant.asks<Delivery>('POST', `/webhooks/deliveries/${id}/redeliver`), 200);
const gaps = ({ attempts }: Delivery): number[] =>
  attempts.slice(1).map(({ at }, n) => Date.parse(at) - Date.parse(attempts[n]?.at ?? ''));

describe('A delivery', () => {
  it('obeys the schedule: at once, then each wait from the attempt before, with the same id and a new timestamp and signature', async () => {
    const merchant = await Merchant.joins(gateway);
    const endpoint = await endpointThat(
      merchant,
      { status: 500, body: 'first' },
      { status: 503, body: 'second' },
      { body: 'third' },
    );
    const { id, eventId } = await testEndpoint(merchant, endpoint.id);
    const webhooks = [await recorder.nextOf(eventId), await recorder.nextOf(eventId), await recorder.nextOf(eventId)];
    const delivery = await finished(merchant, id);
    expect(delivery).toMatchObject({
      status: 'succeeded',
      nextAttemptAt: null,
      attempts: [
        { status: 500, error: 'Answered 500', response: 'first' },
        { status: 503, error: 'Answered 503', response: 'second' },
        { status: 200, error: null, response: 'third' },
      ],
    });
    for (const gap of gaps(delivery)) {
      expect(gap).toBeGreaterThanOrEqual(890);
      expect(gap).toBeLessThan(3000);
    }
    expect(new Set(webhooks.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([eventId]));
    expect(new Set(webhooks.map(({ raw }) => raw.toString())).size).toBe(1);
    expect(new Set(webhooks.map(({ headers }) => headers['webhook-timestamp'])).size).toBeGreaterThan(1);
    for (const webhook of webhooks) new Webhook(endpoint.secret).verify(webhook.raw.toString(), signedHeaders(webhook));
  });

  it('that failed says when it is tried again', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await testEndpoint(merchant, (await endpointThat(merchant, { status: 500 })).id);
    const waiting = await eventually(
      'the first attempt',
      () => getDelivery(merchant, id),
      ({ attempts }) => attempts.length === 1,
    );
    expect(waiting.status).toBe('pending');
    expect(Date.parse(waiting.nextAttemptAt ?? '') - Date.parse(waiting.attempts[0]?.at ?? '')).toBeGreaterThan(800);
    expect((await finished(merchant, id)).status).toBe('succeeded');
  });

  it('has each failure on record in words, and no more than 2 kB of an answer', async () => {
    const merchant = await Merchant.joins(gateway);
    const nobody = createServer().listen(0, '127.0.0.1');
    await once(nobody, 'listening');
    const { port } = nobody.address() as AddressInfo;
    nobody.close();
    await once(nobody, 'close');
    const redirected = ownPath(recorder);
    const cases: [Promise<{ id: string }>, number | null, RegExp][] = [
      [endpointThat(merchant, { afterMs: 3000 }), null, /No answer within 1000 ms/],
      [endpointThat(merchant, { close: true }), null, /closed the connection|reset/i],
      [
        endpointThat(merchant, { status: 302, headers: { location: recorder.url(redirected) } }),
        302,
        /redirects are not followed/,
      ],
      [
        endpointThat(merchant, { status: 307, headers: { location: recorder.url(redirected) } }),
        307,
        /redirects are not followed/,
      ],
      [endpointThat(merchant, { status: 500, body: 'x'.repeat(50_000) }), 500, /^Answered 500$/],
      [createEndpoint(merchant, `http://127.0.0.1:${port}/`), null, /refused/i],
      [createEndpoint(merchant, 'http://no-such-host.invalid/'), null, /cannot be resolved/],
    ];
    await Promise.all(
      cases.map(async ([endpoint, status, words]) => {
        const { id } = await testEndpoint(merchant, (await endpoint).id);
        const { attempts } = await eventually(
          'the first attempt',
          () => getDelivery(merchant, id),
          (delivery) => delivery.attempts.length > 0,
        );
        expect(attempts[0]).toMatchObject({ status, error: expect.stringMatching(words), ms: expect.any(Number) });
        expect(Buffer.byteLength(attempts[0]?.response ?? '')).toBeLessThanOrEqual(2048);
      }),
    );
    expect(recorder.received.filter(({ path }) => path === redirected)).toEqual([]);
  });

  it('waits as long as Retry-After asks, in seconds or as a date', async () => {
    const merchant = await Merchant.joins(gateway);
    const inTwo = new Date(Date.now() + 4000).toUTCString();
    const deliveries = await Promise.all(
      [
        { status: 503, headers: { 'retry-after': '3' } },
        { status: 429, headers: { 'retry-after': inTwo } },
      ].map(async (reply) => {
        const { id } = await testEndpoint(merchant, (await endpointThat(merchant, reply)).id);
        return finished(merchant, id);
      }),
    );
    const [seconds, date] = deliveries as [Delivery, Delivery];
    expect(gaps(seconds)[0]).toBeGreaterThanOrEqual(3000);
    expect(Date.parse(date.attempts[1]?.at ?? '')).toBeGreaterThanOrEqual(Date.parse(inTwo));
    expect(deliveries.map(({ status }) => status)).toEqual(['succeeded', 'succeeded']);
  });

  it('that is answered 429, 502 or 504 slows the whole endpoint: nothing else goes there meanwhile', async () => {
    const merchant = await Merchant.joins(gateway);
    await Promise.all(
      [429, 502, 504].map(async (status) => {
        const endpoint = await endpointThat(merchant, { status, headers: { 'retry-after': '2' } });
        const first = await testEndpoint(merchant, endpoint.id);
        const slowed = await eventually(
          'the first attempt',
          () => getDelivery(merchant, first.id),
          ({ attempts }) => attempts.length === 1,
        );
        // The endpoint is paused just after the attempt is on record.
        const endpoints = (await gateway.database()).collection<{ _id: string; pausedUntil: Date | null }>(
          'webhook_endpoints',
        );
        await eventually(
          'the pause',
          () => endpoints.findOne({ _id: endpoint.id }),
          (one) => one?.pausedUntil !== null,
        );
        await merchant.charges();
        const [second] = await eventually(
          'another delivery to it',
          async () =>
            (await listDeliveries(merchant, `endpoint=${endpoint.id}`)).data.filter(
              ({ eventType }) => eventType === 'payment.created',
            ),
          ({ length }) => length > 0,
        );
        const { attempts } = await finished(merchant, second?.id ?? '');
        expect(attempts).toHaveLength(1);
        expect(Date.parse(attempts[0]?.at ?? '')).toBeGreaterThanOrEqual(
          Date.parse(slowed.attempts[0]?.at ?? '') + 2000,
        );
      }),
    );
  });

  it('to an endpoint that was deleted meanwhile fails in words', async () => {
    const merchant = await Merchant.joins(gateway);
    const endpoint = await endpointThat(merchant, { status: 500 });
    const { id } = await testEndpoint(merchant, endpoint.id);
    await eventually(
      'the first attempt',
      () => getDelivery(merchant, id),
      ({ attempts }) => attempts.length === 1,
    );
    await merchant.deletes('webhooks/endpoints', endpoint.id);
    expect(await finished(merchant, id)).toMatchObject({
      status: 'failed',
      nextAttemptAt: null,
      attempts: [{ status: 500 }, { status: null, error: 'The endpoint was deleted' }],
    });
  });

  it('goes to the URL that its endpoint has by then', async () => {
    const merchant = await Merchant.joins(gateway);
    const endpoint = await endpointThat(merchant, { status: 500 });
    const { id, eventId } = await testEndpoint(merchant, endpoint.id);
    await recorder.nextOf(eventId);
    const url = recorder.url(ownPath(recorder));
    await changeEndpoint(merchant, endpoint.id, { url });
    expect((await recorder.nextOf(eventId)).path).toBe(new URL(url).pathname);
    expect(await finished(merchant, id)).toMatchObject({ status: 'succeeded', url });
  });
});

describe('Redelivery', () => {
  it('of one sends it again at once: the same webhook-id and body, a new timestamp, and its attempts go on', async () => {
    const merchant = await Merchant.joins(gateway);
    const endpoint = await endpointThat(merchant);
    const { id, eventId } = await testEndpoint(merchant, endpoint.id);
    const first = await recorder.nextOf(eventId);
    await finished(merchant, id);
    await eventually(
      'the next second',
      () => Math.floor(Date.now() / 1000),
      (second) => second > Number(first.headers['webhook-timestamp']),
    );
    expect(await redeliver(merchant, id)).toMatchObject({ id, status: 'pending', attempts: [{ status: 200 }] });
    const again = await recorder.nextOf(eventId);
    expect(again.headers['webhook-id']).toBe(first.headers['webhook-id']);
    expect(again.raw.equals(first.raw)).toBe(true);
    expect(Number(again.headers['webhook-timestamp'])).toBeGreaterThan(Number(first.headers['webhook-timestamp']));
    expect(again.headers['webhook-signature']).not.toBe(first.headers['webhook-signature']);
    new Webhook(endpoint.secret).verify(again.raw.toString(), signedHeaders(again));
    expect((await finished(merchant, id)).attempts.map(({ status }) => status)).toEqual([200, 200]);
  });

  it('of all that failed since a time sends those, and nothing that succeeded or is older', async () => {
    const own = await startGateway({ WEBHOOK_RETRY_SCHEDULE: '0' });
    try {
      const merchant = await Merchant.joins(own);
      const endpoint = await endpointThat(merchant, { status: 500 }, { status: 500 }, { status: 500 }, { status: 200 });
      const send = async (): Promise<Delivery> => finished(merchant, (await testEndpoint(merchant, endpoint.id)).id);
      const old = await send();
      await eventually(
        'the next millisecond',
        () => Date.now(),
        (now) => now > Date.parse(old.createdAt) + 5,
      );
      const since = new Date().toISOString();
      const failed = [await send(), await send()];
      const succeeded = await send();
      expect(succeeded.status).toBe('succeeded');
      const answer = await merchant.asks('POST', `/webhooks/endpoints/${endpoint.id}/redeliver`, { json: { since } });
      expect({ status: answer.status, body: answer.body }).toEqual({
        status: 200,
        body: { redelivering: 2, pending: 0, failed: 2 },
      });
      for (const { id } of failed)
        expect((await finished(merchant, id)).attempts.map(({ status }) => status)).toEqual([500, 200]);
      expect((await getDelivery(merchant, old.id)).attempts).toHaveLength(1);
      expect((await getDelivery(merchant, succeeded.id)).attempts).toHaveLength(1);
      expectInvalid(await merchant.asks('POST', `/webhooks/endpoints/${endpoint.id}/redeliver`, { json: {} }), {
        loc: ['body', 'since'],
        type: 'missing',
      });
    } finally {
      await own.stop();
    }
  });

  it("of somebody else's delivery is refused as if there were none", async () => {
    const [owner, other] = [await Merchant.joins(gateway), await Merchant.joins(gateway)];
    const { id } = await testEndpoint(owner, (await endpointThat(owner)).id);
    for (const [method, path] of [
      ['GET', ''],
      ['POST', '/redeliver'],
    ] as const) {
      expectError(
        await other.asks(method, `/webhooks/deliveries/${id}${path}`),
        404,
        `Webhook delivery '${id}' not found for this user.`,
      );
    }
  });
});

describe('The list of deliveries', () => {
  it('is newest first and can be asked for by endpoint, event and status', async () => {
    const merchant = await Merchant.joins(gateway);
    const good = await createEndpoint(merchant, recorder.url(ownPath(recorder)), { events: ['payment.*'] });
    const gone = await endpointThat(merchant, { status: 410 });
    const sent = [
      await testEndpoint(merchant, good.id),
      await testEndpoint(merchant, gone.id),
      await testEndpoint(merchant, good.id),
    ];
    await Promise.all(sent.map(({ id }) => finished(merchant, id)));
    const ids = async (search: string): Promise<string[]> =>
      (await listDeliveries(merchant, search)).data.map(({ id }) => id);
    const [a, b, c] = sent.map(({ id }) => id);
    expect(await ids('')).toEqual([c, b, a]);
    expect(await ids(`endpoint=${good.id}`)).toEqual([c, a]);
    expect(await ids(`event=${sent[1]?.eventId ?? ''}`)).toEqual([b]);
    expect(await ids('status=failed')).toEqual([b]);
    expect(await ids(`status=succeeded&endpoint=${good.id}&limit=1`)).toEqual([c]);
    expect(await ids('status=pending')).toEqual([]);
    expectInvalid(await merchant.asks('GET', '/webhooks/deliveries?status=lost'), {
      loc: ['query', 'status'],
      type: 'enum',
    });
  });

  it("has a payment's own webhookUrl too, without an endpoint", async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await merchant.charges({ webhookUrl: recorder.url() });
    await recorder.nextOf(id);
    const { data } = await eventually(
      'the delivery to be over',
      () => listDeliveries(merchant, 'status=succeeded'),
      (page) => page.data.length === 1,
    );
    expect(data[0]).toMatchObject({
      endpointId: null,
      eventType: 'payment.completed',
      url: recorder.url(),
      attempts: [{ status: 200 }],
    });
    await redeliver(merchant, data[0]?.id ?? '');
    expect((await recorder.nextOf(id)).headers['webhook-id']).toBe(data[0]?.eventId);
  });
});

describe('An endpoint that answers 410', () => {
  it('is disabled at once and gets nothing more; what waits for it fails in words, and one PATCH enables it again', async () => {
    const merchant = await Merchant.joins(gateway);
    const endpoint = await endpointThat(merchant, { status: 410, body: 'gone' });
    const { id } = await testEndpoint(merchant, endpoint.id);
    expect(await finished(merchant, id)).toMatchObject({
      status: 'failed',
      attempts: [{ status: 410, response: 'gone' }],
    });
    const disabled = await eventually(
      'the endpoint to be disabled',
      () => getEndpoint(merchant, endpoint.id),
      ({ enabled }) => !enabled,
    );
    expect(disabled).toMatchObject({ disabledReason: 'gone', disabledAt: expect.any(String) });
    await merchant.receives();
    await redeliver(merchant, id);
    expect((await finished(merchant, id)).attempts.at(-1)).toMatchObject({
      status: null,
      error: 'The endpoint is disabled',
    });
    expect(await changeEndpoint(merchant, endpoint.id, { enabled: true })).toMatchObject({
      enabled: true,
      disabledReason: null,
      disabledAt: null,
      failingSince: null,
    });
    await redeliver(merchant, id);
    expect((await finished(merchant, id)).status).toBe('succeeded');
    expect((await listEvents(merchant, 'type=webhook.endpoint.disabled')).data).toHaveLength(1);
  });
});

describe('An endpoint that only fails', () => {
  it("for too long is disabled, and its owner's other endpoint is told once", async () => {
    const merchant = await Merchant.joins(gateway);
    const failing = await endpointThat(merchant, ...Array.from({ length: 50 }, () => ({ status: 500 })));
    const other = await createEndpoint(merchant, recorder.url(), { events: ['webhook.endpoint.disabled'] });
    await testEndpoint(merchant, failing.id);
    const since = await eventually(
      'the first failure',
      () => getEndpoint(merchant, failing.id),
      ({ failingSince }) => failingSince !== null,
    );
    expect(since.enabled).toBe(true);
    await eventually(
      'two seconds of failing',
      () => Date.now() - Date.parse(since.failingSince ?? ''),
      (ms) => ms > 2000,
    );
    await merchant.asks('POST', `/webhooks/endpoints/${failing.id}/test`);
    const disabled = await eventually(
      'the endpoint to be disabled',
      () => getEndpoint(merchant, failing.id),
      ({ enabled }) => !enabled,
    );
    expect(disabled).toMatchObject({ disabledReason: 'failing', failingSince: since.failingSince });
    expect(Date.parse(disabled.disabledAt ?? '') - Date.parse(disabled.failingSince ?? '')).toBeGreaterThanOrEqual(
      2000,
    );

    const told = await recorder.next(
      ({ raw }) => raw.includes('webhook.endpoint.disabled') && raw.includes(failing.id),
    );
    expect(standard(told)).toMatchObject({
      type: 'webhook.endpoint.disabled',
      data: {
        id: failing.id,
        url: failing.url,
        enabled: false,
        disabledReason: 'failing',
        disabledAt: disabled.disabledAt,
      },
    });
    new Webhook(other.secret).verify(told.raw.toString(), signedHeaders(told));
    expect((await listEvents(merchant, 'type=webhook.endpoint.disabled')).data).toHaveLength(1);

    expect(await changeEndpoint(merchant, failing.id, { enabled: true })).toMatchObject({
      enabled: true,
      disabledReason: null,
      failingSince: null,
    });
  });

  it('now and then is not disabled: one success ends the failing', async () => {
    const merchant = await Merchant.joins(gateway);
    const endpoint = await endpointThat(merchant, { status: 500 });
    await testEndpoint(merchant, endpoint.id);
    await eventually(
      'the first failure',
      () => getEndpoint(merchant, endpoint.id),
      ({ failingSince }) => failingSince !== null,
    );
    const healed = await eventually(
      'the success',
      () => getEndpoint(merchant, endpoint.id),
      ({ failingSince }) => failingSince === null,
    );
    expect(healed.enabled).toBe(true);
  });
});
