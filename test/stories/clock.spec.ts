import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { Merchant, newCharge } from '../support/merchant.js';
import { RawConnection } from '../support/raw-connection.js';
import { type Clock, DAY, HOUR, later, Sandbox, SECOND, START, STANDING } from '../support/sandbox.js';
import type { Endpoint } from '../support/webhook-endpoints.js';
import { WebhookRecorder } from '../support/webhook-recorder.js';

let gateway: Gateway;
let recorder: WebhookRecorder;
beforeAll(async () => {
  [gateway, recorder] = await Promise.all([startGateway(), WebhookRecorder.start()]);
});
afterAll(async () => {
  await gateway.stop();
  await recorder.stop();
});

const withDelay = (processingDelayMs: number, more = {}) => ({
  clock: { now: START },
  // Funds that become available would be due as well.
  settings: { processingDelayMs, settlementDelayDays: 0, ...more },
});
const statusOf = async (sandbox: Sandbox, id: string): Promise<unknown> => (await sandbox.gets(id)).status;
const typesOf = async (sandbox: Sandbox, id: string): Promise<string[]> =>
  (await sandbox.events(`objectId=${id}`)).map(({ type }) => type).reverse();

/** What a test waits for that must not happen: three times as long as it would take. */
const standsStill = async (sandbox: Sandbox, id: string): Promise<void> => {
  const real = await Merchant.joins(gateway);
  for (let n = 0; n < 3; n += 1) await real.receives();
  expect(await statusOf(sandbox, id)).toBe('pending');
};

