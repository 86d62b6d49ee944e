import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Fault } from '../support/faults.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import type { Answer } from '../support/http.js';
import { bodyOf, newCharge } from '../support/merchant.js';
import type { Delivery, Page } from '../support/webhook-endpoints.js';
import { standard } from '../support/webhook-endpoints.js';
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

/** A sandbox whose clock stands still, and what its test does. */
class Sandbox {
  private constructor(private readonly key: string) {}

  static async create(seed: string): Promise<Sandbox> {
    const json = { seed, clock: { now: '2026-01-31T09:00:00Z' }, settings: { processingDelayMs: 0 } };
    return new Sandbox(bodyOf(await gateway.request<{ apiKey: string }>('POST', '/sandboxes', { json }), 201).apiKey);
  }

  asks<Body>(method: string, path: string, json?: object, headers: Record<string, string> = {}): Promise<Answer<Body>> {
    const sent = { headers: { 'x-api-key': this.key, ...headers }, ...(json && { json }) };
    return gateway.request<Body>(method, path, sent);
  }

  async faults(): Promise<Fault[]> {
    return (await this.asks<Page<Fault>>('GET', '/faults?limit=100')).body.data;
  }
}

const isHeld = async (sandbox: Sandbox): Promise<Fault[]> => {
  const faults = await sandbox.faults();
  return faults.filter(({ hits }) => hits.length > 0);
};

describe('In a sandbox', () => {
  it('one seed has the same faults, decisions and hits in each run', async () => {
    const runs = await Promise.all(
      [1, 2].map(async () => {
        const sandbox = await Sandbox.create('cart-17');
        await sandbox.asks('POST', '/faults', {
          match: { operation: 'charge' },
          effect: { type: 'status', status: 503 },
          times: null,
          probability: 0.5,
        });
        const statuses: number[] = [];
        for (let n = 0; n < 20; n += 1)
          statuses.push((await sandbox.asks('POST', '/payments/charge', newCharge())).status);
        const headers = { 'x-fault': 'after; status=500' };
        await sandbox.asks('POST', '/payments/charge', newCharge(), headers);
        return { statuses, faults: await sandbox.faults() };
      }),
    );
    expect(runs[0]?.statuses).toEqual(expect.arrayContaining([201, 503]));
    expect(runs[1]).toEqual(runs[0]);
    const [asked] = runs[0]?.faults ?? [];
    expect(asked).toMatchObject({ source: 'header', createdAt: '2026-01-31T09:00:00.000Z' });
    expect(asked?.hits[0]).toMatchObject({ at: '2026-01-31T09:00:00.000Z', moneyMoved: true });
    expect(JSON.stringify(runs)).not.toContain('~');
  });

  it('the truth is found where the clock stands still', async () => {
    const sandbox = await Sandbox.create('truth');
    await sandbox.asks('POST', '/payments/charge', newCharge(), { 'x-fault': 'after; status=500' });
    await (
      await gateway.database()
    )
      .collection('faults')
      .updateMany({ accountId: /~/ }, { $set: { 'hits.0.isResolved': false, 'hits.0.objectId': null } });
    const [fault] = await sandbox.faults();
    expect(fault?.hits[0]).toMatchObject({ objectId: expect.stringMatching(/^txn_[0-9a-f]{24}$/), moneyMoved: true });
  });

  it('`delay` goes by its clock', async () => {
    const sandbox = await Sandbox.create('delay');
    const path = '/delayed-in-a-sandbox';
    await sandbox.asks('POST', '/webhooks/endpoints', { url: recorder.url(path), events: ['payment.created'] });
    await sandbox.asks('POST', '/faults', { match: { event: '*' }, effect: { type: 'delay', ms: 86_400_000 } });
    await sandbox.asks('POST', '/payments/charge', newCharge());
    const advanced = await sandbox.asks<{ ran: { type: string }[] }>('POST', '/clock/advance', { by: '1h' });
    expect(advanced.status).toBe(200);
    expect(await isHeld(sandbox)).toHaveLength(1);
    expect(recorder.received.filter((webhook) => webhook.path === path)).toHaveLength(0);
    await sandbox.asks('POST', '/clock/advance', { by: '1d' });
    expect(recorder.received.filter((webhook) => webhook.path === path)).toHaveLength(1);
    const { body } = await sandbox.asks<Page<Delivery>>('GET', '/webhooks/deliveries');
    expect(body.data[0]?.attempts[0]).toMatchObject({ at: '2026-02-01T09:00:00.000Z', fault: expect.any(String) });
  });

  it('`reorder` ends with the next one, or after a minute of its clock', async () => {
    const sandbox = await Sandbox.create('reorder');
    const path = '/reordered-in-a-sandbox';
    await sandbox.asks('POST', '/webhooks/endpoints', { url: recorder.url(path) });
    await sandbox.asks('POST', '/faults', { match: { event: 'payment.created' }, effect: { type: 'reorder' } });
    await sandbox.asks('POST', '/payments/charge', newCharge());
    await sandbox.asks('POST', '/clock/advance', { by: '1s' });
    const types = () =>
      recorder.received.filter((webhook) => webhook.path === path).map((webhook) => standard(webhook).type);
    expect(types()).toEqual(['payment.completed', 'payment.created']);
    await sandbox.asks('POST', '/faults', { match: { event: 'payment.completed' }, effect: { type: 'reorder' } });
    await sandbox.asks('POST', '/payments/charge', newCharge());
    await sandbox.asks('POST', '/clock/advance', { by: '59s' });
    expect(types()).toHaveLength(3);
    await sandbox.asks('POST', '/clock/advance', { by: '2s' });
    expect(types().slice(2)).toEqual(['payment.created', 'payment.completed']);
  });
});
