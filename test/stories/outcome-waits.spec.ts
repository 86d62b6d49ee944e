import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { startSharedDatabase } from '../support/database.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { type Answer, expectError } from '../support/http.js';
import { bodyOf, type Charged, Merchant, newCharge } from '../support/merchant.js';
import { allEvents, createEndpoint } from '../support/webhook-endpoints.js';
import { WebhookRecorder } from '../support/webhook-recorder.js';

type Waited = Charged & { readonly failure?: { readonly code: string } | null; readonly nextAction?: object };

let gateway: Gateway;
let recorder: WebhookRecorder;
beforeAll(async () => {
  [gateway, recorder] = await Promise.all([
    startGateway({ PAYMENT_PROCESSING_DELAY_MS: '200', REFUND_DELAY_MS: '200' }),
    WebhookRecorder.start(),
  ]);
});
afterAll(async () => {
  await gateway.stop();
  await recorder.stop();
});

const charges = (
  merchant: Merchant,
  prefer: string | null,
  charge: Readonly<Record<string, unknown>> = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer<Waited>> =>
  merchant.gateway.request<Waited>('POST', '/payments/charge', {
    headers: { ...merchant.withKey, ...headers, ...(prefer !== null && { prefer }) },
    json: newCharge(charge),
  });

describe('A charge with Prefer: wait', () => {
  it.each([
    [{}, 'completed', null],
    [{ capture: 'manual' }, 'authorized', null],
    [{ customerName: 'DECLINED' }, 'failed', 'card_declined'],
  ])('of %j is answered with its outcome', async (charge, status, code) => {
    const answer = await charges(await Merchant.joins(gateway), 'wait=10', charge);
    const body = bodyOf(answer, 201);
    expect([body.status, body.failure?.code ?? null]).toEqual([status, code]);
    expect(answer.headers.get('preference-applied')).toBe('wait=10');
  });

  it('is answered at once if the customer has to act', async () => {
    const answer = await charges(await Merchant.joins(gateway), 'wait=30', {
      paymentMethod: 'pm_card_authenticationRequired',
    });
    expect(bodyOf(answer, 201)).toMatchObject({ status: 'requires_action', nextAction: { type: 'redirect' } });
  });

  it('is answered as pending when the wait is over', async () => {
    const answer = await charges(await Merchant.joins(gateway), 'wait=1', { customerName: 'PENDING' });
    expect(bodyOf(answer, 201)).toMatchObject({ status: 'pending', failure: null });
    expect(answer.headers.get('preference-applied')).toBe('wait=1');
  });

  it('waits at most 30 seconds, and says so', async () => {
    const answer = await charges(await Merchant.joins(gateway), 'wait=3600');
    expect([bodyOf(answer, 201).status, answer.headers.get('preference-applied')]).toEqual(['completed', 'wait=30']);
  });

  it.each([null, 'respond-async', 'wait=soon'])('that says %j is answered as v1 says', async (prefer) => {
    const answer = await charges(await Merchant.joins(gateway), prefer);
    const body = bodyOf(answer, 201);
    expect(Object.keys(body).sort()).toEqual(['amount', 'created', 'currency', 'customerName', 'id', 'status']);
    expect([body.status, answer.headers.get('preference-applied')]).toEqual(['pending', null]);
  });

  it('that is repeated with its key gets the same answer', async () => {
    const merchant = await Merchant.joins(gateway);
    const key = { 'idempotency-key': 'order-1' };
    const first = await charges(merchant, 'wait=10', {}, key);
    const again = await charges(merchant, null, {}, key);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
  });

  it('that is repeated while it waits, longer than a lock without a wait lasts, runs once', async () => {
    const slow = await startGateway({ PAYMENT_PROCESSING_DELAY_MS: '7000' });
    try {
      const merchant = await Merchant.joins(slow);
      const key = { 'idempotency-key': 'order-1' };
      const first = charges(merchant, 'wait=20', {}, key);
      await delay(5500);
      expectError(await charges(merchant, null, {}, key), 409, expect.stringContaining('still running'));
      const { body } = await first;
      expect(body.status).toBe('completed');
      expect((await charges(merchant, null, {}, key)).body).toEqual(body);
    } finally {
      await slow.stop();
    }
  });

  it('does not wait if 100 requests of the account wait, and says nothing of a wait then; left ones do not count', async () => {
    const slow = await startGateway({ PAYMENT_PROCESSING_DELAY_MS: '600000' });
    try {
      const merchant = await Merchant.joins(slow);
      const leaving = new AbortController();
      const left = Array.from({ length: 100 }, () =>
        fetch(`${slow.api}/payments/charge`, {
          method: 'POST',
          headers: { ...merchant.withKey, 'content-type': 'application/json', prefer: 'wait=30' },
          body: JSON.stringify(newCharge()),
          signal: leaving.signal,
        }).catch(() => null),
      );
      const path = '/payments?limit=100';
      while (bodyOf(await merchant.asks<{ data: unknown[] }>('GET', path), 200).data.length < 100);
      await delay(200);
      expect((await charges(merchant, 'wait=1')).headers.get('preference-applied')).toBeNull();
      leaving.abort();
      await Promise.all(left);
      await delay(1500);
      const begun = Date.now();
      expect((await charges(merchant, 'wait=1')).headers.get('preference-applied')).toBe('wait=1');
      expect(Date.now() - begun).toBeGreaterThan(900);
    } finally {
      await slow.stop();
    }
  });

  it('that is refused says nothing of a wait', async () => {
    const answer = await charges(await Merchant.joins(gateway), 'wait=10', { paymentAmount: -1 });
    expect([answer.status, answer.headers.get('preference-applied')]).toEqual([422, null]);
  });

  it('ends when another process makes the outcome', async () => {
    const database = await startSharedDatabase();
    const settings = { PAYMENT_PROCESSING_DELAY_MS: '600000', MONGODB_URI: database.uri };
    const [first, second] = await Promise.all([startGateway(settings), startGateway(settings)]);
    try {
      const merchant = await Merchant.joins(first);
      const waiting = charges(merchant, 'wait=20');
      let id: string | undefined;
      while (id === undefined)
        id = bodyOf(await merchant.asks<{ data: { id: string }[] }>('GET', '/payments'), 200).data[0]?.id;
      const canceled = await second.request('POST', `/payments/${id}/cancel`, { headers: merchant.withKey });
      bodyOf(canceled, 200);
      expect(bodyOf(await waiting, 201)).toMatchObject({ id, status: 'canceled' });
    } finally {
      await Promise.all([first.stop(), second.stop()]);
      await database.stop();
    }
  });

  it('is answered with the payment if the database goes away during the wait, because it is on disk', async () => {
    const database = await startSharedDatabase();
    const other = await startGateway({ PAYMENT_PROCESSING_DELAY_MS: '600000', MONGODB_URI: database.uri });
    try {
      const merchant = await Merchant.joins(other);
      const waiting = charges(merchant, 'wait=30');
      while (bodyOf(await merchant.asks<{ data: unknown[] }>('GET', '/payments'), 200).data.length === 0);
      await database.stop();
      expect(bodyOf(await waiting, 201).status).toBe('pending');
    } finally {
      await other.kill9();
      await other.stop();
    }
  });

  it('does not keep a process from stopping', async () => {
    const other = await startGateway({ PAYMENT_PROCESSING_DELAY_MS: '600000' });
    const merchant = await Merchant.joins(other);
    const waiting = charges(merchant, 'wait=30');
    while (bodyOf(await merchant.asks<{ data: unknown[] }>('GET', '/payments'), 200).data.length === 0);
    const begun = Date.now();
    await other.stop();
    expect(Date.now() - begun).toBeLessThan(8000);
    expect(bodyOf(await waiting, 201).status).toBe('pending');
  });
});

describe('A capture and a refund with Prefer: wait', () => {
  it('are answered with their outcome', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = bodyOf(
      await charges(merchant, 'wait=10', { capture: 'manual', paymentMethod: 'pm_card_pendingRefund' }),
      201,
    );
    const headers = { prefer: 'wait=10' };
    const captured = await merchant.asks<Charged>('POST', `/payments/${id}/capture`, { json: {}, headers });
    expect([bodyOf(captured, 200).status, captured.headers.get('preference-applied')]).toEqual([
      'completed',
      'wait=10',
    ]);
    const refund = await merchant.asks<Charged>('POST', `/payments/${id}/refunds`, { json: {}, headers });
    expect([bodyOf(refund, 201).status, refund.headers.get('preference-applied')]).toEqual(['completed', 'wait=10']);
    const second = bodyOf(await charges(merchant, 'wait=10', { paymentMethod: 'pm_card_pendingRefund' }), 201);
    const pending = await merchant.asks<Charged>('POST', `/payments/${second.id}/refunds`, { json: {} });
    expect(bodyOf(pending, 201).status).toBe('pending');
  });
});

