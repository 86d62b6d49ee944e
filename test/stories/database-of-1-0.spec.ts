import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Db, Document } from 'mongodb';
import { type SharedDatabase, startSharedDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { bodyOf, Merchant } from '../support/merchant.js';
import { allEvents, createEndpoint, listDeliveries } from '../support/webhook-endpoints.js';
import { WebhookRecorder } from '../support/webhook-recorder.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

interface Stored extends Document {
  readonly _id: string;
  readonly purgeAt?: Date;
}

let database: SharedDatabase;
let recorder: WebhookRecorder;
let gateway: Gateway;
let merchant: Merchant;
/** A payment of which all was relayed, and one whose completion and refund were not. */
let told: string;
let untold: string;

beforeAll(async () => {
  [database, recorder] = await Promise.all([startSharedDatabase(), WebhookRecorder.start()]);
  gateway = await startGateway({ MONGODB_URI: database.uri, PAYMENT_PROCESSING_DELAY_MS: '5' });
  merchant = await Merchant.joins(gateway);
  await createEndpoint(merchant, recorder.url('/all'));
  ({ id: told } = await merchant.receives({ orderReference: 'told', metadata: { cart: '42' } }));
  ({ id: untold } = await merchant.receives({ orderReference: 'untold' }));
  bodyOf(
    await merchant.asks('POST', `/payments/${untold}/refunds`, {
      headers: { 'idempotency-key': 'refund' },
      json: { amount: 5, orderReference: 'back' },
    }),
    201,
  );
  await eventually(
    'all to be delivered',
    () => listDeliveries(merchant, 'limit=100&status=succeeded'),
    ({ data }) => data.length === 6,
  );
  await gateway.terminate();
  await leaveAs1_0(await gateway.database());
  await gateway.restart();
});
afterAll(async () => {
  await gateway.stop();
  await database.stop();
  await recorder.stop();
});

/**
 * The schemas and indexes of version 1.0, and what a process of it leaves that ends three hours ago, in the middle of
 * its work.
 */
async function leaveAs1_0(db: Db): Promise<void> {
  const threeHoursAgo = new Date(Date.now() - 3 * HOUR_MS);
  const all = (name: string) => db.collection<Stored>(name);
  for (const name of ['migrations', 'relay_marks', 'balances', 'ledger_entries', 'ledger_progress'])
    await db.dropCollection(name);
  await all('payment_tombstones').insertOne({
    _id: 'txn_0193a5e2c7f11b2c3d4e5f60',
    accountId: merchant.userId,
    currency: 'USD',
    status: 'completed',
    amountCaptured: 1000,
    amountRefunded: 250,
    createdAt: threeHoursAgo,
    deletedAt: threeHoursAgo,
  });
  for (const name of ['payments', 'refunds', 'events', 'deliveries', 'idempotency_records'])
    await db.collection(name).dropIndexes();

  const untoldEvents = (await all('events').find({ 'data.id': untold, type: 'payment.completed' }).toArray()).map(
    ({ _id }) => _id,
  );
  const refundEvents = (
    await all('events')
      .find({ type: /^refund\./ })
      .toArray()
  ).map(({ _id }) => _id);
  const lost = [...untoldEvents, ...refundEvents];
  expect(lost).toHaveLength(3);
  await all('events').deleteMany({ _id: { $in: lost } });
  await all('deliveries').deleteMany({ eventId: { $in: lost } });
  await all('refunds').deleteMany({ paymentId: untold });

  await all('payments').updateMany(
    {},
    {
      $unset: {
        changedAt: 1,
        updatedAt: 1,
        authorizationExpiresAt: 1,
        challengeExpiresAt: 1,
        metadataKeys: 1,
        'history.$[].recordedAt': 1,
        fee: 1,
        availableOn: 1,
      },
      $set: { 'history.$[].at': threeHoursAgo },
    },
  );
  await all('payments').updateOne({ _id: told }, { $set: { relayed: 2 } });
  await all('payments').updateOne({ _id: untold }, { $set: { relayed: 1, relayAt: threeHoursAgo } });
  for (const name of ['events', 'deliveries', 'idempotency_records'])
    await all(name).updateMany({}, { $unset: { purgeAt: 1, objectIds: 1 } });

  const ifText = { partialFilterExpression: { orderReference: { $type: 'string' as const } } };
  await db
    .collection('payments')
    .createIndexes([
      { key: { accountId: 1, _id: -1 } },
      { key: { accountId: 1, status: 1, _id: -1 } },
      { key: { accountId: 1, currency: 1, _id: -1 } },
      { key: { accountId: 1, customerName: 1, _id: -1 } },
      { key: { accountId: 1, comparableAmount: 1, _id: 1 } },
      { key: { accountId: 1, orderReference: 1, _id: -1 }, ...ifText },
      { key: { dueAt: 1 }, partialFilterExpression: { dueAt: { $exists: true } } },
      { key: { relayAt: 1 }, partialFilterExpression: { relayAt: { $exists: true } } },
      { key: { status: 1 } },
    ]);
  await db
    .collection('refunds')
    .createIndexes([
      { key: { accountId: 1, _id: -1 } },
      { key: { accountId: 1, orderReference: 1, _id: -1 }, ...ifText },
    ]);
  await db
    .collection('events')
    .createIndexes([
      { key: { accountId: 1, createdAt: -1 } },
      { key: { createdAt: 1 }, expireAfterSeconds: (30 * DAY_MS) / 1000 },
    ]);
  await db
    .collection('deliveries')
    .createIndexes([
      { key: { accountId: 1, status: 1, _id: -1 } },
      { key: { dueAt: 1, target: 1 }, partialFilterExpression: { dueAt: { $exists: true } } },
      { key: { status: 1 } },
      { key: { createdAt: 1 }, expireAfterSeconds: (30 * DAY_MS) / 1000 },
    ]);
  await db.collection('idempotency_records').createIndexes([{ key: { expiresAt: 1 }, expireAfterSeconds: 0 }]);
}

describe('A database that version 1.0 left', () => {
  it('is relayed to its end: every event that 1.0 had not told of comes, once, and every refund is listed', async () => {
    const events = await eventually(
      'every event',
      () => allEvents(merchant),
      ({ length }) => length >= 6,
    );
    expect(
      events
        .map(({ type, data }) => [type, data.id === told ? 'told' : data.id === untold ? 'untold' : 'refund'].join(' '))
        .sort(),
    ).toEqual([
      'payment.completed told',
      'payment.completed untold',
      'payment.created told',
      'payment.created untold',
      'refund.completed refund',
      'refund.created refund',
    ]);
    const { data } = bodyOf(
      await merchant.asks<{ data: { paymentId: string; amount: number }[] }>('GET', '/refunds?orderReference=back'),
      200,
    );
    expect(data).toMatchObject([{ paymentId: untold, amount: 5 }]);
  });

  it.each([
    ['events', 30],
    ['deliveries', 30],
    ['idempotency_records', 1],
  ])('has a time in %s when each document goes, %i days after it came', async (collection, days) => {
    const documents = await (await gateway.database()).collection<Stored>(collection).find().toArray();
    expect(documents.length).toBeGreaterThan(0);
    for (const { purgeAt } of documents)
      expect(Math.abs((purgeAt?.getTime() ?? 0) - Date.now() - days * DAY_MS)).toBeLessThan(5 * 60_000);
  });

  it('is found by what lists look for since then', async () => {
    const list = async (search: string): Promise<string[]> =>
      bodyOf(await merchant.asks<{ data: { id: string }[] }>('GET', `/payments?${search}`), 200).data.map(
        ({ id }) => id,
      );
    expect(await list('metadata[cart]=42')).toEqual([told]);
    const anHourAgo = new Date(Date.now() - HOUR_MS).toISOString();
    expect(await list(`updatedAfter=${anHourAgo}`)).toEqual([]);
    const fourHoursAgo = new Date(Date.now() - 4 * HOUR_MS).toISOString();
    expect((await list(`updatedAfter=${fourHoursAgo}`)).sort()).toEqual([told, untold].sort());
    const types = (await allEvents(merchant, `objectId=${told}`)).map(({ type }) => type).sort();
    expect(types).toEqual(['payment.completed', 'payment.created']);
    expect(await merchant.gets(told)).toMatchObject({ voidReason: null, authorizationExpiresAt: null });
  });

  it('has nothing left of the fields and indexes of 1.0, and the new ones under the same names', async () => {
    const db = await gateway.database();
    expect(
      await db.collection('payments').countDocuments({
        $or: [{ relayed: { $exists: true } }, { relayAt: { $exists: true } }, { changedAt: { $exists: false } }],
      }),
    ).toBe(0);
    const names = async (collection: string): Promise<(string | undefined)[]> =>
      (await db.collection(collection).indexes()).map(({ name }) => name);
    expect(await names('payments')).not.toEqual(expect.arrayContaining(['relayAt_1']));
    for (const collection of ['payments', 'deliveries']) {
      expect(await names(collection)).toContain('clockId_1_dueAt_1');
      expect(await names(collection)).not.toContain('dueAt_1');
    }
    for (const collection of ['events', 'deliveries']) expect(await names(collection)).not.toContain('createdAt_1');
    for (const collection of ['payments', 'refunds']) {
      const byOrder = (await db.collection(collection).indexes()).find(
        ({ name }) => name === 'accountId_1_orderReference_1__id_-1',
      );
      expect(byOrder?.partialFilterExpression).toEqual({ orderReference: { $gte: '' } });
    }
  });

  it('gets a ledger of all its payments, refunds and what remains of deleted payments', async () => {
    const audit = await eventually(
      'the ledger to be complete',
      async () => bodyOf(await merchant.asks<{ balanced: boolean; checked: object }>('GET', '/ledger/audit'), 200),
      ({ balanced }) => balanced,
    );
    expect(audit.checked).toMatchObject({ entries: 5, payments: 3, refunds: 1 });
    const { body } = await merchant.asks<{ data: { type: string; amount: number }[] }>('GET', '/balance/transactions');
    expect(body.data.map(({ type, amount }) => [type, amount]).sort()).toEqual([
      ['payment', 10],
      ['payment', 19.99],
      ['payment', 19.99],
      ['refund', -2.5],
      ['refund', -5],
    ]);
  });

  it('is listed and queried, and goes on as if it had always been of this version', async () => {
    expect((await merchant.lists()).transactions.map(({ id }) => id)).toEqual([untold, told]);
    for (const search of ['status=completed', 'orderReference=untold', 'currency=USD&sortBy=amount']) {
      expect((await merchant.queries(search)).transactions.map(({ id }) => id)).toContain(untold);
    }
    const { status } = await merchant.asks('POST', `/payments/${untold}/refunds`, { json: { amount: 1 } });
    expect(status).toBe(201);
  });
});
