import { createServer, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createClient,
  ForeignAnswerError,
  type GatewayClient,
  GatewayConnectionError,
  GatewayError,
  type GatewayEvent,
  verifyWebhook,
  WebhookVerificationError,
} from '../../client/index.js';
import { takesIdempotencyKey } from '../../client/retries.js';
import { findErrors } from '../support/find-errors.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { Sandbox } from '../support/sandbox.js';
import { eventually } from '../support/eventually.js';
import { allEvents, createEndpoint } from '../support/webhook-endpoints.js';
import { Merchant } from '../support/merchant.js';
import { WebhookRecorder } from '../support/webhook-recorder.js';

const CHARGE = { customerName: 'Ada Lovelace', paymentAmount: 19.99, currency: 'USD' };

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

/** The client of a new account with a virtual clock, on a Friday. */
async function newClientOnFriday(): Promise<GatewayClient> {
  const { created } = await Sandbox.create(gateway, {
    clock: { now: '2026-01-30T09:00:00Z' },
    settings: { processingDelayMs: 0 },
  });
  return createClient({ url: gateway.url, apiKey: created.apiKey });
}

/** The client of a new account whose payments are final at once. */
async function newClient(options: { maxRetries?: number; timeoutMs?: number } = {}): Promise<GatewayClient> {
  const { created } = await Sandbox.create(gateway, { settings: { processingDelayMs: 0 } });
  return createClient({ url: gateway.url, apiKey: created.apiKey, accessToken: created.accessToken, ...options });
}

