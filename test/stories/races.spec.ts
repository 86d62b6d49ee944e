import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Gateway, startGateway } from '../support/gateway.js';
import { expectError } from '../support/http.js';
import { login, Merchant, newEmail, newRegistration, PASSWORD, systemAdmin } from '../support/merchant.js';
import { startSharedDatabase, type SharedDatabase } from '../support/database.js';

let database: SharedDatabase;
let gateways: [Gateway, Gateway];
beforeAll(async () => {
  database = await startSharedDatabase();
  // The first makes the system_admin; both at once is a race of its own, below.
  gateways = await Promise.all([
    startGateway({ MONGODB_URI: database.uri }),
    startGateway({ MONGODB_URI: database.uri }),
  ]);
});
afterAll(async () => {
  await Promise.all(gateways.map((gateway) => gateway.stop()));
  await database.stop();
});

const countOf = (statuses: readonly number[], status: number): number =>
  statuses.filter((one) => one === status).length;

describe('Of 50 who register one e-mail at the same time', () => {
  it.each([
    ['in one process', () => [gateways[0]]],
    ['in two processes', () => gateways],
  ])('%s one gets 201 and 49 get 400', async (_where, processes) => {
    const email = newEmail();
    const targets = processes();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        (targets[n % targets.length] ?? gateways[0]).request('POST', '/users/register', {
          json: newRegistration({ email: n % 2 ? email : email.toUpperCase() }),
        }),
      ),
    );
    expect(
      countOf(
        answers.map(({ status }) => status),
        201,
      ),
    ).toBe(1);
    expect(
      countOf(
        answers.map(({ status }) => status),
        400,
      ),
    ).toBe(49);
    for (const answer of answers.filter(({ status }) => status === 400))
      expectError(answer, 400, 'User with this email already exists.');
    expect(await (await gateways[0].database()).collection('accounts').countDocuments({ email })).toBe(1);
  });
});

describe('Two processes that start at once on an empty database', () => {
  it('make one system_admin', async () => {
    expect(await (await gateways[0].database()).collection('accounts').countDocuments({ role: 'system_admin' })).toBe(
      1,
    );
    const [one, other] = await Promise.all(gateways.map((gateway) => systemAdmin(gateway)));
    expect(one?.userId).toBe(other?.userId);
  });
});

describe('A login', () => {
  it('is not refused because another one began a moment later in a process whose clock is ahead', async () => {
    const { email } = await Merchant.joins(gateways[0]);
    const attempts = (await gateways[0].database()).collection<{ _id: string }>('login_attempts');
    const ahead = new Date(Date.now() + 5_000);
    const expiresAt = new Date(Date.now() + 60_000);
    const begun = { failures: 1, lastAt: ahead, expiresAt };
    await attempts.updateOne({ _id: `pair:${email}|127.0.0.1` }, { $set: begun }, { upsert: true });
    expect((await login(gateways[0], email, PASSWORD)).access_token).toEqual(expect.any(String));
  });
});

describe('Of 20 who delete one thing at the same time', () => {
  it('one is told that it is deleted and 19 that it is not there: a payment', async () => {
    const merchant = await Merchant.joins(gateways[0]);
    const { id } = await merchant.charges();
    const answers = await Promise.all(Array.from({ length: 20 }, () => merchant.deletes('transactions', id)));
    expect([
      countOf(
        answers.map(({ status }) => status),
        200,
      ),
      countOf(
        answers.map(({ status }) => status),
        404,
      ),
    ]).toEqual([1, 19]);
  });

  it('one is told that it is deleted and 19 that it is not there: a user', async () => {
    const [{ userId }, admin] = await Promise.all([Merchant.joins(gateways[0]), systemAdmin(gateways[0])]);
    const answers = await Promise.all(Array.from({ length: 20 }, () => admin.deletes('users', userId)));
    expect([
      countOf(
        answers.map(({ status }) => status),
        200,
      ),
      countOf(
        answers.map(({ status }) => status),
        404,
      ),
    ]).toEqual([1, 19]);
  });
});

describe('What one process is told', () => {
  it('holds in the other: a role, a logout, a deleted key', async () => {
    const [here, there] = gateways;
    const merchant = await Merchant.joins(here);
    const elsewhere = (path: string, headers: Record<string, string>) => there.request('GET', path, { headers });
    expect((await elsewhere('/protected', merchant.withToken)).status).toBe(200);
    await (await systemAdmin(here)).changesRole(merchant.userId, 'admin');
    expect((await elsewhere('/admin/dashboard', merchant.withToken)).status).toBe(200);
    await merchant.asks('POST', '/users/logout');
    expect((await elsewhere('/protected', merchant.withToken)).status).toBe(401);
    await (await systemAdmin(here)).deletes('users', merchant.userId);
    expect((await elsewhere('/payments/all', merchant.withKey)).status).toBe(401);
  });
});
