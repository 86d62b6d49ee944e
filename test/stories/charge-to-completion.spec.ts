import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { Merchant } from '../support/merchant.js';
import { WebhookRecorder } from '../support/webhook-recorder.js';

const DELAY_MS = 400;

let gateway: Gateway;
let recorder: WebhookRecorder;
beforeAll(async () => {
  [gateway, recorder] = await Promise.all([
    startGateway({ PAYMENT_PROCESSING_DELAY_MS: String(DELAY_MS) }),
    WebhookRecorder.start(),
  ]);
});
afterAll(async () => {
  await gateway.stop();
  await recorder.stop();
});

interface Entry {
  readonly type: string;
  readonly eventId: string;
}

const historyOf = async (id: string): Promise<Entry[]> => {
  const payment = await (
    await gateway.database()
  )
    .collection<{ _id: string; history: Entry[] }>('payments')
    .findOne({ _id: id });
  return payment?.history ?? [];
};

describe('A payment', () => {
  it('is pending, and completed by itself after the processing delay', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id, created, status } = await merchant.charges({ webhookUrl: recorder.url() });
    expect(status).toBe('pending');
    expect((await merchant.gets(id)).status).toBe('pending');
    const { body } = await recorder.nextOf(id);
    const took = Date.parse(body.timestamp) - Date.parse(created);
    expect(took).toBeGreaterThanOrEqual(DELAY_MS);
    expect(took).toBeLessThan(DELAY_MS + 2000);
    expect((await merchant.gets(id)).status).toBe('completed');
  });

  it('is completed without a webhookUrl as well', async () => {
    const merchant = await Merchant.joins(gateway);
    expect((await merchant.receives()).status).toBe('completed');
  });

  it('sends one webhook, not one of its creation as well', async () => {
    const merchant = await Merchant.joins(gateway);
    const first = await merchant.charges({ webhookUrl: recorder.url() });
    await recorder.nextOf(first.id);
    // Whatever else the first had to say would have come before the second's.
    const second = await merchant.charges({ webhookUrl: recorder.url() });
    await recorder.nextOf(second.id);
    expect(recorder.allOf(first.id).map(({ body }) => body.event)).toEqual(['payment.completed']);
  });

  it('keeps its history, one entry for each change', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await merchant.receives();
    const history = await historyOf(id);
    expect(history.map(({ type }) => type)).toEqual(['payment.created', 'payment.completed']);
    expect(new Set(history.map(({ eventId }) => eventId)).size).toBe(2);
  });

  it('becomes an event for each entry, and no more', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await merchant.receives();
    const history = await historyOf(id);
    const collection = (await gateway.database()).collection<{ _id: string }>('events');
    const stored = await eventually(
      'the events',
      () => collection.find({ accountId: merchant.userId }).toArray(),
      (events) => events.length >= 2,
    );
    expect(stored.map(({ _id }) => _id).sort()).toEqual(history.map(({ eventId }) => eventId).sort());
  });

  it('deleted while it is pending is not completed and sends nothing', async () => {
    const merchant = await Merchant.joins(gateway);
    const deleted = await merchant.charges({ webhookUrl: recorder.url() });
    await merchant.deletes('transactions', deleted.id);
    const later = await merchant.charges({ webhookUrl: recorder.url() });
    await recorder.nextOf(later.id);
    expect(recorder.allOf(deleted.id)).toEqual([]);
  });
});

describe('A hundred payments at once', () => {
  it('are all completed, each with one webhook', async () => {
    const merchant = await Merchant.joins(gateway);
    const charged = await Promise.all(
      Array.from({ length: 100 }, (_, n) => merchant.charges({ paymentAmount: n + 1, webhookUrl: recorder.url() })),
    );
    await Promise.all(charged.map(({ id }) => recorder.nextOf(id)));
    expect(new Set(charged.map(({ id }) => id)).size).toBe(100);
    for (const { id, amount } of charged) {
      expect(recorder.allOf(id)).toHaveLength(1);
      expect(recorder.allOf(id)[0]?.body.data).toMatchObject({ amount });
    }
    expect((await merchant.lists()).transactions.every(({ status }) => status === 'completed')).toBe(true);
  });
});
