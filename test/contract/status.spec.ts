import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Gateway, startGateway } from '../support/gateway.js';
import { Merchant } from '../support/merchant.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

interface Status {
  readonly metrics: { readonly totalTransactions: number; readonly lastRestart: string };
}

const status = () => gateway.request<Status>('GET', '/status');

describe('GET /status', () => {
  it('answers everybody with exactly the fields of the contract', async () => {
    const answer = await status();
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.body).toEqual({
      status: 'ok',
      service: 'Mock Payment Gateway',
      version: 'v1.0.0',
      message: 'All systems operational.',
      metrics: {
        totalTransactions: expect.any(Number),
        lastRestart: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      },
    });
  });

  it('counts the payments of all accounts', async () => {
    const before = (await status()).body.metrics.totalTransactions;
    for (const merchant of [await Merchant.joins(gateway), await Merchant.joins(gateway)]) await merchant.charges();
    expect((await status()).body.metrics.totalTransactions).toBe(before + 2);
  });

  it('says since when it runs', async () => {
    const [first, second] = [await status(), await status()];
    expect(second.body.metrics.lastRestart).toBe(first.body.metrics.lastRestart);
    expect(Math.abs(Date.now() - Date.parse(first.body.metrics.lastRestart))).toBeLessThan(60_000);
  });
});