describe('A virtual clock', () => {
  it('stands still until it is told, and says what is due next', async () => {
    const sandbox = await Sandbox.create(gateway, withDelay(10));
    const { id, created } = await sandbox.charges();
    expect(created).toBe(START);
    await standsStill(sandbox, id);
    expect(await sandbox.clock()).toEqual({ kind: 'virtual', now: START, nextDueAt: later(10) });
    const advanced = await sandbox.advance({ by: '1s' });
    expect(advanced).toEqual({
      now: later(SECOND),
      ran: [{ at: later(10), type: 'payment.processing', id }],
      nextDueAt: null,
      truncated: false,
    });
    expect(await sandbox.gets(id)).toMatchObject({ status: 'completed', updatedAt: later(10) });
    expect((await sandbox.charges()).created).toBe(later(SECOND));
  });

  it.each([
    [{ by: '90s' }, 90 * SECOND],
    [{ by: '15m' }, 900 * SECOND],
    [{ by: '36h' }, 36 * HOUR],
    [{ by: '3d' }, 3 * DAY],
    [{ by: 'PT36H' }, 36 * HOUR],
    [{ by: 'P1DT1H1M1S' }, DAY + HOUR + 61 * SECOND],
    [{ by: 'P2W' }, 14 * DAY],
    [{ by: '0s' }, 0],
    [{ to: later(DAY) }, DAY],
    [{ toNext: true }, 0],
  ])('advances by %j', async (how, ms) => {
    const sandbox = await Sandbox.create(gateway);
    expect(await sandbox.advance(how)).toEqual({ now: later(ms), ran: [], nextDueAt: null, truncated: false });
    expect((await sandbox.clock()).now).toBe(later(ms));
  });

  it.each<[Record<string, unknown>, string, string[]]>([
    [{}, 'one_of', ['body']],
    [{ by: '1d', toNext: true }, 'one_of', ['body']],
    [{ toNext: false }, 'one_of', ['body']],
    [{ by: '3 days' }, 'duration_parsing', ['body', 'by']],
    [{ by: '3w' }, 'duration_parsing', ['body', 'by']],
    [{ by: '-1d' }, 'duration_parsing', ['body', 'by']],
    [{ by: 'P1M' }, 'duration_parsing', ['body', 'by']],
    [{ by: 'PT' }, 'duration_parsing', ['body', 'by']],
    [{ by: 3 }, 'duration_parsing', ['body', 'by']],
    [{ to: 'tomorrow' }, 'datetime_parsing', ['body', 'to']],
    [{ to: '2026-01-31T08:59:59Z' }, 'clock_backwards', ['body', 'to']],
    [{ to: '2199-01-01T00:00:00Z' }, 'clock_too_far', ['body', 'to']],
    [{ by: '999999999d' }, 'clock_too_far', ['body', 'by']],
    [{ toNext: 'yes' }, 'bool_type', ['body', 'toNext']],
  ])('refuses %j', async (how, type, loc) => {
    const sandbox = await Sandbox.create(gateway);
    const { status, body } = await sandbox.asks('POST', '/clock/advance', { json: how });
    expect([status, body]).toMatchObject([422, { detail: [{ type, loc }] }]);
    expect((await sandbox.clock()).now).toBe(START);
  });

  it('goes to the next thing that is due, one at a time', async () => {
    const sandbox = await Sandbox.create(gateway, withDelay(5 * SECOND));
    const first = await sandbox.charges({ capture: 'manual' });
    await sandbox.advance({ by: '2s' });
    const second = await sandbox.charges();
    const next = () => sandbox.advance({ toNext: true });
    expect((await next()).ran.map(({ id }) => id)).toEqual([first.id]);
    expect(await next()).toMatchObject({ now: later(7 * SECOND), ran: [{ id: second.id }] });
    expect(await next()).toMatchObject({ now: later(7 * DAY + 5 * SECOND), ran: [{ id: first.id }] });
    expect(await next()).toMatchObject({ now: later(7 * DAY + 5 * SECOND), ran: [] });
  });

  it('is advanced by one request at a time: another one at once is refused', async () => {
    const sandbox = await Sandbox.create(gateway, withDelay(SECOND, { webhookTimeoutMs: 2000 }));
    const path = `/${sandbox.created.apiKey}`;
    recorder.answers(path, { afterMs: 400 });
    await sandbox.charges({ webhookUrl: recorder.url(path) });
    const first = sandbox.asks('POST', '/clock/advance', { json: { by: '1d' } });
    await recorder.next((webhook) => webhook.path === path);
    const second = await sandbox.asks('POST', '/clock/advance', { json: { by: '1d' } });
    expect([second.status, second.body]).toMatchObject([409, { code: 'clock_busy' }]);
    expect((await first).status).toBe(200);
    expect((await sandbox.clock()).now).toBe(later(DAY));
  });

  it('stops where it is when the client of the advance goes', async () => {
    const sandbox = await Sandbox.create(gateway, withDelay(SECOND, { webhookTimeoutMs: 2000 }));
    const path = `/${sandbox.created.apiKey}`;
    recorder.answers(path, { afterMs: 400 });
    await sandbox.charges({ webhookUrl: recorder.url(path) });
    const json = JSON.stringify({ by: '1d' });
    const client = new RawConnection(gateway.url).send(
      `POST /api/v1/clock/advance HTTP/1.1\r\nhost: ${new URL(gateway.url).host}\r\nx-api-key: ${sandbox.created.apiKey}\r\n` +
        `content-type: application/json\r\ncontent-length: ${json.length}\r\n\r\n${json}`,
    );
    await recorder.next((webhook) => webhook.path === path);
    client.leave();
    const next = await eventually(
      'the clock to be free',
      () => sandbox.asks<Clock>('POST', '/clock/advance', { json: { toNext: true } }),
      ({ status }) => status === 200,
    );
    expect(next.body.now).toBe(later(SECOND));
  });

  it('shows a handler that calls back the time of its webhook', async () => {
    const sandbox = await Sandbox.create(gateway, withDelay(HOUR));
    const seen: Clock[] = [];
    const handler = createServer((request, response) => {
      request.resume();
      void sandbox.clock().then((clock) => {
        seen.push(clock);
        response.end();
      });
    });
    await new Promise<void>((resolve) => handler.listen(0, '127.0.0.1', resolve));
    try {
      const url = `http://127.0.0.1:${(handler.address() as AddressInfo).port}/`;
      await sandbox.charges({ webhookUrl: url });
      await sandbox.advance({ by: '1d' });
      expect(seen.map(({ now }) => now)).toEqual([later(HOUR)]);
    } finally {
      handler.close();
    }
  });

  it('is what no request of an ordinary account can advance', async () => {
    const merchant = await Merchant.joins(gateway);
    const shown = await merchant.asks<Clock>('GET', '/clock');
    expect(shown.body).toMatchObject({ kind: 'real', nextDueAt: null });
    expect(Math.abs(Date.parse(shown.body.now) - Date.now())).toBeLessThan(60_000);
    const refused = await merchant.asks('POST', '/clock/advance', { json: { by: '1d' } });
    expect([refused.status, refused.body]).toMatchObject([409, { code: 'clock_is_real' }]);
  });
});

