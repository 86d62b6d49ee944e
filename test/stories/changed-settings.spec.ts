import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type SharedDatabase, startSharedDatabase } from '../support/database.js';
import {
  ADMIN_EMAIL,
  ADMIN_PASSWORD,
  ENCRYPTION_KEY,
  JWT_SECRET,
  runUntilItEnds,
  startGateway,
} from '../support/gateway.js';
import { login, Merchant } from '../support/merchant.js';

const OTHER_KEY = ENCRYPTION_KEY.replaceAll('0', 'f');

let database: SharedDatabase;
beforeAll(async () => {
  database = await startSharedDatabase();
  const gateway = await startGateway({ MONGODB_URI: database.uri });
  await Merchant.systemAdmin(gateway);
  await gateway.stop();
});
afterAll(() => database.stop());

describe('Another ENCRYPTION_KEY', () => {
  it('is noticed at the start', async () => {
    const { code, stderr } = await runUntilItEnds({
      MONGODB_URI: database.uri,
      ENCRYPTION_KEY: OTHER_KEY,
      JWT_SECRET,
      ADMIN_PASSWORD,
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Invalid settings:\n- ENCRYPTION_KEY is not the key .*set that key again/);
    expect(stderr).not.toContain(OTHER_KEY);
  });
});

describe('Another ADMIN_EMAIL', () => {
  const renamed = 'chief@system.local';

  it('renames the one system_admin, whose password stays', async () => {
    const gateway = await startGateway({
      MONGODB_URI: database.uri,
      ADMIN_EMAIL: renamed,
      ADMIN_PASSWORD: 'another-password-of-nobody',
    });
    try {
      expect(await login(gateway, renamed, ADMIN_PASSWORD)).toMatchObject({ role: 'system_admin' });
      expect(
        (await gateway.request('POST', '/users/login', { json: { email: ADMIN_EMAIL, password: ADMIN_PASSWORD } }))
          .status,
      ).toBe(401);
      const admins = await (await gateway.database()).collection('accounts').countDocuments({ role: 'system_admin' });
      expect(admins).toBe(1);
    } finally {
      await gateway.stop();
    }
  });

  it('of another user gives that user no power, and leaves the system_admin as it is', async () => {
    const first = await startGateway({ MONGODB_URI: database.uri, ADMIN_EMAIL: renamed });
    const user = await Merchant.joins(first);
    await first.stop();
    const second = await startGateway({ MONGODB_URI: database.uri, ADMIN_EMAIL: user.email });
    try {
      expect(await login(second, renamed, ADMIN_PASSWORD)).toMatchObject({ role: 'system_admin' });
      expect(await login(second, user.email, user.password)).toMatchObject({ role: 'user' });
    } finally {
      await second.stop();
    }
  });

  it('leaves one of the system_admins that version 1.0 made; the others become admins, who can be deleted', async () => {
    const first = await startGateway({ MONGODB_URI: database.uri, ADMIN_EMAIL: renamed });
    const user = await Merchant.joins(first);
    const accounts = (await first.database()).collection<{ _id: string; role: string }>('accounts');
    await accounts.updateOne({ _id: user.userId }, { $set: { role: 'system_admin' } });
    await first.stop();
    const second = await startGateway({ MONGODB_URI: database.uri, ADMIN_EMAIL: renamed });
    try {
      expect(await login(second, user.email, user.password)).toMatchObject({ role: 'admin' });
      const { access_token } = await login(second, renamed, ADMIN_PASSWORD);
      expect(
        (
          await second.request('DELETE', `/users/${user.userId}`, {
            headers: { authorization: `Bearer ${access_token}` },
          })
        ).status,
      ).toBe(200);
    } finally {
      await second.stop();
    }
  });
});

describe('An empty variable', () => {
  it('counts as not set, DATA_DIR too', async () => {
    const gateway = await startGateway({
      DATA_DIR: '',
      ADMIN_PASSWORD: '',
      JWT_SECRET: '',
      ENCRYPTION_KEY: '',
      HOST: '',
      PUBLIC_URL: '',
    });
    try {
      expect((await gateway.request('GET', '/status')).status).toBe(200);
      expect(gateway.output).toContain('generated, shown only now');
    } finally {
      await gateway.stop();
    }
  });
});
