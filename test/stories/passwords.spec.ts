import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Gateway, startGateway } from '../support/gateway.js';
import { type Answer, expectError } from '../support/http.js';
import { Merchant, newEmail, PASSWORD } from '../support/merchant.js';

const loginTo = (
  gateway: Gateway,
  email: string,
  password: string,
  headers: Record<string, string> = {},
): Promise<Answer> => gateway.request('POST', '/users/login', { headers, json: { email, password } });

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await work();
  return performance.now() - start;
};

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

describe('A password', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway({ BCRYPT_COST: '8', RATE_LIMIT: 'off' });
  });
  afterAll(() => gateway.stop());

  it('is stored as a bcrypt hash of the cost that is set', async () => {
    const { userId } = await Merchant.joins(gateway);
    const account = await (await gateway.database()).collection<{ _id: string }>('accounts').findOne({ _id: userId });
    expect(JSON.stringify(account)).not.toContain(PASSWORD);
    expect(account).toMatchObject({ passwordHash: expect.stringMatching(/^\$2[aby]\$08\$/) });
  });

  it('may be tried without end where RATE_LIMIT is off', async () => {
    const { email } = await Merchant.joins(gateway);
    const answers = await Promise.all(Array.from({ length: 30 }, () => loginTo(gateway, email, 'wrong password')));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 401));
  });

  it('that is wrong takes as long as an e-mail that is unknown', async () => {
    const { email } = await Merchant.joins(gateway);
    const [wrong, unknown]: [number[], number[]] = [[], []];
    for (let round = 0; round < 15; round++) {
      wrong.push(await timed(() => loginTo(gateway, email, 'wrong password')));
      unknown.push(await timed(() => loginTo(gateway, newEmail(), 'wrong password')));
    }
    const ratio = median(unknown) / median(wrong);
    expect(ratio).toBeGreaterThan(0.6);
    expect(ratio).toBeLessThan(1.6);
  });
});

describe('Repeated failures', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway({ TRUST_PROXY: 'on' });
  });
  afterAll(() => gateway.stop());

  const from = (address: string): Record<string, string> => ({ 'x-forwarded-for': address });

  it('are slowed down, then refused with Retry-After, and after it the right password works', async () => {
    const { email } = await Merchant.joins(gateway);
    const fails = () => loginTo(gateway, email, 'wrong password', from('203.0.113.1'));
    const first = await timed(fails);
    let slowest = 0;
    let refused: Answer | undefined;
    for (let attempt = 0; attempt < 15 && !refused; attempt++) {
      let answer: Answer | undefined;
      const ms = await timed(async () => {
        answer = await fails();
      });
      if (answer?.status === 429) refused = answer;
      else slowest = Math.max(slowest, ms);
    }
    expect(slowest).toBeGreaterThan(first + 200);
    if (!refused) throw new Error('Never refused.');
    expectError(refused, 429, expect.any(String));
    const retryAfter = Number(refused.headers.get('retry-after'));
    expect(retryAfter).toBeGreaterThanOrEqual(1);
    expect(retryAfter).toBeLessThanOrEqual(60);

    await delay(retryAfter * 1000);
    expect((await loginTo(gateway, email, PASSWORD, from('203.0.113.1'))).status).toBe(200);
  }, 60_000);

  it('of somebody else do not lock the owner out', async () => {
    const { email } = await Merchant.joins(gateway);
    const guesses = await Promise.all(
      Array.from({ length: 40 }, (_, n) => loginTo(gateway, email, `guess number ${n}`, from('203.0.113.2'))),
    );
    expect(guesses.filter(({ status }) => status === 429).length).toBeGreaterThan(0);
    expect((await loginTo(gateway, email, PASSWORD, from('198.51.100.7'))).status).toBe(200);
  }, 60_000);

  it('in parallel get no more guesses than one after another', async () => {
    const { email } = await Merchant.joins(gateway);
    const guesses = await Promise.all(
      Array.from({ length: 60 }, (_, n) => loginTo(gateway, email, `guess number ${n}`, from('203.0.113.3'))),
    );
    expect(guesses.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(20);
    expect(guesses.every(({ status }) => status === 401 || status === 429)).toBe(true);
  }, 60_000);

  it('are forgotten where the right password comes before the limit', async () => {
    const { email } = await Merchant.joins(gateway);
    for (let round = 0; round < 4; round++) {
      for (let attempt = 0; attempt < 3; attempt++)
        expect((await loginTo(gateway, email, 'wrong password', from('203.0.113.4'))).status).toBe(401);
      expect((await loginTo(gateway, email, PASSWORD, from('203.0.113.4'))).status).toBe(200);
    }
  }, 60_000);

  it('cannot be hidden behind another X-Forwarded-For where no proxy is believed', async () => {
    const open = await startGateway();
    try {
      const { email } = await Merchant.joins(open);
      const guesses = await Promise.all(
        Array.from({ length: 40 }, (_, n) => loginTo(open, email, 'wrong password', from(`203.0.113.${100 + n}`))),
      );
      expect(guesses.some(({ status }) => status === 429)).toBe(true);
    } finally {
      await open.stop();
    }
  }, 60_000);
});