describe('The clock decides', () => {
  it('when a payment is final: with no delay at once, and the charge is answered as pending', async () => {
    const sandbox = await Sandbox.create(gateway);
    const { id, status } = await sandbox.charges();
    expect(status).toBe('pending');
    expect(await statusOf(sandbox, id)).toBe('completed');
    expect(await typesOf(sandbox, id)).toEqual(['payment.created', 'payment.completed']);
  });

  it('when an authorization expires', async () => {
    const sandbox = await Sandbox.create(gateway);
    const { id } = await sandbox.charges({ capture: 'manual' });
    expect(await sandbox.gets(id)).toMatchObject({ status: 'authorized', authorizationExpiresAt: later(7 * DAY) });
    await sandbox.advance({ to: later(7 * DAY - 1) });
    expect(await statusOf(sandbox, id)).toBe('authorized');
    await sandbox.advance({ by: '1s' });
    expect(await sandbox.gets(id)).toMatchObject({ status: 'voided', voidReason: 'expired' });
  });

  it('when a 3-D Secure challenge ends', async () => {
    const sandbox = await Sandbox.create(gateway);
    const { id } = await sandbox.charges({ paymentMethod: 'pm_card_threeDSecure2Required' });
    await sandbox.advance({ by: '30m' });
    expect(await sandbox.gets(id)).toMatchObject({ status: 'failed', failure: { code: 'authentication_timeout' } });
  });

  it('when slow refunds complete, and late ones fail', async () => {
    const sandbox = await Sandbox.create(gateway);
    const refundOf = async (paymentMethod: string) => {
      const { id } = await sandbox.charges({ paymentMethod });
      return sandbox.does<{ id: string; status: string }>('POST', `/payments/${id}/refunds`, {});
    };
    const [slow, late] = [await refundOf('pm_card_pendingRefund'), await refundOf('pm_card_refundFail')];
    expect([slow.status, late.status]).toEqual(['pending', 'completed']);
    await sandbox.advance({ by: '2s' });
    expect(await sandbox.does('GET', `/refunds/${slow.id}`)).toMatchObject({ status: 'completed' });
    expect(await sandbox.does('GET', `/refunds/${late.id}`)).toMatchObject({ status: 'failed' });
  });

  it('when a webhook is tried again, through a schedule of four days', async () => {
    const schedule = [0, 5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400];
    const sandbox = await Sandbox.create(gateway, {
      ...STANDING,
      settings: { processingDelayMs: 0, settlementDelayDays: 0, webhookRetrySchedule: schedule },
    });
    const path = `/${sandbox.created.apiKey}`;
    recorder.answers(path, ...schedule.map(() => ({ status: 500 })));
    const { id } = await sandbox.charges({ webhookUrl: recorder.url(path) });
    await recorder.next((webhook) => webhook.path === path);
    const { ran } = await sandbox.advance({ by: '4d' });
    expect(ran).toHaveLength(schedule.length - 1);
    const [delivery] = await sandbox.deliveries();
    expect(delivery).toMatchObject({ status: 'failed', nextAttemptAt: null });
    expect(delivery?.attempts.map(({ at }) => at)).toEqual([START, ...ran.map(({ at }) => at)]);
    expect(recorder.allOf(id)).toHaveLength(schedule.length);
    // Each wait is up to 10 % shorter or longer.
    const waits = (delivery?.attempts ?? []).map(({ at }, n, all) => Date.parse(at) - Date.parse(all[n - 1]?.at ?? at));
    waits.forEach((wait, n) => {
      const planned = (schedule[n] ?? 0) * SECOND;
      expect(Math.abs(wait - planned)).toBeLessThanOrEqual(planned * 0.1 + 1);
    });
    const now = Date.now() / 1000;
    for (const { headers } of recorder.allOf(id))
      expect(Math.abs(Number(headers['webhook-timestamp']) - now)).toBeLessThan(60);
  });

  it('what webhook-timestamp says, where the sandbox asks for that', async () => {
    const sandbox = await Sandbox.create(gateway, withDelay(0, { webhookTimestamp: 'virtual' }));
    const { id } = await sandbox.charges({ webhookUrl: recorder.url() });
    const { headers } = await recorder.nextOf(id);
    expect(headers['webhook-timestamp']).toBe(String(Date.parse(START) / 1000));
  });

  it('when an endpoint that only fails is disabled, and the event of that', async () => {
    const sandbox = await Sandbox.create(gateway, withDelay(0, { webhookRetrySchedule: [0, 86_400, 86_400, 86_400] }));
    const path = `/${sandbox.created.apiKey}`;
    recorder.answers(path, ...Array.from({ length: 9 }, () => ({ status: 500 })));
    await sandbox.does('PATCH', '/sandboxes/current', { settings: { webhookDisableAfterSeconds: 172_800 } });
    const { id } = await sandbox.subscribes(recorder.url(path), { events: ['payment.completed'] });
    await sandbox.charges();
    await sandbox.advance({ by: '2d' });
    expect(await sandbox.does<Endpoint>('GET', `/webhooks/endpoints/${id}`)).toMatchObject({ enabled: true });
    await sandbox.advance({ by: '2d' });
    const endpoint = await sandbox.does<Endpoint>('GET', `/webhooks/endpoints/${id}`);
    expect(endpoint).toMatchObject({ enabled: false, disabledReason: 'failing', failingSince: START });
    expect(Date.parse(endpoint.disabledAt ?? '')).toBeLessThan(Date.parse(later(4 * DAY)));
    expect(await typesOf(sandbox, id)).toEqual(['webhook.endpoint.disabled']);
  });

  it('when a pause ends that a receiver asked for', async () => {
    const sandbox = await Sandbox.create(gateway, withDelay(0, { webhookRetrySchedule: [0, 5, 5] }));
    const path = `/${sandbox.created.apiKey}`;
    recorder.answers(path, { status: 429, headers: { 'retry-after': '600' } });
    await sandbox.subscribes(recorder.url(path), { events: ['payment.completed'] });
    await sandbox.charges();
    await sandbox.advance({ by: '599s' });
    expect((await sandbox.deliveries())[0]?.attempts).toHaveLength(1);
    await sandbox.advance({ by: '1m' });
    expect((await sandbox.deliveries())[0]).toMatchObject({ status: 'succeeded' });
  });

  it('how long a rotated secret signs beside the new one', async () => {
    const sandbox = await Sandbox.create(gateway);
    const rotated = await gateway.request<{ previousValidUntil: string }>('POST', '/users/me/webhook-secret/rotate', {
      headers: sandbox.withToken,
    });
    expect(rotated.body.previousValidUntil).toBe(later(DAY));
    const during = await sandbox.charges({ webhookUrl: recorder.url() });
    expect((await recorder.nextOf(during.id)).headers['x-signature-previous']).toBeDefined();
    await sandbox.advance({ by: '1d' });
    const after = await sandbox.charges({ webhookUrl: recorder.url() });
    expect((await recorder.nextOf(after.id)).headers['x-signature-previous']).toBeUndefined();
  });

  it('how long an Idempotency-Key is remembered', async () => {
    const sandbox = await Sandbox.create(gateway);
    const charge = async () =>
      (await sandbox.does<{ id: string }>('POST', '/payments/charge', newCharge(), { 'idempotency-key': 'order-1' }))
        .id;
    const first = await charge();
    await sandbox.advance({ by: '23h' });
    expect(await charge()).toBe(first);
    await sandbox.advance({ by: '1h' });
    expect(await charge()).not.toBe(first);
  });

  it('which cards have expired', async () => {
    const sandbox = await Sandbox.create(gateway, { clock: { now: '2030-06-01T00:00:00Z' } });
    const card = { number: '4242424242424242', expMonth: 5, expYear: 2030 };
    expect((await sandbox.asks('POST', '/payment-methods', { json: card })).status).toBe(422);
    expect((await sandbox.asks('POST', '/payment-methods', { json: { ...card, expMonth: 6 } })).status).toBe(201);
  });

  it('nothing about bearer tokens and the life of the sandbox', async () => {
    const sandbox = await Sandbox.create(gateway, { ...STANDING, expiresInSeconds: 3600 });
    await sandbox.advance({ by: '300d' });
    expect((await gateway.request('GET', '/users/me', { headers: sandbox.withToken })).status).toBe(200);
  });
});

