import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { eventually } from '../support/eventually.js';
import { createFault, getFault } from '../support/faults.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { Merchant } from '../support/merchant.js';
import {
  type CreatedEndpoint,
  createEndpoint,
  type Delivery,
  finished,
  getDelivery,
  getEndpoint,
  listDeliveries,
  ownPath,
  signedHeaders,
  standard,
  testEndpoint,
} from '../support/webhook-endpoints.js';
import { type Received, WebhookRecorder } from '../support/webhook-recorder.js';

let gateway: Gateway;
let recorder: WebhookRecorder;
beforeAll(async () => {
  [gateway, recorder] = await Promise.all([
    startGateway({ WEBHOOK_RETRY_SCHEDULE: '0,1,1', WEBHOOK_TIMEOUT_MS: '3000' }),
    WebhookRecorder.start(),
  ]);
});
afterAll(async () => {
  await gateway.stop();
  await recorder.stop();
});

interface Tested {
  readonly merchant: Merchant;
  readonly endpoint: CreatedEndpoint;
  readonly path: string;
  readonly faultId: string;
}

/** A merchant with an endpoint and a fault of its webhooks. */
async function faulty(effect: object, more: object = {}): Promise<Tested> {
  const merchant = await Merchant.joins(gateway);
  const path = ownPath(recorder);
  const endpoint = await createEndpoint(merchant, recorder.url(path));
  const { id } = await createFault(merchant, { match: { event: '*' }, effect, ...more });
  return { merchant, endpoint, path, faultId: id };
}

const at = (path: string): Received[] => recorder.received.filter((webhook) => webhook.path === path);
const nextAt = (path: string): Promise<Received> => recorder.next((webhook) => webhook.path === path);

const isRight = ({ secret }: CreatedEndpoint, webhook: Received): boolean => {
  try {
    new Webhook(secret).verify(webhook.raw, signedHeaders(webhook));
    return true;
  } catch {
    return false;
  }
};

/** Sends a test event, and returns its delivery when it is over and the first webhook that came. */
async function deliver({ merchant, endpoint, path }: Tested): Promise<{ delivery: Delivery; first: Received }> {
  const { id } = await testEndpoint(merchant, endpoint.id);
  const [first, delivery] = await Promise.all([nextAt(path), finished(merchant, id)]);
  return { delivery, first };
}

const faultsOf = ({ attempts }: Delivery): (string | null)[] =>
  attempts.map((attempt) => (attempt as unknown as { fault: string | null }).fault);