describe('POST /payments/{id}/cancel', () => {
  const cancels = (merchant: Merchant, id: string): Promise<Answer<Charged>> =>
    merchant.asks<Charged>('POST', `/payments/${id}/cancel`);

  it('ends a pending payment and one that waits for the customer; the merchant gets payment.canceled once', async () => {
    const merchant = await Merchant.joins(gateway);
    await createEndpoint(merchant, recorder.url('/canceled'), { events: ['payment.canceled'] });
    const pending = await merchant.charges({ customerName: 'PENDING' });
    const challenged = await merchant.charges({ paymentMethod: 'pm_card_authenticationRequired' });
    for (const { id } of [pending, challenged]) {
      const canceled = bodyOf(await cancels(merchant, id), 200);
      expect(canceled).toMatchObject({ id, status: 'canceled', failure: null, nextAction: null });
      expect(bodyOf(await cancels(merchant, id), 200)).toEqual(canceled);
      const received = await recorder.next(({ body }) => (body as unknown as { data: { id: string } }).data.id === id);
      expect(received.body).toMatchObject({ type: 'payment.canceled', data: { id, status: 'canceled' } });
    }
    const events = await merchant.asks<{ data: unknown[] }>('GET', '/events?type=payment.canceled');
    expect(bodyOf(events, 200).data).toHaveLength(2);
  });

  it('races with the outcome: one of them wins, and the payment stays as it is then', async () => {
    const merchant = await Merchant.joins(gateway);
    // All are due in 200 ms, and are canceled one after another meanwhile: the outcome comes somewhere in between.
    const made = await Promise.all(Array.from({ length: 60 }, () => charges(merchant, null)));
    for (const { body } of made) {
      const answers = await Promise.all([cancels(merchant, body.id), cancels(merchant, body.id)]);
      expect(new Set(answers.map(({ status }) => status)).size).toBe(1);
      const canceled = answers[0].status === 200;
      if (!canceled) expect(answers[0].body).toMatchObject({ code: 'illegal_transition' });
      const { status } = await merchant.gets(body.id);
      expect(status).toBe(canceled ? 'canceled' : 'completed');
      const types = (await allEvents(merchant, `objectId=${body.id}`)).map(({ type }) => type);
      expect(types.filter((type) => type !== 'payment.created').length).toBeLessThanOrEqual(1);
    }
  });

  it.each(['completed', 'failed'])('of a %s payment is refused', async (status) => {
    const merchant = await Merchant.joins(gateway);
    const customerName = status === 'failed' ? 'DECLINED' : 'Jenny Rosen';
    const { id } = bodyOf(await charges(merchant, 'wait=10', { customerName }), 201);
    const answer = await cancels(merchant, id);
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({
      code: 'illegal_transition',
      detail: `A ${status} payment can't be canceled; allowed: ${status === 'failed' ? 'nothing' : 'refunds'}.`,
    });
  });
});

