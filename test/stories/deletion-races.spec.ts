import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Document } from 'mongodb';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { bodyOf, Merchant, systemAdmin } from '../support/merchant.js';
import { createEndpoint, type Delivery, finished, ownPath, testEndpoint } from '../support/webhook-endpoints.js';
import { WebhookRecorder } from '../support/webhook-recorder.js';

let gateway: Gateway;
let recorder: WebhookRecorder;
beforeAll(async () => {
  [gateway, recorder] = await Promise.all([
    startGateway({ PAYMENT_PROCESSING_DELAY_MS: '5', WEBHOOK_RETRY_SCHEDULE: '0,1,1' }),
    WebhookRecorder.start(),
  ]);
});
afterAll(async () => {
  await gateway.stop();
  await recorder.stop();
});

interface Sums extends Document {
  readonly _id: string;
  readonly amountCaptured: number;
  readonly amountRefunded: number;
}

const tombstoneOf = async (id: string): Promise<Sums | null> =>
  (await gateway.database()).collection<Sums>('payment_tombstones').findOne({ _id: id });
const storedOf = async (id: string): Promise<Document | null> =>
  (await gateway.database()).collection<Document & { _id: string }>('payments').findOne({ _id: id });

describe('A payment that is deleted while it is refunded', () => {
  it('leaves the sums of every refund that was accepted, and copies without texts', async () => {
    const merchant = await Merchant.joins(gateway);
    for (let round = 0; round < 8; round++) {
      const { id } = await merchant.receives({ paymentAmount: 10 });
      const refund = () =>
        merchant.asks('POST', `/payments/${id}/refunds`, { json: { amount: 1, reason: 'Jenny Rosen returned it' } });
      const [first, second, third, deleted] = await Promise.all([
        refund(),
        refund(),
        refund(),
        merchant.deletes('transactions', id),
      ]);
      expect(deleted.status).toBe(200);
      const accepted = [first, second, third].filter(({ status }) => status === 201).length;
      expect([first, second, third].every(({ status }) => [201, 404].includes(status))).toBe(true);
      expect(await tombstoneOf(id)).toMatchObject({ amountCaptured: 1000, amountRefunded: accepted * 100 });
      const copies = (await gateway.database()).collection<Document & { paymentId: string }>('refunds');
      const left = await eventually(
        'the copies to be there',
        () => copies.find({ paymentId: id }).toArray(),
        (all) => all.length === accepted,
      );
      expect(left.every(({ reason }) => reason === null)).toBe(true);
    }
  });

  it('is gone after a crash in the middle of its deletion, with its sums', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await merchant.receives({ paymentAmount: 10 });
    // As the first write of a deletion leaves it.
    const now = new Date();
    await (
      await gateway.database()
    )
      .collection<Document & { _id: string }>('payments')
      .updateOne({ _id: id }, { $set: { deletingAt: now, dueAt: now }, $inc: { version: 1 } });
    await gateway.kill9();
    await gateway.restart();
    await eventually(
      'it to be gone',
      () => storedOf(id),
      (payment) => payment === null,
    );
    expect(await tombstoneOf(id)).toMatchObject({ amountCaptured: 1000, amountRefunded: 0 });
    expect((await merchant.deletes('transactions', id)).status).toBe(404);
  });
});

describe('A deleted account', () => {
  it('gets no more webhooks at its endpoints, not even those that were on their way', async () => {
    const merchant = await Merchant.joins(gateway);
    const path = ownPath(recorder, { status: 500 });
    const endpoint = await createEndpoint(merchant, recorder.url(path));
    const { id } = await testEndpoint(merchant, endpoint.id);
    await recorder.next((webhook) => webhook.path === path);
    expect((await (await systemAdmin(gateway)).deletes('users', merchant.userId)).status).toBe(200);
    const deliveries = (await gateway.database()).collection<Document & { _id: string }>('deliveries');
    const delivery = await eventually(
      'the delivery to be over',
      () => deliveries.findOne({ _id: id }),
      (stored) => stored?.status === 'failed',
    );
    expect((delivery?.attempts as Delivery['attempts']).at(-1)?.error).toBe('The account was deleted');
    expect(recorder.received.filter((webhook) => webhook.path === path)).toHaveLength(1);
    expect(
      await (await gateway.database()).collection('webhook_endpoints').countDocuments({ accountId: merchant.userId }),
    ).toBe(0);
  });
});

describe('A payment with a hundred refunds', () => {
  it('takes no further one, and says so', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await merchant.receives({ paymentAmount: 500 });
    const metadata = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`key-${n}`, 'x'.repeat(400)]));
    for (let made = 0; made < 100; made += 10) {
      const answers = await Promise.all(
        Array.from({ length: 10 }, () =>
          merchant.asks('POST', `/payments/${id}/refunds`, { json: { amount: 1, metadata } }),
        ),
      );
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    }
    const refused = await merchant.asks<{ code: string; detail: string }>('POST', `/payments/${id}/refunds`, {
      json: { amount: 1 },
    });
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({ code: 'too_many_refunds', detail: expect.stringContaining('100') });
  }, 60_000);
});

describe('A delivery that its owner sends again', () => {
  it('while an attempt is under way has both attempts on record', async () => {
    const merchant = await Merchant.joins(gateway);
    const path = ownPath(recorder, { status: 500, afterMs: 700 });
    const endpoint = await createEndpoint(merchant, recorder.url(path));
    const { id } = await testEndpoint(merchant, endpoint.id);
    await recorder.next((webhook) => webhook.path === path);
    bodyOf(await merchant.asks('POST', `/webhooks/deliveries/${id}/redeliver`), 200);
    const delivery = await finished(merchant, id);
    expect(delivery.status).toBe('succeeded');
    expect(delivery.attempts.map(({ status }) => status)).toEqual([500, 200]);
  });
});
