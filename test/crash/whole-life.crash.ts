import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Document } from 'mongodb';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { bodyOf, Merchant } from '../support/merchant.js';
import { allEvents, type Page } from '../support/webhook-endpoints.js';
import { WebhookRecorder } from '../support/webhook-recorder.js';
import { moments, ROUNDS, UNLIMITED } from './load.js';
import { CAPTURED, PARTS, v1Signature, WholeLives } from './whole-lives.js';

let gateway: Gateway;
let recorder: WebhookRecorder;
beforeAll(async () => {
  [gateway, recorder] = await Promise.all([
    startGateway({ ...UNLIMITED, PAYMENT_PROCESSING_DELAY_MS: '5', WEBHOOK_TIMEOUT_MS: '500', LOG_LEVEL: 'warn' }),
    WebhookRecorder.start(),
  ]);
});
afterAll(async () => {
  await gateway.stop();
  await recorder.stop();
});

interface Stored extends Document {
  readonly _id: string;
  readonly accountId: string;
  readonly amountCaptured: number;
  readonly amountRefunded: number;
}

const REFUNDED = PARTS.reduce((sum, part) => sum + part, 0);

describe(`A gateway that is killed ${ROUNDS} times while payments are captured, refunded and deleted, and secrets rotated`, () => {
  it('does each once, tells of each once, keeps every sum, and signs with the secret that it gave out last', async () => {
    const merchant = await Merchant.joins(gateway);
    const load = new WholeLives(gateway, merchant);
    const next = moments(6);
    for (let round = 0; round < ROUNDS; round++) {
      await delay(200 + 500 * next());
      await gateway.kill9();
      await gateway.restart();
    }
    await load.stop();
    expect(load.surprises).toEqual([]);
    expect(load.unanswered).toBeGreaterThan(0);
    const { lives } = load;
    expect(lives.length).toBeGreaterThan(ROUNDS);
    expect(lives.some(({ isDeleted }) => isDeleted)).toBe(true);
    expect(load.rotations).toBeGreaterThan(ROUNDS);

    // The sums, of what is there and of what was deleted; and nothing beside.
    const database = await gateway.database();
    const sums = async (collection: string): Promise<unknown[]> =>
      (
        await database.collection<Stored>(collection).find({ accountId: merchant.userId }).sort({ _id: 1 }).toArray()
      ).map(({ _id, amountCaptured, amountRefunded }) => [_id, amountCaptured, amountRefunded]);
    const expected = (isDeleted: boolean): unknown[] =>
      lives
        .filter((life) => life.isDeleted === isDeleted)
        .map(({ id }) => [id, CAPTURED * 100, REFUNDED * 100])
        .sort();
    expect(await sums('payments')).toEqual(expected(false));
    expect(await sums('payment_tombstones')).toEqual(expected(true));

    // Every change has its event, once.
    const told = lives.flatMap(({ id, refundIds }) => [
      ...['payment.created', 'payment.authorized', 'payment.completed'].map((type) => `${type} ${id}`),
      ...refundIds.flatMap((refundId) => [`refund.created ${refundId}`, `refund.completed ${refundId}`]),
    ]);
    const events = await eventually(
      'every event',
      () => allEvents(merchant),
      (all) => all.length >= told.length,
      60_000,
    );
    expect(events.map(({ type, data }) => `${type} ${String(data.id)}`).sort()).toEqual(told.sort());
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);

    // Every refund that was accepted is listed, once and completed.
    const listed: { id: string; status: string }[] = [];
    for (let cursor = ''; ; cursor = `&startingAfter=${listed.at(-1)?.id ?? ''}`) {
      const page = bodyOf(
        await merchant.asks<Page<{ id: string; status: string }>>('GET', `/refunds?limit=100${cursor}`),
        200,
      );
      listed.push(...page.data);
      if (!page.hasMore) break;
    }
    expect(listed.map(({ id }) => id).sort()).toEqual(lives.flatMap(({ refundIds }) => refundIds).sort());
    expect(listed.filter(({ status }) => status !== 'completed')).toEqual([]);

    // The secret that was given out last signs.
    const { id } = await merchant.charges({ webhookUrl: recorder.url() });
    const webhook = await recorder.nextOf(id);
    expect(webhook.headers['x-signature']).toBe(v1Signature(load.secret, webhook.raw));

    // Of the API keys, those that were deleted are dead, the others work, and none was made twice.
    const statusWith = async (apiKey: string): Promise<number> =>
      (await gateway.request('GET', '/payments/all', { headers: { 'x-api-key': apiKey } })).status;
    expect(load.deletedKeys.length).toBeGreaterThan(0);
    expect(await statusWith(load.lastKey?.apiKey ?? '')).toBe(200);
    expect(await statusWith(load.deletedKeys.at(-1)?.apiKey ?? '')).toBe(401);
    const keys = bodyOf(
      await merchant.asks<{ data: { id: string; name: string }[] }>('GET', '/users/me/api-keys'),
      200,
    ).data;
    expect(keys.map((key) => (key.name === 'Default' ? 'Default' : key.id)).sort()).toEqual(
      ['Default', load.lastKey?.id].sort(),
    );
  }, 600_000);
});