describe('A process that is killed while it advances a clock', () => {
  it('loses nothing and does nothing twice: the next request goes on', async () => {
    const own = await startGateway();
    try {
      const sandbox = await Sandbox.create(own, withDelay(HOUR, { webhookTimeoutMs: 2000 }));
      const path = `/${sandbox.created.apiKey}`;
      const ids: string[] = [];
      for (let n = 0; n < 5; n += 1) {
        const paid = await sandbox.charges({ webhookUrl: recorder.url(path) });
        ids.push(paid.id);
        await sandbox.advance({ by: '1m' });
      }
      recorder.answers(path, { afterMs: 20 }, { afterMs: 20 }, { afterMs: 1500 });
      const cut = sandbox.asks('POST', '/clock/advance', { json: { by: '2h' } }).catch(() => null);
      for (const id of ids.slice(0, 3)) await recorder.nextOf(id);
      await own.kill9();
      await own.restart();
      await cut;
      const clock = await sandbox.clock();
      expect(Date.parse(clock.now)).toBeLessThan(Date.parse(later(2 * HOUR)));
      const advanced = await eventually(
        'the lease on the clock to end',
        () => sandbox.asks('POST', '/clock/advance', { json: { to: later(3 * HOUR) } }),
        ({ status }) => status === 200,
        30_000,
      );
      expect(advanced.body).toMatchObject({ now: later(3 * HOUR), nextDueAt: null });
      for (const id of ids) {
        expect(await typesOf(sandbox, id)).toEqual(['payment.created', 'payment.completed']);
        expect(recorder.allOf(id).length).toBeGreaterThanOrEqual(1);
      }
      const deliveries = await sandbox.deliveries();
      expect(deliveries.map(({ status }) => status)).toEqual(ids.map(() => 'succeeded'));
    } finally {
      await own.stop();
    }
  }, 60_000);
});