/** Answers with these statuses, one after another, and notes what was asked. */
async function withServer(
  statuses: readonly number[],
  use: (url: string, requests: readonly IncomingMessage[]) => Promise<void>,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    response.writeHead(statuses[requests.length] ?? 200, {
      'content-type': 'application/json',
      'x-request-id': 'req_1',
      ...headers,
    });
    requests.push(request);
    response.end(JSON.stringify({ code: 'idempotency_conflict', detail: 'Busy', id: 'txn_1' }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('The subjects of the client', () => {
  it('do the whole life of a payment', async () => {
    const client = await newClient();
    const { id } = await client.payments.charge({ ...CHARGE, capture: 'manual' }, { wait: 10 });
    expect(await client.payments.capture(id, { amount: 15 })).toMatchObject({ amountCaptured: 15 });
    const refund = await client.payments.refund(id, { amount: 5 }, { wait: 10 });
    expect(await client.refunds.get(refund.id)).toMatchObject({ amount: 5, status: 'completed' });
    expect((await client.refunds.list({ payment: id })).data).toHaveLength(1);
    expect((await client.payments.timeline(id)).data.length).toBeGreaterThan(3);
    expect((await client.payments.query({ minAmount: 1 })).totalTransactions).toBe(1);
    const other = await client.payments.charge({ ...CHARGE, capture: 'manual' }, { wait: 10 });
    expect(await client.payments.void(other.id)).toMatchObject({ status: 'voided' });
    const method = await client.paymentMethods.create({ number: '4242424242424242', expMonth: 12, expYear: 2040 });
    expect((await client.paymentMethods.list()).data).toMatchObject([{ id: method.id }]);
    await client.paymentMethods.delete(method.id);
    const challenged = await client.payments.charge(
      { ...CHARGE, paymentMethod: 'pm_card_authenticationRequired' },
      { wait: 10 },
    );
    expect(challenged.status).toBe('requires_action');
    await client.payments.authenticate(challenged.id, { result: 'succeeded' });
    expect(await client.events.next({ objectId: challenged.id, type: 'payment.completed' })).not.toBeNull();
    const pending = await client.payments.charge(CHARGE, { simulate: 'pending' });
    expect(await client.payments.cancel(pending.id)).toMatchObject({ status: 'canceled' });
    await client.payments.delete(pending.id);
  });

  it('follow the money from the charge to the bank', async () => {
    const client = await newClientOnFriday();
    const { id } = await client.payments.charge(CHARGE);
    expect(await client.balance.get()).toMatchObject({ pending: [{ amount: 19.11 }] });
    await client.clock.advance(new Date('2026-02-03T00:00:00Z'));
    expect(await client.balance.get()).toMatchObject({ available: [{ amount: 19.11, currency: 'USD' }] });

    const payout = await client.payouts.create({ amount: 10, currency: 'USD', description: 'Half of it' });
    const canceled = await client.payouts.create({ amount: 9.11, currency: 'USD' });
    expect(await client.payouts.cancel(canceled.id)).toMatchObject({ status: 'canceled' });
    await client.clock.advance('2d');
    expect(await client.payouts.get(payout.id)).toMatchObject({ status: 'paid', description: 'Half of it' });
    expect((await client.payouts.list({ status: 'paid' })).data.map((each) => each.id)).toEqual([payout.id]);
    expect(await client.balance.get()).toMatchObject({ available: [{ amount: 9.11 }], inTransit: [{ amount: 0 }] });

    const types: string[] = [];
    for await (const { type } of client.balance.transactions({ limit: 1 })) types.unshift(type);
    expect(types).toEqual(['payment', 'payout', 'payout', 'payout_canceled']);
    const entries = (await client.ledger.entries({ source: id })).data;
    expect(entries.map(({ type }) => type)).toContain('payment');
    expect(await client.ledger.accounts()).toContainEqual(expect.objectContaining({ account: 'bank', amount: 10 }));
    expect(await client.ledger.audit()).toMatchObject({ balanced: true, differences: [] });
    expect(await client.payments.tAccounts(id)).toMatchObject({ paymentId: id, currency: 'USD' });
  });

  it('pay out by a schedule', async () => {
    const client = await newClientOnFriday();
    expect(await client.payouts.schedule()).toEqual([]);
    const schedule = await client.payouts.setSchedule({ interval: 'weekly', currency: 'USD' });
    expect(schedule).toMatchObject({ interval: 'weekly', nextPayoutAt: '2026-02-02T00:00:00.000Z' });
    expect(await client.payouts.schedule()).toEqual([schedule]);
    await client.payments.charge({ ...CHARGE, paymentMethod: 'pm_card_bypassPending' });
    await client.clock.advance('3d');
    expect((await client.payouts.list()).data).toMatchObject([{ automatic: true, amount: 19.11 }]);
  });

  it('practise reconciliation: who compares every row scores 100', async () => {
    const client = await newClientOnFriday();
    for (let order = 1; order <= 10; order++)
      await client.payments.charge({
        ...CHARGE,
        paymentAmount: 10 * order,
        orderReference: `order-${order}`,
        paymentMethod: 'pm_card_bypassPending',
      });
    const [sum] = (await client.balance.get()).available;
    const payout = await client.payouts.create({ amount: sum?.amount ?? 0, currency: 'USD' });
    const [summary] = (await client.settlements.list({ payout: payout.id })).data;
    const truth = await client.settlements.get(summary?.id ?? '');
    expect(truth).toMatchObject({ id: payout.settlementId, totals: { count: 10, amountInPayout: payout.amount } });
    expect(await client.settlements.csv(truth.id)).toContain(',order-7,70.00,2.33,67.67,USD,');

    const exercise = await client.exercises.create(truth.id, { seed: 'monday', count: 7 });
    expect((await client.exercises.csv(exercise.id)).split('\r\n')).toHaveLength(exercise.report.rows.length + 2);
    const result = await client.exercises.answer(exercise.id, {
      findings: findErrors(truth.rows, exercise.report.rows),
    });
    expect(result).toMatchObject({ score: 100, missed: [], wronglyAccused: [] });
    expect(new Set(result.correct.map(({ error }) => error)).size).toBe(7);
    expect((await client.exercises.get(exercise.id)).result).toEqual(result);
  });

  it('do all else that the API has', async () => {
    const client = await newClient();
    expect(await client.status()).toMatchObject({ status: 'ok' });
    expect((await client.testValues({ channel: 'token' })).length).toBeGreaterThan(10);
    expect(await client.accounts.me()).toMatchObject({ role: 'user' });
    const endpoint = await client.webhookEndpoints.create({ url: 'http://127.0.0.1:9/', events: ['*'] });
    await client.webhookEndpoints.update(endpoint.id, { description: 'changed' });
    expect(await client.webhookEndpoints.get(endpoint.id)).toMatchObject({ description: 'changed' });
    expect((await client.webhookEndpoints.rotateSecret(endpoint.id)).secret).not.toBe(endpoint.secret);
    const { eventId } = await client.webhookEndpoints.test(endpoint.id);
    const { data } = await client.webhookDeliveries.list({ event: eventId });
    expect(await client.webhookDeliveries.get(data[0]?.id ?? '')).toMatchObject({ eventId });
    await client.webhookEndpoints.delete(endpoint.id);
    const session = await client.checkoutSessions.create({
      amount: 20,
      currency: 'USD',
      successUrl: 'https://shop.example/done',
      cancelUrl: 'https://shop.example/cart',
    });
    expect(await client.checkoutSessions.get(session.id)).toEqual(session);
    expect((await client.checkoutSessions.list({ status: 'open' })).data).toEqual([session]);
    expect(await client.checkoutSessions.expire(session.id)).toMatchObject({ id: session.id, status: 'expired' });
    const { id } = await client.sandboxes.snapshot({ name: 'one' });
    expect(await client.sandboxes.snapshots()).toMatchObject([{ id }]);
    expect(await client.sandboxes.export(id)).toMatchObject({ format: 'mock-payment-gateway/snapshot@1' });
    await client.sandboxes.restore(id);
    await client.sandboxes.update({ name: 'renamed' });
    expect(await client.sandboxes.reset()).toMatchObject({ name: 'renamed' });
    expect(await client.doubleCharges.list()).toEqual([]);
    expect((await client.certifications.list()).data).toEqual([]);
    await client.sandboxes.delete();
  });

  it('list page by page', async () => {
    const client = await newClient();
    const ids: string[] = [];
    for (let i = 0; i < 7; i++) ids.unshift((await client.payments.charge(CHARGE)).id);
    const found: string[] = [];
    for await (const { id } of client.payments.list({ limit: 3 })) found.push(id);
    expect(found).toEqual(ids);
    expect(await client.payments.list({ limit: 3 })).toMatchObject({ hasMore: true });
  });

  it('have a raw client that sends once and returns errors as values', async () => {
    const client = await newClient();
    const { error, response } = await client.raw.GET('/api/v1/payments/{transaction_id}', {
      params: { path: { transaction_id: 'txn_unknown' } },
    });
    expect([response.status, error?.code]).toEqual([404, 'payment_not_found']);
  });
});

describe('Errors', () => {
  it('have the status, code, request id, page and violations', async () => {
    const client = await newClient();
    const error: unknown = await client.payments
      .charge({ ...CHARGE, paymentAmount: -1, currency: 'usd' })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(GatewayError);
    expect(error).toMatchObject({
      status: 422,
      code: 'validation_failed',
      requestId: expect.stringMatching(/^req_/),
      docUrl: `${gateway.url}/docs/errors#validation_failed`,
      violations: [{ loc: ['body', 'paymentAmount'] }, { loc: ['body', 'currency'] }],
      message: expect.stringMatching(/^paymentAmount: .*; currency: /),
    });
  });

  it('say that nothing listens, or that it took too long', async () => {
    const nowhere = createClient({ url: 'http://127.0.0.1:1', maxRetries: 0 });
    await expect(nowhere.status()).rejects.toThrow(GatewayConnectionError);
    const impatient = await newClient({ timeoutMs: 100, maxRetries: 0 });
    await expect(impatient.payments.charge(CHARGE, { fault: 'after; timeout' })).rejects.toThrow('it took too long');
  });

  it('say that something else answers, and give the key to nobody', async () => {
    const others: IncomingMessage[] = [];
    const other = createServer((request, response) => {
      others.push(request);
      response.end('{}');
    }).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    try {
      await expect(createClient({ url, apiKey: 'PK_LIVE_1' }).payments.list()).rejects.toThrow(ForeignAnswerError);
      others.length = 0;
      await withServer(
        [307],
        async (redirecting) => {
          const client = createClient({ url: redirecting, apiKey: 'PK_LIVE_1' });
          await expect(client.payments.list()).rejects.toMatchObject({ status: 307 });
          await expect(client.events.stream({ after: 'evt_1' }).next()).rejects.toMatchObject({
            name: 'ForeignAnswerError',
          });
        },
        { location: `${url}/` },
      );
      expect(others).toEqual([]);
    } finally {
      other.closeAllConnections();
      other.close();
    }
  });

  it('of a stranger are errors too', async () => {
    await withServer([404, 404], async (url) => {
      await expect(createClient({ url }).status()).rejects.toMatchObject({ status: 404 });
    });
    expect(() => createClient({ url: 'localhost' })).toThrow(TypeError);
  });
});

describe('Retries', () => {
  it.each(['reset', 'empty', 'cut', 'status=503'])('charge once although the answer was lost: %s', async (effect) => {
    const client = await newClient();
    const [type = '', status] = effect.split('=');
    await client.faults.add({
      match: { operation: 'charge' },
      when: 'after',
      effect: { type, ...(status && { status: Number(status) }) } as never,
      times: 2,
    });
    const { id } = await client.payments.charge(CHARGE);
    expect((await client.payments.list()).data.map((payment) => payment.id)).toEqual([id]);
    expect(await client.doubleCharges.list()).toEqual([]);
  });

  it('give up after maxRetries, and send the same key each time', async () => {
    await withServer([503, 503, 503, 503], async (url, requests) => {
      const client = createClient({ url, maxRetries: 3 });
      await expect(client.payments.charge(CHARGE)).rejects.toMatchObject({ status: 503 });
      expect(requests).toHaveLength(4);
      expect(new Set(requests.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
    });
  });

  it('wait for a request in flight, and for as long as Retry-After says', async () => {
    await withServer(
      [409, 429, 200],
      async (url, requests) => {
        const began = Date.now();
        await createClient({ url }).payments.charge(CHARGE, { idempotencyKey: 'order-7' });
        expect(requests.map(({ headers }) => headers['idempotency-key'])).toEqual(['order-7', 'order-7', 'order-7']);
        expect(Date.now() - began).toBeGreaterThanOrEqual(2000);
      },
      { 'retry-after': '1' },
    );
  });

  it('repeat nothing that could be done twice', async () => {
    await withServer([503, 503], async (url, requests) => {
      const client = createClient({ url });
      await expect(client.clock.advance('3d')).rejects.toMatchObject({ status: 503 });
      await expect(client.sandboxes.create()).rejects.toMatchObject({ status: 503 });
      expect(requests).toHaveLength(2);
    });
  });

  it('end with the signal of the caller', async () => {
    await withServer([503, 503, 503], async (url, requests) => {
      const signal = AbortSignal.timeout(50);
      await expect(createClient({ url }).payments.charge(CHARGE, { signal })).rejects.toMatchObject({
        name: expect.stringMatching(/TimeoutError|AbortError/),
      });
      expect(requests.length).toBeLessThan(3);
    });
  });

  it('send a key to exactly the routes that take one', async () => {
    const document = JSON.parse(await readFile(new URL('../../openapi.json', import.meta.url), 'utf8')) as {
      paths: Record<string, { post?: { parameters?: { name: string }[] } }>;
    };
    for (const [path, { post }] of Object.entries(document.paths)) {
      if (!post) continue;
      const takes = (post.parameters ?? []).some(({ name }) => name === 'Idempotency-Key');
      const concrete = path.replace(/\{\w+\}/g, 'x');
      expect({ path, takes: takesIdempotencyKey('POST', concrete) }).toEqual({ path, takes });
    }
  });
});

describe('client.events.stream', () => {
  it('yields what happens from now on, also what happened while the gateway was away, each once', async () => {
    const own = await startGateway({ PAYMENT_PROCESSING_DELAY_MS: '0' });
    try {
      const merchant = await Merchant.joins(own);
      const client = createClient({ url: own.url, apiKey: merchant.apiKey, maxRetries: 8 });
      await client.payments.charge(CHARGE, { wait: 10 });
      // Stored after the answer.
      await eventually(
        'both events of it',
        () => allEvents(merchant),
        ({ length }) => length === 2,
      );
      const ended = new AbortController();
      const came: GatewayEvent[] = [];
      let opened = (): void => undefined;
      const isOpen = new Promise<void>((resolve) => (opened = resolve));
      const reading = (async () => {
        for await (const event of client.events.stream({
          type: 'payment.completed',
          signal: ended.signal,
          onConnection: () => {
            opened();
          },
        })) {
          came.push(event);
          if (came.length === 20) ended.abort();
        }
      })();
      await isOpen;
      const ids: string[] = [];
      for (let i = 0; i < 10; i++) ids.push((await client.payments.charge(CHARGE)).id);
      await own.kill9();
      await own.restart();
      for (let i = 0; i < 10; i++) ids.push((await client.payments.charge(CHARGE)).id);
      await reading;
      expect(came.map(({ data }) => ('id' in data ? data.id : '')).sort()).toEqual([...ids].sort());
    } finally {
      await own.stop();
    }
  });

  it('ends with the error if the key is wrong', async () => {
    const client = createClient({ url: gateway.url, apiKey: 'PK_LIVE_wrong' });
    await expect(client.events.stream().next()).rejects.toMatchObject({ code: 'api_key_invalid' });
  });
});

describe('verifyWebhook', () => {
  it('accepts what the gateway sends with each kind of secret, and refuses all else', async () => {
    const recorder = await WebhookRecorder.start();
    try {
      const merchant = await Merchant.joins(gateway);
      const endpoint = await createEndpoint(merchant, recorder.url(), {
        events: ['payment.completed'],
        signatures: ['v1', 'v1a'],
      });
      const { id } = await merchant.receives();
      const { raw, headers } = await recorder.next(({ raw: bytes }) => bytes.includes(id));
      for (const secret of [endpoint.secret, endpoint.publicKey ?? '', ['whsec_AAAA', endpoint.secret]])
        expect(verifyWebhook(raw, headers, secret)).toMatchObject({ type: 'payment.completed', data: { id } });
      const old = { now: new Date(Date.now() + 301_000) };
      expect(() => verifyWebhook(raw, headers, endpoint.secret, old)).toThrow('more than 300 s off');
      expect(() => verifyWebhook(`${raw.toString()} `, headers, endpoint.secret)).toThrow(WebhookVerificationError);
      for (const bad of ['', 'v1', 'v1,', 'v1,!!', 'v1a,AAAA', 'v2,AAAA', 'v1,AAAA v1,BBBB'])
        for (const secret of [endpoint.secret, endpoint.publicKey ?? '', 'SK_other'])
          expect(() => verifyWebhook(raw, { ...headers, 'webhook-signature': bad }, secret)).toThrow(
            WebhookVerificationError,
          );
      expect(() => verifyWebhook(raw, new Headers(), endpoint.secret)).toThrow('The webhook-id header is missing');
    } finally {
      await recorder.stop();
    }
  });
});
