import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type SharedDatabase, startSharedDatabase } from '../support/database.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { Merchant } from '../support/merchant.js';
import { WebhookRecorder } from '../support/webhook-recorder.js';
import { expectNothingLostOrDoubled, Load, moments, ROUNDS, UNLIMITED } from './load.js';

let database: SharedDatabase;
let gateways: [Gateway, Gateway, Gateway];
let recorder: WebhookRecorder;
beforeAll(async () => {
  [database, recorder] = await Promise.all([startSharedDatabase(), WebhookRecorder.start()]);
  const start = () =>
    startGateway({ ...UNLIMITED, MONGODB_URI: database.uri, WEBHOOK_TIMEOUT_MS: '500', LOG_LEVEL: 'warn' });
  gateways = await Promise.all([start(), start(), start()]);
});
afterAll(async () => {
  await Promise.all(gateways.map((gateway) => gateway.stop()));
  await database.stop();
  await recorder.stop();
});

describe(`Three gateways on one database, one of them killed at a time, ${ROUNDS} times`, () => {
  it('lose no charge that was answered, complete none twice, and send every webhook', async () => {
    const [first] = gateways;
    const { userId, apiKey } = await Merchant.joins(first);
    const load = new Load(gateways, apiKey, recorder);
    const next = moments(2);
    for (let round = 0; round < ROUNDS; round++) {
      await delay(150 + 450 * next());
      const victim = gateways[round % gateways.length] ?? first;
      await victim.kill9();
      await victim.restart();
    }
    await load.stop();
    expect(load.acknowledged.length).toBeGreaterThan(ROUNDS * 5);
    await expectNothingLostOrDoubled(first, userId, load.acknowledged, recorder);
  }, 600_000);
});
