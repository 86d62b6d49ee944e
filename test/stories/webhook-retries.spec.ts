import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { Merchant } from '../support/merchant.js';
import { type Reply, WebhookRecorder } from '../support/webhook-recorder.js';

let gateway: Gateway;
let recorder: WebhookRecorder;
let merchant: Merchant;
beforeAll(async () => {
  [gateway, recorder] = await Promise.all([
    startGateway({ WEBHOOK_TIMEOUT_MS: '400', WEBHOOK_RETRY_SCHEDULE: '0,1,1' }),
    WebhookRecorder.start(),
  ]);
  merchant = await Merchant.joins(gateway);
});
afterAll(async () => {
  await gateway.stop();
  await recorder.stop();
});

interface Delivery {
  readonly status: string;
  readonly attempts: { at: Date; ms: number; status: number | null; error: string | null; response: string }[];
}

/** The delivery of a payment's webhook, when it is over. */
const finished = async (id: string): Promise<Delivery> => {
  const deliveries = (await gateway.database()).collection<Delivery & { accountId: string; body: string }>(
    'deliveries',
  );
  const all = () => deliveries.find({ accountId: merchant.userId }).toArray();
  const [delivery] = await eventually(
    'the delivery to be over',
    async () => (await all()).filter(({ body }) => body.includes(id)),
    ([one]) => one !== undefined && one.status !== 'pending',
  );
  if (!delivery) throw new Error('There is none.');
  return delivery;
};

const chargeWith = async (...replies: Reply[]): Promise<string> => {
  const path = `/${Math.random().toString(36).slice(2)}`;
  recorder.answers(path, ...replies);
  return (await merchant.charges({ webhookUrl: recorder.url(path) })).id;
};

describe('A receiver that fails', () => {
  it('is tried again: the same id and body, a new timestamp and signature, and each attempt on record', async () => {
    const id = await chargeWith({ status: 503, body: 'busy' }, { status: 200, body: 'thanks' });
    const [first, second] = [await recorder.nextOf(id), await recorder.nextOf(id)];
    expect(second.headers['webhook-id']).toBe(first.headers['webhook-id']);
    expect(second.raw.equals(first.raw)).toBe(true);
    expect(second.headers['x-signature']).toBe(first.headers['x-signature']);
    expect(Number(second.headers['webhook-timestamp'])).toBeGreaterThanOrEqual(
      Number(first.headers['webhook-timestamp']),
    );
    expect(second.at - first.at).toBeGreaterThan(700);
    expect(await finished(id)).toMatchObject({
      status: 'succeeded',
      attempts: [
        {
          status: 503,
          error: expect.stringContaining('503'),
          response: 'busy',
          ms: expect.any(Number),
          at: expect.any(Date),
        },
        { status: 200, error: null, response: 'thanks' },
      ],
    });
  });

  it('for good is given up after the schedule, and the payment stays completed', async () => {
    const id = await chargeWith(...Array.from({ length: 5 }, () => ({ status: 500 })));
    const { status, attempts } = await finished(id);
    expect({ status, statuses: attempts.map((attempt) => attempt.status) }).toEqual({
      status: 'failed',
      statuses: [500, 500, 500],
    });
    expect(recorder.allOf(id)).toHaveLength(3);
    expect((await merchant.gets(id)).status).toBe('completed');
  });

  it('because it is late, closes the connection, redirects or knows nothing of it is tried again', async () => {
    const failures: [Reply, number | null][] = [
      [{ afterMs: 1500 }, null],
      [{ close: true }, null],
      [{ status: 302, headers: { location: 'http://127.0.0.1:1/elsewhere' } }, 302],
      [{ status: 404 }, 404],
    ];
    await Promise.all(
      failures.map(async ([reply, status]) => {
        const delivery = await finished(await chargeWith(reply));
        expect(delivery).toMatchObject({
          status: 'succeeded',
          attempts: [
            { status, error: expect.stringMatching(/\w+/) },
            { status: 200, error: null },
          ],
        });
      }),
    );
  });

  it('because nobody listens is on record in words', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const { id } = await merchant.charges({ webhookUrl: `http://127.0.0.1:${port}/` });
    const { status, attempts } = await finished(id);
    expect(status).toBe('failed');
    expect(attempts[0]).toMatchObject({ status: null, error: expect.stringMatching(/refused/i) });
  });

  it('does not hold up the webhooks to others', async () => {
    const slow = await Promise.all(Array.from({ length: 10 }, () => chargeWith({ afterMs: 300 })));
    const { id } = await merchant.charges({ webhookUrl: recorder.url('/quick') });
    await recorder.nextOf(id, 3000);
    await Promise.all(slow.map((one) => finished(one)));
  });

  it('has no more than the first 2 kB of its answer kept', async () => {
    const id = await chargeWith({ status: 500, body: 'x'.repeat(100_000) });
    const { attempts } = await finished(id);
    expect(attempts[0]?.response.length).toBeLessThanOrEqual(2048);
    expect(attempts[0]?.response.length).toBeGreaterThan(1000);
  });
});

describe('A delivery that was waiting when the process was killed', () => {
  it('goes on after the restart', async () => {
    const own = await startGateway({ WEBHOOK_RETRY_SCHEDULE: '0,1,1' });
    try {
      const seller = await Merchant.joins(own);
      recorder.answers('/killed', { status: 503 });
      const { id } = await seller.charges({ webhookUrl: recorder.url('/killed') });
      const first = await recorder.nextOf(id);
      const deliveries = (await own.database()).collection<{ attempts: unknown[] }>('deliveries');
      await eventually(
        'the attempt to be on record',
        () => deliveries.findOne({}),
        (delivery) => delivery?.attempts.length === 1,
      );
      await own.kill9();
      await own.restart();
      const second = await recorder.nextOf(id);
      expect(second.headers['webhook-id']).toBe(first.headers['webhook-id']);
    } finally {
      await own.stop();
    }
  });
});
