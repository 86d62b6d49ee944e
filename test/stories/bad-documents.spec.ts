import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Db, Document } from 'mongodb';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { type Charged, Merchant } from '../support/merchant.js';
import { allEvents } from '../support/webhook-endpoints.js';

let gateway: Gateway;
let merchant: Merchant;
let database: Db;
beforeAll(async () => {
  gateway = await startGateway();
  merchant = await Merchant.joins(gateway);
  database = await gateway.database();
});
afterAll(() => gateway.stop());

const payments = () => database.collection<Document & { _id: string }>('payments');

/** A copy of a payment, stored beside it, that nothing can be done with. */
async function storeBroken(good: Charged, broken: Document): Promise<string> {
  const _id = `txn_bad${good.id.slice(7)}`;
  const model = await payments().findOne({ _id: good.id });
  await payments().insertOne({ ...model, ...broken, _id });
  return _id;
}

describe('One document that is broken', () => {
  it('and is due keeps no other payment from its outcome, and is left alone for a while', async () => {
    const good = await merchant.charges();
    const id = await storeBroken(good, { status: 'pending', outcome: null, dueAt: new Date(0) });
    await eventually(
      'it to be put aside',
      () => payments().findOne({ _id: id }),
      (payment) => payment?.leaseUntil instanceof Date,
    );
    await merchant.receives();
    expect(await payments().findOne({ _id: id })).toMatchObject({ status: 'pending' });
    await payments().deleteOne({ _id: id });
  });

  it('and is to be relayed after a crash keeps no other event from being told', async () => {
    const good = await merchant.charges();
    const id = await storeBroken(good, {
      dueAt: null,
      changedAt: new Date(),
      history: [{ eventId: null, recordedAt: new Date() }],
    });
    await gateway.kill9();
    await gateway.restart();
    const { id: next } = await merchant.receives();
    const told = await eventually(
      'the events of the next payment',
      () => allEvents(merchant),
      (events) => events.filter(({ data }) => data.id === next).length === 2,
    );
    expect(told.filter(({ data }) => data.id === id)).toEqual([]);
    const marks = database.collection<Document & { failedIds: string[] }>('relay_marks');
    await eventually(
      'it to be on record',
      () => marks.find().toArray(),
      (all) => all.some(({ failedIds }) => failedIds.includes(id)),
      25_000,
    );
    await payments().deleteOne({ _id: id });
  });
});
