import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type SharedDatabase, startSharedDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { Merchant } from '../support/merchant.js';
import { allEvents, createEndpoint, type GatewayEvent } from '../support/webhook-endpoints.js';
import { WebhookRecorder } from '../support/webhook-recorder.js';
import { KeyedLoad, moments, ROUNDS, UNLIMITED } from './load.js';

let database: SharedDatabase;
let gateways: [Gateway, Gateway, Gateway];
let recorder: WebhookRecorder;
beforeAll(async () => {
  [database, recorder] = await Promise.all([startSharedDatabase(), WebhookRecorder.start()]);
  // A short time-out: the lease of a delivery whose process died ends that much after it.
  const start = () =>
    startGateway({ ...UNLIMITED, MONGODB_URI: database.uri, WEBHOOK_TIMEOUT_MS: '500', LOG_LEVEL: 'warn' });
  gateways = await Promise.all([start(), start(), start()]);
});
afterAll(async () => {
  await Promise.all(gateways.map((gateway) => gateway.stop()));
  await database.stop();
  await recorder.stop();
});

describe(`Three gateways on one database, one of them killed at a time, ${ROUNDS} times, with two endpoints that want everything`, () => {
  it('deliver every event at least once to each, store each once, and make one payment for each key', async () => {
    const [first] = gateways;
    const merchant = await Merchant.joins(first);
    const paths = ['/one', '/two'];
    for (const path of paths) await createEndpoint(merchant, recorder.url(path));
    const load = new KeyedLoad(gateways, merchant.apiKey);
    const next = moments(4);
    for (let round = 0; round < ROUNDS; round++) {
      await delay(150 + 450 * next());
      const victim = gateways[round % gateways.length] ?? first;
      await victim.kill9();
      await victim.restart();
    }
    const byKey = await load.stop();
    expect(byKey.size).toBeGreaterThan(ROUNDS * 5);

    // One payment for each key, whether its first request was answered or died.
    const { transactions } = await merchant.lists();
    const known = new Set(transactions.map(({ id }) => id));
    expect([...byKey].filter(([, ids]) => ids.size !== 1)).toEqual([]);
    expect([...byKey.values()].flatMap((ids) => [...ids]).filter((id) => !known.has(id))).toEqual([]);
    expect(transactions).toHaveLength(byKey.size);

    // Each payment has both of its events, once.
    const both = (all: readonly GatewayEvent[]): boolean => all.length >= 2 * transactions.length;
    const events = await eventually('every event', () => allEvents(merchant), both, 60_000);
    const told = events.map(({ type, data }) => `${String(data.id)} ${type}`).sort();
    expect(told).toEqual(transactions.flatMap(({ id }) => [`${id} payment.completed`, `${id} payment.created`]).sort());
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);

    // Each endpoint has each event, and nothing else; what came twice has the same webhook-id.
    for (const path of paths) {
      const received = () => recorder.received.filter((webhook) => webhook.path === path);
      const ids = () => new Set(received().map(({ headers }) => String(headers['webhook-id'])));
      await eventually(
        `every event at ${path}`,
        () => ids().size,
        (size) => size >= events.length,
        60_000,
      );
      expect([...ids()].sort()).toEqual(events.map(({ id }) => id).sort());
      expect(received().filter(({ headers, body }) => headers['webhook-id'] !== body.id)).toEqual([]);
    }
  }, 600_000);
});
