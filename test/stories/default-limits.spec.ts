import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startEmbeddedDatabase, type SharedDatabase } from '../support/database.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { type Answer, expectError } from '../support/http.js';
import { Merchant } from '../support/merchant.js';

const count = (answers: readonly Answer[], status: number): number =>
  answers.filter((answer) => answer.status === status).length;

describe('With the limits as shipped, while the database cannot be reached', () => {
  let database: SharedDatabase;
  let gateway: Gateway;
  beforeAll(async () => {
    database = await startEmbeddedDatabase();
    gateway = await startGateway({ MONGODB_URI: database.uri });
    await database.kill9();
  });
  afterAll(async () => {
    await gateway.stop();
    await database.stop();
  });

  it('the status is the body of version 1, degraded', async () => {
    for (let round = 0; round < 3; round++) {
      const { status, body } = await gateway.request('GET', '/status');
      expect({ status, body }).toMatchObject({
        status: 503,
        body: { status: 'degraded', metrics: { totalTransactions: null } },
      });
    }
  });

  it('who sends no credentials is told so', async () => {
    expectError(await gateway.request('GET', '/protected'), 401, 'Authorization header missing.');
    expectError(await gateway.request('GET', '/payments/all'), 401, 'Invalid or missing X-API-Key. Access denied.');
  });
});

describe('Limits', () => {
  it('count by account once it is known: made-up API keys do not help on a route with a bearer token', async () => {
    const gateway = await startGateway({ RATE_LIMIT: 'read=20/3600' });
    try {
      const merchant = await Merchant.joins(gateway);
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, n) =>
          merchant.asks('GET', '/protected', { headers: { 'x-api-key': `PK_LIVE_${n}` } }),
        ),
      );
      expect([count(answers, 200), count(answers, 429)]).toEqual([20, 20]);
      expect((await (await Merchant.joins(gateway)).asks('GET', '/protected')).status).toBe(200);
    } finally {
      await gateway.stop();
    }
  });

  it('hold for registrations and logins by themselves', async () => {
    const gateway = await startGateway({ RATE_LIMIT: 'credentials=5/3600' });
    try {
      const logins = await Promise.all(
        Array.from({ length: 8 }, (_, n) =>
          gateway.request('POST', '/users/login', { json: { email: `${n}@b.example`, password: 'not the password' } }),
        ),
      );
      expect([count(logins, 401), count(logins, 429)]).toEqual([5, 3]);
      expect(logins.find(({ status }) => status === 429)?.headers.get('ratelimit-policy')).toBe(
        '"credentials";q=5;w=3600',
      );
      expect((await gateway.request('GET', '/status')).status).toBe(200);
    } finally {
      await gateway.stop();
    }
  });
});

describe('Good logins', () => {
  it('do not keep their address throttled after failures of others there', async () => {
    const gateway = await startGateway();
    try {
      const merchant = await Merchant.joins(gateway);
      await gateway.request('POST', '/users/login', {
        json: { email: 'nobody@b.example', password: 'not the password' },
      });
      const attempts = (await gateway.database()).collection<{
        _id: string;
        failures: number;
        lastAt: Date;
        expiresAt: Date;
      }>('login_attempts');
      const ofAddress = () => attempts.findOne({ _id: /^address:/ });
      const before = await ofAddress();
      await merchant.logsInAgain();
      await merchant.logsInAgain();
      expect(before?.failures).toBe(1);
      expect(await ofAddress()).toEqual(before);
    } finally {
      await gateway.stop();
    }
  });
});