describe('A payment and a refund say', () => {
  it('when an authorization expires, and why it was voided', async () => {
    const expiring = await startGateway({ PAYMENT_PROCESSING_DELAY_MS: '5', AUTHORIZATION_EXPIRES_AFTER_SECONDS: '1' });
    try {
      const merchant = await Merchant.joins(expiring);
      const authorized = bodyOf(await charges(merchant, 'wait=10', { capture: 'manual' }), 201);
      const shown = (await merchant.gets(authorized.id)) as unknown as Record<string, string | null>;
      expect(Date.parse(shown.authorizationExpiresAt ?? '')).toBeGreaterThan(Date.parse(shown.createdAt ?? ''));
      expect(shown.voidReason).toBeNull();
      const other = bodyOf(await charges(merchant, 'wait=10', { capture: 'manual' }), 201);
      expect(bodyOf(await merchant.asks('POST', `/payments/${other.id}/void`), 200)).toMatchObject({
        voidReason: 'requested',
      });
      const voided = await expiringEvent(merchant, authorized.id);
      expect(voided).toMatchObject({ status: 'voided', voidReason: 'expired' });
      expect(voided.authorizationExpiresAt).toBe(shown.authorizationExpiresAt);
    } finally {
      await expiring.stop();
    }
  });

  it('why a refund failed', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = bodyOf(await charges(merchant, 'wait=10', { paymentMethod: 'pm_card_refundFail' }), 201);
    const refund = bodyOf(await merchant.asks<{ id: string }>('POST', `/payments/${id}/refunds`, { json: {} }), 201);
    expect(refund).toMatchObject({ status: 'completed', failure: null });
    const { data } = await eventOf(merchant, `type=refund.failed&objectId=${refund.id}`);
    const failure = { code: 'refund_declined', message: expect.stringMatching(/./) };
    expect(data).toMatchObject({ status: 'failed', failure });
    expect(bodyOf(await merchant.asks('GET', `/refunds/${refund.id}`), 200)).toMatchObject({
      status: 'failed',
      failure,
    });
  });
});

interface Told {
  readonly data: Readonly<Record<string, string | null>>;
}

/** The first event that a search finds. */
async function eventOf(merchant: Merchant, search: string): Promise<Told> {
  const ask = async (): Promise<Told[]> =>
    bodyOf(await merchant.asks<{ data: Told[] }>('GET', `/events?${search}`), 200).data;
  const [event] = await eventually('the event', ask, ({ length }) => length > 0);
  return event ?? { data: {} };
}

const expiringEvent = async (merchant: Merchant, id: string): Promise<Told['data']> =>
  (await eventOf(merchant, `type=payment.voided&objectId=${id}`)).data;
