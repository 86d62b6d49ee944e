import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Gateway, startGateway } from '../support/gateway.js';
import { Merchant } from '../support/merchant.js';
import { WebhookRecorder } from '../support/webhook-recorder.js';
import { expectNothingLostOrDoubled, Load, moments, ROUNDS, UNLIMITED } from './load.js';

let gateway: Gateway;
let recorder: WebhookRecorder;
beforeAll(async () => {
  // A short time-out: the lease of a delivery whose process died ends that much after it.
  [gateway, recorder] = await Promise.all([
    startGateway({ ...UNLIMITED, WEBHOOK_TIMEOUT_MS: '500', LOG_LEVEL: 'warn' }),
    WebhookRecorder.start(),
  ]);
});
afterAll(async () => {
  await gateway.stop();
  await recorder.stop();
});

describe(`A gateway with its own database, killed ${ROUNDS} times under load`, () => {
  it('loses no charge that it answered, completes none twice, and sends every webhook', async () => {
    const { userId, apiKey } = await Merchant.joins(gateway);
    const load = new Load([gateway], apiKey, recorder);
    const next = moments(1);
    for (let round = 0; round < ROUNDS; round++) {
      await delay(150 + 450 * next());
      await gateway.kill9();
      await gateway.restart();
    }
    await load.stop();
    expect(load.acknowledged.length).toBeGreaterThan(ROUNDS * 5);
    await expectNothingLostOrDoubled(gateway, userId, load.acknowledged, recorder);
  }, 600_000);
});
