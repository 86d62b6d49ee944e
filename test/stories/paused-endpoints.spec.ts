import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { bodyOf, Merchant } from '../support/merchant.js';
import {
  createEndpoint,
  type CreatedEndpoint,
  type Delivery,
  type Endpoint,
  finished,
  getEndpoint,
  listDeliveries,
  ownPath,
  testEndpoint,
} from '../support/webhook-endpoints.js';
import { type Reply, WebhookRecorder } from '../support/webhook-recorder.js';

type Pausable = Endpoint & { readonly pausedUntil: string | null };

let gateway: Gateway;
let recorder: WebhookRecorder;
beforeAll(async () => {
  [gateway, recorder] = await Promise.all([
    // Nothing comes back by itself within a test: what arrives was sent because it was asked for.
    startGateway({ WEBHOOK_RETRY_SCHEDULE: '0,600,600' }),
    WebhookRecorder.start(),
  ]);
});
afterAll(async () => {
  await gateway.stop();
  await recorder.stop();
});

const DOWN: Reply = { status: 503 };
const SLOW: Reply = { status: 429, headers: { 'retry-after': '600' } };

const endpointThat = (merchant: Merchant, ...replies: Reply[]): Promise<CreatedEndpoint> =>
  createEndpoint(merchant, recorder.url(ownPath(recorder, ...replies)));
const asks = async <Body>(merchant: Merchant, path: string, json: unknown = {}): Promise<Body> =>
  bodyOf(await merchant.asks<Body>('POST', path, { json }), 200);

/** The endpoint's deliveries, once each has been attempted. */
const attempted = async (merchant: Merchant, { id }: Endpoint, count: number): Promise<Delivery[]> =>
  (
    await eventually(
      `${count} attempts`,
      () => listDeliveries(merchant, `endpoint=${id}&limit=100`),
      ({ data }) => data.filter(({ attempts }) => attempts.length > 0).length >= count,
    )
  ).data;

const paused = (merchant: Merchant, { id }: Endpoint): Promise<Pausable> =>
  eventually(
    'the pause',
    () => getEndpoint(merchant, id) as Promise<Pausable>,
    ({ pausedUntil }) => pausedUntil !== null,
  );

/** An endpoint that answered 429, with one delivery that was attempted and two that wait. */
async function pausedWithBacklog(merchant: Merchant): Promise<{ endpoint: CreatedEndpoint; waiting: Delivery[] }> {
  const endpoint = await endpointThat(merchant, SLOW);
  await testEndpoint(merchant, endpoint.id);
  await attempted(merchant, endpoint, 1);
  await paused(merchant, endpoint);
  await merchant.receives();
  const { data } = await eventually(
    'what waits',
    () => listDeliveries(merchant, `endpoint=${endpoint.id}`),
    ({ data: deliveries }) => deliveries.length === 3,
  );
  return { endpoint, waiting: data.filter(({ eventType }) => eventType !== 'webhook.test') };
}

describe('An endpoint that asked for less', () => {
  it('shows until when it is paused, and gets nothing until then', async () => {
    const merchant = await Merchant.joins(gateway);
    const begun = Date.now();
    const { endpoint, waiting } = await pausedWithBacklog(merchant);
    const { pausedUntil } = await paused(merchant, endpoint);
    expect(Date.parse(pausedUntil ?? '')).toBeGreaterThanOrEqual(begun + 600_000);
    expect(waiting.map(({ status, attempts }) => [status, attempts.length])).toEqual([
      ['pending', 0],
      ['pending', 0],
    ]);
  });

  it('gets a test and a redelivery at once; the others go on waiting', async () => {
    const merchant = await Merchant.joins(gateway);
    const { endpoint, waiting } = await pausedWithBacklog(merchant);
    const test = await testEndpoint(merchant, endpoint.id);
    expect((await finished(merchant, test.id)).status).toBe('succeeded');
    const [first, second] = waiting as [Delivery, Delivery];
    // The success of the test has ended the pause for what comes next; a new one is asked for.
    recorder.answers(new URL(endpoint.url).pathname, SLOW);
    await testEndpoint(merchant, endpoint.id);
    await paused(merchant, endpoint);
    await asks(merchant, `/webhooks/deliveries/${first.id}/redeliver`);
    expect((await finished(merchant, first.id)).status).toBe('succeeded');
    expect((await attempted(merchant, endpoint, 3)).find(({ id }) => id === second.id)).toMatchObject({
      status: 'pending',
      attempts: [],
    });
  });

  it('is resumed by its owner: what waits is sent now', async () => {
    const merchant = await Merchant.joins(gateway);
    const { endpoint, waiting } = await pausedWithBacklog(merchant);
    expect(await asks<Pausable>(merchant, `/webhooks/endpoints/${endpoint.id}/resume`)).toMatchObject({
      id: endpoint.id,
      pausedUntil: null,
    });
    for (const { id } of waiting) expect((await finished(merchant, id)).status).toBe('succeeded');
  });

  it('is not resumed by another account, nor while it is disabled', async () => {
    const [merchant, other] = await Promise.all([Merchant.joins(gateway), Merchant.joins(gateway)]);
    const endpoint = await endpointThat(merchant);
    const path = `/webhooks/endpoints/${endpoint.id}`;
    expect((await other.asks('POST', `${path}/resume`)).status).toBe(404);
    bodyOf(await merchant.asks('PATCH', path, { json: { enabled: false } }), 200);
    const answer = await merchant.asks('POST', `${path}/resume`);
    expect([answer.status, (answer.body as { code: string }).code]).toEqual([409, 'webhook_endpoint_disabled']);
  });
});

describe('Redelivery since a time', () => {
  it('sends also what still waits for a retry, and says how many of each', async () => {
    const merchant = await Merchant.joins(gateway);
    const endpoint = await endpointThat(merchant, DOWN, DOWN);
    const since = new Date().toISOString();
    await merchant.receives();
    await attempted(merchant, endpoint, 2);
    expect(await asks(merchant, `/webhooks/endpoints/${endpoint.id}/redeliver`, { since })).toEqual({
      redelivering: 2,
      pending: 2,
      failed: 0,
    });
    for (const { id } of await attempted(merchant, endpoint, 2))
      expect((await finished(merchant, id)).attempts.map(({ status }) => status)).toEqual([503, 200]);
    expect(await asks(merchant, `/webhooks/endpoints/${endpoint.id}/redeliver`, { since })).toEqual({
      redelivering: 0,
      pending: 0,
      failed: 0,
    });
  });

  it('ends a pause', async () => {
    const merchant = await Merchant.joins(gateway);
    const since = new Date().toISOString();
    const { endpoint, waiting } = await pausedWithBacklog(merchant);
    const answer = await asks(merchant, `/webhooks/endpoints/${endpoint.id}/redeliver`, { since });
    expect(answer).toEqual({ redelivering: 3, pending: 3, failed: 0 });
    for (const { id } of waiting) expect((await finished(merchant, id)).status).toBe('succeeded');
  });
});

describe('A single 502', () => {
  it('holds up an endpoint for seconds only', async () => {
    const merchant = await Merchant.joins(gateway);
    const endpoint = await endpointThat(merchant, { status: 502 });
    await testEndpoint(merchant, endpoint.id);
    const { pausedUntil } = await paused(merchant, endpoint);
    expect(Date.parse(pausedUntil ?? '') - Date.now()).toBeLessThanOrEqual(5_000);
    await merchant.receives();
    await eventually(
      'what was held up',
      () => listDeliveries(merchant, `endpoint=${endpoint.id}&status=succeeded`),
      ({ data }) => data.length === 2,
      15_000,
    );
  });
});
