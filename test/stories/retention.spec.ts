import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Db, Document } from 'mongodb';
import { isOnRealDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { Merchant, newCharge } from '../support/merchant.js';
import { listEvents } from '../support/webhook-endpoints.js';
import { WebhookRecorder } from '../support/webhook-recorder.js';

const DAY_MS = 86_400_000;
/** How long each kind is kept, in days. */
const KEPT: readonly (readonly [collection: string, days: number])[] = [
  ['events', 30],
  ['deliveries', 30],
  ['request_log_batches', 7],
  ['idempotency_records', 1],
];

interface Kept extends Document {
  readonly _id: string;
  readonly purgeAt: Date;
}

let gateway: Gateway;
let recorder: WebhookRecorder;
let merchant: Merchant;
let database: Db;
beforeAll(async () => {
  [gateway, recorder] = await Promise.all([startGateway(), WebhookRecorder.start()]);
  merchant = await Merchant.joins(gateway);
  database = await gateway.database();
  for (const key of ['first', 'second']) {
    const charge = newCharge({ webhookUrl: recorder.url() });
    await gateway.request('POST', '/payments/charge', {
      headers: { ...merchant.withKey, 'idempotency-key': key },
      json: charge,
    });
    await recorder.next();
    // Requests are kept in batches a moment later: another batch for the second.
    await eventually(
      'the request log',
      () => database.collection('request_log_batches').countDocuments({ accountId: merchant.userId }),
      (count) => count > (key === 'first' ? 0 : 1),
    );
  }
});
afterAll(async () => {
  await gateway.stop();
  await recorder.stop();
});

describe('What is kept for a time', () => {
  it.each(KEPT)('%s: says of each document when it is removed, in %i days', async (collection, days) => {
    const documents = await database.collection<Kept>(collection).find().toArray();
    expect(documents.length).toBeGreaterThan(1);
    for (const { purgeAt } of documents)
      expect(Math.abs(purgeAt.getTime() - Date.now() - days * DAY_MS)).toBeLessThan(60_000);
  });

  // A MongoDB sweeps once a minute: that it does is not for this suite to wait for.
  (isOnRealDatabase() ? it.skip : it).each(KEPT)(
    '%s: is removed by the database when that is past, and nothing else is',
    async (collection) => {
      const documents = database.collection<Kept>(collection);
      const [past, ...others] = await documents.find().sort({ _id: 1 }).toArray();
      await documents.updateOne({ _id: past?._id ?? '' }, { $set: { purgeAt: new Date(Date.now() - 1) } });
      await eventually(
        'it to be removed',
        () => documents.countDocuments({ _id: past?._id ?? '' }),
        (count) => count === 0,
        20_000,
      );
      expect(await documents.countDocuments({ _id: { $in: others.map(({ _id }) => _id) } })).toBe(others.length);
      if (collection === 'events')
        expect((await listEvents(merchant, 'limit=100')).data.map(({ id }) => id)).not.toContain(past?._id);
    },
  );
});
