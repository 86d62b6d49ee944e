import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startEmbeddedDatabase, type SharedDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { expectError, send } from '../support/http.js';
import { Merchant } from '../support/merchant.js';

let database: SharedDatabase;
let gateway: Gateway;
let merchant: Merchant;
beforeAll(async () => {
  database = await startEmbeddedDatabase();
  // What the URI says of time-outs holds: the default waits for an election.
  gateway = await startGateway({ MONGODB_URI: `${database.uri}?serverSelectionTimeoutMS=1500` });
  merchant = await Merchant.joins(gateway);
  await merchant.charges();
  await database.kill9();
});
afterAll(async () => {
  await gateway.stop();
  await database.stop();
});

describe('When the database is gone', () => {
  it('the status is 503 and degraded, with the same keys', async () => {
    const answer = await eventually(
      'the status to be degraded',
      () => gateway.request('GET', '/status'),
      ({ status }) => status !== 200,
    );
    expect(answer.status).toBe(503);
    expect(answer.body).toEqual({
      status: 'degraded',
      service: 'Mock Payment Gateway',
      version: 'v1.0.0',
      message: expect.any(String),
      metrics: { totalTransactions: null, lastRestart: expect.any(String) },
    });
  });

  it('the process is live but not ready', async () => {
    expect((await send('GET', `${gateway.url}/health/live`)).status).toBe(200);
    const ready = await send('GET', `${gateway.url}/health/ready`);
    expect(ready.status).toBe(503);
    expect(ready.body).toMatchObject({ database: false });
  });

  it('the routes that need it say 503 in the form of every error, and nothing of the inside', async () => {
    const answer = await gateway.request('GET', '/payments/all', { headers: merchant.withKey });
    expectError(answer, 503, expect.any(String));
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    // The only address is the gateway's own, of docUrl.
    expect(answer.text.replace(gateway.url, '')).not.toMatch(/mongo|ECONN|127\.0\.0\.1/i);
  });

  it('validation and guards that do not need it go on', async () => {
    expect((await gateway.request('POST', '/users/login', { json: {} })).status).toBe(422);
    expect((await gateway.request('GET', '/protected')).status).toBe(401);
  });

  it('limits are counted locally, chunk after chunk of a quota', async () => {
    const statuses = new Map<number, number>();
    // Several chunks of the quota, which is 3000: each is a twentieth.
    for (let batch = 0; batch < 40; batch += 1) {
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => gateway.request('GET', '/test-values?channel=card')),
      );
      for (const { status } of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    expect([...statuses]).toEqual([[200, 400]]);
  });

  it('the metrics still answer', async () => {
    const { status, text } = await send('GET', `${gateway.url}/metrics`);
    expect({ status, counted: text.includes('http_requests_total') }).toEqual({ status: 200, counted: true });
  });

  it('it still ends with 0 when it is told to', async () => {
    expect(await gateway.terminate()).toEqual({ code: 0, signal: null });
  });
});
