import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Gateway, startGateway } from '../support/gateway.js';
import { Merchant } from '../support/merchant.js';
import { KeyedLoad, moments, ROUNDS, UNLIMITED } from './load.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ ...UNLIMITED, LOG_LEVEL: 'warn' });
});
afterAll(async () => {
  await gateway.stop();
});

describe(`A gateway that is killed ${ROUNDS} times under load, by clients that repeat what was not answered under its key`, () => {
  it('makes exactly one payment for each key, and each repetition is answered with it', async () => {
    const merchant = await Merchant.joins(gateway);
    const load = new KeyedLoad([gateway], merchant.apiKey);
    const next = moments(5);
    for (let round = 0; round < ROUNDS; round++) {
      await delay(100 + 400 * next());
      await gateway.kill9();
      await gateway.restart();
    }
    const byKey = await load.stop();
    expect(byKey.size).toBeGreaterThan(ROUNDS * 3);
    expect(load.unanswered).toBeGreaterThan(0);
    expect([...byKey].filter(([, ids]) => ids.size !== 1)).toEqual([]);
    const { transactions } = await merchant.lists();
    expect(transactions.map(({ id }) => id).sort()).toEqual([...byKey.values()].flatMap((ids) => [...ids]).sort());
  }, 600_000);
});