describe('A webhook fault', () => {
  it('`drop` does not send an attempt, which is retried; the fault tells the delivery', async () => {
    const tested = await faulty({ type: 'drop' });
    const { delivery } = await deliver(tested);
    expect(delivery.status).toBe('succeeded');
    expect(faultsOf(delivery)).toEqual([tested.faultId, null]);
    expect(delivery.attempts[0]).toMatchObject({
      status: null,
      error: `Not sent: dropped by the fault ${tested.faultId}`,
    });
    expect(at(tested.path)).toHaveLength(1);
    const { hits, when } = await getFault(tested.merchant, tested.faultId);
    expect(when).toBeNull();
    expect(hits).toEqual([
      {
        at: expect.any(String),
        requestId: null,
        operation: null,
        idempotencyKey: null,
        effect: { type: 'drop' },
        when: null,
        objectId: delivery.id,
        moneyMoved: false,
        repeatedWith: null,
      },
    ]);
    // The endpoint did nothing wrong.
    expect((await getEndpoint(tested.merchant, tested.endpoint.id)).failingSince).toBeNull();
  });

  it('`delay` sends a delivery later, once', async () => {
    const tested = await faulty({ type: 'delay', ms: 700 }, { times: null });
    const { delivery, first } = await deliver(tested);
    expect(first.at - Date.parse(delivery.createdAt)).toBeGreaterThanOrEqual(700);
    expect(faultsOf(delivery)).toEqual([tested.faultId]);
    expect((await getFault(tested.merchant, tested.faultId)).hits).toHaveLength(1);
  });

  it('`duplicate` sends it several times with one id', async () => {
    const tested = await faulty({ type: 'duplicate', count: 3 });
    const { delivery } = await deliver(tested);
    expect(delivery.attempts).toHaveLength(1);
    const webhooks = at(tested.path);
    expect(webhooks).toHaveLength(3);
    expect(new Set(webhooks.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(webhooks.every((webhook) => isRight(tested.endpoint, webhook))).toBe(true);
  });

  it('`reorder` holds a delivery until a later one was sent', async () => {
    const tested = await faulty({ type: 'reorder' });
    const held = await testEndpoint(tested.merchant, tested.endpoint.id);
    await eventually(
      'the first one to be held',
      () => getFault(tested.merchant, tested.faultId),
      ({ hits }) => hits.length === 1,
    );
    const later = await testEndpoint(tested.merchant, tested.endpoint.id);
    const order = [standard(await nextAt(tested.path)).id, standard(await nextAt(tested.path)).id];
    expect(order).toEqual([later.eventId, held.eventId]);
    expect(faultsOf(await finished(tested.merchant, held.id))).toEqual([tested.faultId]);
    expect(faultsOf(await finished(tested.merchant, later.id))).toEqual([null]);
  });

  it('what `reorder` held is found by an index', async () => {
    const plan = await (
      await gateway.database()
    )
      .collection('deliveries')
      .find({ target: 'we_1', held: { $exists: true }, eventId: { $lt: 'evt_1' }, dueAt: { $gt: new Date() } })
      .explain('executionStats');
    expect(JSON.stringify(plan)).toContain('target_1');
  });

  it('`reorder` of two payment events that come at once never loses one', async () => {
    const tested = await faulty({ type: 'reorder' }, { match: { event: 'payment.created' } });
    const { id } = await tested.merchant.charges();
    await tested.merchant.seesCompleted(id);
    const types = [standard(await nextAt(tested.path)).type, standard(await nextAt(tested.path)).type];
    expect(types).toEqual(['payment.completed', 'payment.created']);
  });

  it.each<[string, (tested: Tested, webhook: Received) => void]>([
    [
      'corrupt',
      ({ endpoint }, webhook) => {
        expect(isRight(endpoint, webhook)).toBe(false);
        expect(standard(webhook)).toMatchObject({ type: 'webhook.test', corrupted: true });
      },
    ],
    [
      'bad_signature',
      ({ endpoint }, webhook) => {
        expect(webhook.headers['webhook-signature']).toMatch(/^v1,/);
        expect(isRight(endpoint, webhook)).toBe(false);
      },
    ],
    [
      'no_signature',
      (_tested, webhook) => {
        expect(webhook.headers).not.toHaveProperty('webhook-signature');
        expect(webhook.headers).toHaveProperty('webhook-timestamp');
      },
    ],
    [
      'stale_timestamp',
      ({ endpoint }, webhook) => {
        const timestamp = Number(webhook.headers['webhook-timestamp']);
        expect(Date.now() / 1000 - timestamp).toBeGreaterThan(595);
        const signature = new Webhook(endpoint.secret).sign(
          String(webhook.headers['webhook-id']),
          new Date(timestamp * 1000),
          webhook.raw.toString(),
        );
        expect(webhook.headers['webhook-signature']).toBe(signature);
        // The library refuses it for its age.
        expect(isRight(endpoint, webhook)).toBe(false);
      },
    ],
    [
      'old_secret',
      ({ endpoint }, webhook) => {
        expect(webhook.headers['webhook-signature']).toMatch(/^v1,[A-Za-z0-9+/]{43}=$/);
        expect(isRight(endpoint, webhook)).toBe(false);
      },
    ],
  ])('`%s` is what its name says, and hits one attempt', async (type, check) => {
    const tested = await faulty({ type });
    const { delivery, first } = await deliver(tested);
    check(tested, first);
    expect(faultsOf(delivery)).toEqual([tested.faultId]);
    const { id } = await testEndpoint(tested.merchant, tested.endpoint.id);
    expect(isRight(tested.endpoint, await nextAt(tested.path))).toBe(true);
    expect(faultsOf(await finished(tested.merchant, id))).toEqual([null]);
  });

  it('`slow` takes its time for the body', async () => {
    const tested = await faulty({ type: 'slow', ms: 600 });
    const { delivery, first } = await deliver(tested);
    expect(delivery.attempts[0]?.ms).toBeGreaterThanOrEqual(590);
    expect(isRight(tested.endpoint, first)).toBe(true);
  });

  it("hits a payment's own webhookUrl, too, with the signature of v1", async () => {
    const merchant = await Merchant.joins(gateway);
    const path = ownPath(recorder);
    await createFault(merchant, { match: { event: 'payment.*' }, effect: { type: 'no_signature' } });
    await merchant.charges({ webhookUrl: recorder.url(path) });
    const { headers } = await nextAt(path);
    expect(headers).not.toHaveProperty('x-signature');
    await merchant.charges({ webhookUrl: recorder.url(path) });
    expect((await nextAt(path)).headers['x-signature']).toMatch(/^[0-9a-f]{64}$/);
  });

  it('hits only events that it matches, of its account', async () => {
    const tested = await faulty(
      { type: 'drop' },
      { match: { event: 'payment.completed', metadata: { case: '17' } }, times: null },
    );
    const other = await Merchant.joins(gateway);
    const otherPath = ownPath(recorder);
    await createEndpoint(other, recorder.url(otherPath), { events: ['payment.completed'] });
    const { id: unhit } = await tested.merchant.receives({ metadata: { case: randomUUID() } });
    const { id: hit } = await tested.merchant.receives({ metadata: { case: '17' } });
    await other.receives({ metadata: { case: '17' } });
    await nextAt(otherPath);
    const deliveries = await eventually(
      'all deliveries to be attempted',
      async () => (await listDeliveries(tested.merchant, 'limit=100')).data,
      (data) => data.length === 4 && data.every(({ attempts }) => attempts.length > 0),
    );
    const completed = deliveries.filter(({ eventType }) => eventType === 'payment.completed');
    const bodies = at(tested.path).map((webhook) => standard(webhook));
    expect(bodies.filter(({ type, data }) => type === 'payment.completed' && data.id === unhit)).toHaveLength(1);
    expect(bodies.filter(({ type, data }) => type === 'payment.completed' && data.id === hit)).toHaveLength(0);
    expect(completed.flatMap(faultsOf).filter((fault) => fault !== null).length).toBeGreaterThan(0);
    const [created] = deliveries.filter(({ eventType }) => eventType === 'payment.created');
    expect(faultsOf(await getDelivery(tested.merchant, created?.id ?? ''))).toEqual([null]);
  });

  it('goes through a sequence, one attempt after another', async () => {
    const merchant = await Merchant.joins(gateway);
    const path = ownPath(recorder);
    const endpoint = await createEndpoint(merchant, recorder.url(path));
    const { id } = await createFault(merchant, { sequence: [{ type: 'drop' }, null, { type: 'duplicate' }] });
    const one = await testEndpoint(merchant, endpoint.id);
    expect(faultsOf(await finished(merchant, one.id))).toEqual([id, null]);
    const next = await testEndpoint(merchant, endpoint.id);
    expect(faultsOf(await finished(merchant, next.id))).toEqual([id]);
    expect(at(path)).toHaveLength(3);
  });
});
