import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSharedDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { ADMIN_EMAIL, ADMIN_PASSWORD, type Gateway, startGateway } from '../support/gateway.js';
import { bearer, login, Merchant, newCharge, systemAdmin } from '../support/merchant.js';
import { DAY, later, Sandbox, type SandboxBody, START, STANDING } from '../support/sandbox.js';
import type { Page } from '../support/webhook-endpoints.js';
import { WebhookRecorder } from '../support/webhook-recorder.js';

let gateway: Gateway;
let recorder: WebhookRecorder;
beforeAll(async () => {
  [gateway, recorder] = await Promise.all([startGateway({ RATE_LIMIT: 'off' }), WebhookRecorder.start()]);
});
afterAll(async () => {
  await gateway.stop();
  await recorder.stop();
});

/** How many documents of this account and its worlds there are, by collection; access tokens are not counted. */
async function documentsOf(account: string): Promise<Record<string, number>> {
  const db = await gateway.database();
  const counts: Record<string, number> = {};
  for (const { name } of await db.listCollections().toArray()) {
    const count = await db.collection(name).countDocuments({ accountId: { $regex: `^${account}~` } });
    if (count > 0 && name !== 'access_tokens') counts[name] = count;
  }
  return counts;
}

describe('A new sandbox', () => {
  it('is an account with keys of its own, for a test that has no account', async () => {
    const { created, withKey, withToken } = await Sandbox.create(gateway, {});
    expect(created).toMatchObject({ name: null, clock: { kind: 'real' }, newSecrets: [] });
    expect(created.id).toMatch(/^sbx_[0-9a-f]{24}$/);
    expect(created.accountId).toMatch(/^user_[0-9a-f]{24}$/);
    expect(created.apiKey).toMatch(/^PK_LIVE_/);
    expect(created.webhookSecret).toMatch(/^SK_/);
    expect(Date.parse(created.expiresAt) - Date.now()).toBeGreaterThan(3_500_000);
    expect(created.settings).toMatchObject({ processingDelayMs: 50, webhookRetrySchedule: [0, 1, 1] });
    const byKey = await gateway.request('GET', '/sandboxes/current', { headers: withKey });
    const byToken = await gateway.request('GET', '/users/me', { headers: withToken });
    expect([byKey.status, byToken.status]).toEqual([200, 200]);
    expect(byToken.body).toMatchObject({ userId: created.accountId });
    expect(byKey.text).not.toContain('~');
    expect(byToken.text).not.toContain('~');
  });

  it('has the settings, the clock, the name and the seed that were asked for', async () => {
    const sandbox = await Sandbox.create(gateway, {
      name: 'Cart',
      seed: 'cart-17',
      clock: { now: '2026-01-31T10:00:00+01:00' },
      settings: { processingDelayMs: 7, webhookRetrySchedule: [0, 60], testAmounts: 'range' },
      expiresInSeconds: 60,
    });
    const { created } = sandbox;
    expect(created).toMatchObject({ name: 'Cart', seed: 'cart-17', clock: { kind: 'virtual', now: START } });
    expect(created.settings).toMatchObject({
      processingDelayMs: 7,
      webhookRetrySchedule: [0, 60],
      testAmounts: 'range',
    });
    expect(created.createdAt).toBe(START);
    expect(Date.parse(created.expiresAt) - Date.now()).toBeLessThanOrEqual(60_000);
    const changed = await sandbox.does<SandboxBody>('PATCH', '/sandboxes/current', {
      name: 'Basket',
      settings: { processingDelayMs: 0 },
    });
    expect(changed).toMatchObject({ name: 'Basket', settings: { processingDelayMs: 0, testAmounts: 'range' } });
  });

  it.each<[Record<string, unknown>, (string | number)[]]>([
    [{ seed: '' }, ['body', 'seed']],
    [{ seed: 'x'.repeat(65) }, ['body', 'seed']],
    [{ clock: 'virtual' }, ['body', 'clock']],
    [{ clock: { now: 'tomorrow' } }, ['body', 'clock']],
    [{ clock: { now: '1969-01-01T00:00:00Z' } }, ['body', 'clock']],
    [{ clock: { now: START, speed: 2 } }, ['body', 'clock']],
    [{ settings: { processingDelayMs: -1 } }, ['body', 'settings', 'processingDelayMs']],
    [{ settings: { webhookRetrySchedule: '0,5' } }, ['body', 'settings', 'webhookRetrySchedule']],
    [{ settings: { testAmounts: 'on' } }, ['body', 'settings', 'testAmounts']],
    [{ settings: { delay: 1 } }, ['body', 'settings', 'delay']],
    [{ settings: [] }, ['body', 'settings']],
    [{ expiresInSeconds: 604_801 }, ['body', 'expiresInSeconds']],
    [{ snapshot: 'txn_0' }, ['body', 'snapshot']],
    [{ snapshot: [] }, ['body', 'snapshot']],
    [{ owner: 'me' }, ['body', 'owner']],
  ])('is refused with %j, and the answer names the field', async (fields, loc) => {
    const { status, body } = await Sandbox.triesToCreate(gateway, fields);
    expect([status, body]).toMatchObject([422, { code: 'validation_failed', detail: [{ loc }] }]);
  });
});

describe('Sandboxes of one seed', () => {
  it('have the same ids for the same requests, and never see each other', async () => {
    const [one, other] = await Promise.all([
      Sandbox.create(gateway, { ...STANDING, seed: 'twins' }),
      Sandbox.create(gateway, { ...STANDING, seed: 'twins' }),
    ]);
    expect(one.created.accountId).toBe(other.created.accountId);
    expect(one.created.id).toBe(other.created.id);
    const charge = await one.charges({ paymentAmount: 1 });
    expect((await other.asks('GET', `/payments/${charge.id}`)).status).toBe(404);
    expect(await other.events()).toEqual([]);
    const same = await other.charges({ paymentAmount: 2 });
    expect(same.id).toBe(charge.id);
    expect([(await one.gets(charge.id)).amount, (await other.gets(charge.id)).amount]).toEqual([1, 2]);
    await one.does('DELETE', '/sandboxes/current');
    expect((await other.gets(charge.id)).amount).toBe(2);
  });

  it('run a hundred scripts of fifty requests at once with equal results', async () => {
    const script = async (sandbox: Sandbox): Promise<string[]> => {
      const seen: string[] = [];
      for (let n = 0; n < 10; n += 1) {
        const { id } = await sandbox.charges({ paymentAmount: n + 1, capture: n % 2 === 0 ? 'manual' : 'automatic' });
        if (n % 2 === 0) await sandbox.does('POST', `/payments/${id}/capture`, {});
        await sandbox.does('POST', `/payments/${id}/refunds`, { amount: 1 });
        seen.push((await sandbox.asks('GET', `/payments/${id}`)).text);
        seen.push((await sandbox.asks('GET', `/events?objectId=${id}`)).text);
        await sandbox.advance({ by: '1h' });
      }
      return seen;
    };
    const sandboxes = await Promise.all(
      Array.from({ length: 100 }, () => Sandbox.create(gateway, { ...STANDING, seed: 'hundred' })),
    );
    const [first, ...others] = await Promise.all(sandboxes.map(script));
    for (const seen of others) expect(seen).toEqual(first);
  }, 120_000);
});

describe('A reset', () => {
  it('leaves the same keys and nothing else; ids and clock begin anew', async () => {
    const sandbox = await Sandbox.create(gateway, { ...STANDING, seed: 'again' });
    const endpoint = await sandbox.subscribes(recorder.url());
    const first = await sandbox.charges();
    await sandbox.advance({ by: '2d' });
    const reset = await sandbox.does<SandboxBody>('POST', '/sandboxes/current/reset');
    expect(reset).toMatchObject({ id: sandbox.created.id, clock: { kind: 'virtual', now: START } });
    expect(reset).not.toHaveProperty('apiKey');
    expect((await sandbox.asks('GET', `/payments/${first.id}`)).status).toBe(404);
    expect((await sandbox.asks('GET', `/webhooks/endpoints/${endpoint.id}`)).status).toBe(404);
    expect([await sandbox.events(), await sandbox.deliveries()]).toEqual([[], []]);
    const again = await sandbox.subscribes(recorder.url());
    expect([again.id, (await sandbox.charges()).id]).toEqual([endpoint.id, first.id]);
  });

  it('removes all that the world before contained, in every collection', async () => {
    const sandbox = await Sandbox.create(gateway, { ...STANDING, seed: `reset-${Date.now()}` });
    await usesEverything(sandbox);
    const before = await documentsOf(sandbox.created.accountId);
    expect(Object.keys(before)).toEqual(
      expect.arrayContaining(['payments', 'refunds', 'events', 'deliveries', 'webhook_endpoints', 'payment_methods']),
    );
    await sandbox.does('POST', '/sandboxes/current/reset');
    await eventually(
      'the data of the former world to be removed',
      () => documentsOf(sandbox.created.accountId),
      (left) => Object.keys(left).every((name) => ['snapshots', 'snapshot_pieces'].includes(name)),
    );
  });

  it('keeps the API keys and the secrets that were made before it, although it counts anew', async () => {
    const sandbox = await Sandbox.create(gateway);
    const headers = sandbox.withToken;
    const make = async (): Promise<string> =>
      (await gateway.request<{ apiKey: string }>('POST', '/users/me/api-keys', { headers, json: { name: 'x' } })).body
        .apiKey;
    const rotate = async (): Promise<string> =>
      (await gateway.request<{ webhookSecret: string }>('POST', '/users/me/webhook-secret/rotate', { headers })).body
        .webhookSecret;
    const [before, secret] = [await make(), await rotate()];
    await sandbox.does('POST', '/sandboxes/current/reset');
    const [after, next] = [await make(), await rotate()];
    expect(next).not.toBe(secret);
    for (const key of [before, after])
      expect((await gateway.request('GET', '/payments', { headers: { 'x-api-key': key } })).status).toBe(200);
  });

  it('forgets a webhook that was on its way', async () => {
    const sandbox = await Sandbox.create(gateway);
    const path = `/${sandbox.created.apiKey}`;
    recorder.answers(path, { afterMs: 300, status: 500 });
    await sandbox.subscribes(recorder.url(path), { events: ['payment.completed'] });
    await sandbox.charges();
    await recorder.next((webhook) => webhook.path === path);
    await sandbox.does('POST', '/sandboxes/current/reset');
    expect(await sandbox.deliveries()).toEqual([]);
    expect((await sandbox.advance({ by: '10d' })).ran).toEqual([]);
  });
});

/** Leaves something in each collection that a sandbox can have. */
async function usesEverything(sandbox: Sandbox): Promise<void> {
  await sandbox.subscribes(recorder.url());
  await sandbox.does('POST', '/payment-methods', { number: '4242424242424242', expMonth: 12, expYear: 2030 });
  const { id } = await sandbox.does<{ id: string }>('POST', '/payments/charge', newCharge(), {
    'idempotency-key': 'once',
  });
  await sandbox.does('POST', `/payments/${id}/refunds`, { amount: 1 });
  const gone = await sandbox.charges();
  const deleted = await gateway.request('DELETE', `/transactions/${gone.id}`, { headers: sandbox.withToken });
  expect(deleted.status).toBe(200);
  await sandbox.snapshot();
}

describe('A deleted sandbox', () => {
  it('is gone with all that it owned, and its keys are worth nothing at once', async () => {
    const sandbox = await Sandbox.create(gateway, { ...STANDING, seed: `deleted-${Date.now()}` });
    await usesEverything(sandbox);
    const { message } = await sandbox.does<{ message: string }>('DELETE', '/sandboxes/current');
    expect(message).toContain(sandbox.created.id);
    expect((await sandbox.asks('GET', '/payments')).status).toBe(401);
    expect((await gateway.request('GET', '/payments', { headers: sandbox.withToken })).status).toBe(401);
    await eventually(
      'all its data to be removed',
      () => documentsOf(sandbox.created.accountId),
      (left) => Object.keys(left).length === 0,
    );
  });

  it('is what remains of an expired one', async () => {
    const seed = `expired-${Date.now()}`;
    const sandbox = await Sandbox.create(gateway, { ...STANDING, seed, expiresInSeconds: 1 });
    await sandbox.charges();
    await eventually(
      'its key to stop working',
      async () => (await sandbox.asks('GET', '/payments')).status,
      (status) => status === 401,
    );
    await eventually(
      'all its data to be removed',
      () => documentsOf(sandbox.created.accountId),
      (left) => Object.keys(left).length === 0,
    );
  });
});

describe('An ordinary account', () => {
  it.each([
    ['GET', '/sandboxes/current'],
    ['PATCH', '/sandboxes/current'],
    ['DELETE', '/sandboxes/current'],
    ['POST', '/sandboxes/current/reset'],
    ['POST', '/sandboxes/current/snapshots'],
    ['GET', '/sandboxes/current/snapshots'],
    ['POST', '/sandboxes/current/restore'],
    ['GET', '/snapshots/snap_0193a5e2c7f11b2c3d4e5f60/export'],
  ])('is told at %s %s that it is no sandbox', async (method, path) => {
    const merchant = await Merchant.joins(gateway);
    const json = method === 'PATCH' ? { name: 'x' } : { snapshot: 'snap_0193a5e2c7f11b2c3d4e5f60' };
    const sent = path.endsWith('restore') || method === 'PATCH' ? { json } : {};
    const answer = await merchant.asks(method, path, sent);
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ code: 'not_a_sandbox' });
  });
});

describe('Administrators', () => {
  it('see all sandboxes, newest first, by page; others do not', async () => {
    const made = [];
    for (let n = 0; n < 3; n += 1) made.push(await Sandbox.create(gateway, { seed: `listed-${n}-${Date.now()}` }));
    const [oldest, middle, newest] = made.map(({ created }) => created.id);
    const admin = await systemAdmin(gateway);
    const first = await admin.asks<Page<SandboxBody>>('GET', '/admin/sandboxes?limit=2');
    expect(first.body.data.map(({ id }) => id)).toEqual([newest, middle]);
    expect(first.body.hasMore).toBe(true);
    expect(first.text).not.toContain('PK_LIVE');
    const second = await admin.asks<Page<SandboxBody>>('GET', `/admin/sandboxes?limit=1&startingAfter=${middle}`);
    expect(second.body.data.map(({ id }) => id)).toEqual([oldest]);
    const merchant = await Merchant.joins(gateway);
    expect((await merchant.asks('GET', '/admin/sandboxes')).status).toBe(403);
  });

  it('come to the end of the list, although sandboxes of one seed have the same id', async () => {
    const seed = `same-${Date.now()}`;
    const made: Sandbox[] = [];
    for (let n = 0; n < 5; n += 1) made.push(await Sandbox.create(gateway, { seed }));
    const admin = await systemAdmin(gateway);
    let seen = 0;
    for (let cursor: string | null = ''; cursor !== null;) {
      const search: string = cursor === '' ? '' : `&startingAfter=${cursor}`;
      const { body } = await admin.asks<Page<SandboxBody> & { readonly nextCursor: string | null }>(
        'GET',
        `/admin/sandboxes?limit=2${search}`,
      );
      seen += body.data.filter((sandbox) => sandbox.seed === seed).length;
      cursor = body.nextCursor;
    }
    expect(seen).toBe(made.length);
  });
});

describe('In production', () => {
  it('sandboxes are closed, and with SANDBOXES=on only administrators create them', async () => {
    const database = await startSharedDatabase();
    const settings = { NODE_ENV: 'production', MONGODB_URI: database.uri };
    try {
      const closed = await startGateway(settings);
      try {
        const refused = await Sandbox.triesToCreate(closed, {});
        expect([refused.status, refused.body]).toMatchObject([403, { code: 'sandboxes_off' }]);
      } finally {
        await closed.stop();
      }
      const open = await startGateway({ ...settings, SANDBOXES: 'on' });
      try {
        expect((await Sandbox.triesToCreate(open, {})).status).toBe(401);
        // A body is read before anybody is asked who sends it.
        expect((await Sandbox.triesToCreate(open, { snapshot: { filler: 'x'.repeat(200_000) } })).status).toBe(413);
        const merchant = await Merchant.joins(open);
        expect((await Sandbox.triesToCreate(open, {}, { headers: merchant.withToken })).status).toBe(403);
        const { access_token } = await login(open, ADMIN_EMAIL, ADMIN_PASSWORD);
        expect((await Sandbox.triesToCreate(open, {}, { headers: bearer(access_token) })).status).toBe(201);
      } finally {
        await open.stop();
      }
    } finally {
      await database.stop();
    }
  });
});

describe('A sandbox with the real clock', () => {
  it('goes on by itself, and keeps its own delay', async () => {
    const sandbox = await Sandbox.create(gateway, { settings: { processingDelayMs: 30 } });
    const { id } = await sandbox.charges({ webhookUrl: recorder.url() });
    await eventually(
      'the payment to be completed',
      () => sandbox.gets(id),
      ({ status }) => status === 'completed',
    );
    await recorder.nextOf(id);
    const at = await sandbox.charges();
    await sandbox.does('PATCH', '/sandboxes/current', { settings: { processingDelayMs: 0 } });
    const final = await sandbox.charges();
    expect(final.status).toBe('pending');
    expect((await sandbox.gets(final.id)).status).toBe('completed');
    expect(at.id < final.id).toBe(true);
  });

  it('has nothing to do with another one, whose time is later', async () => {
    const [early, late] = await Promise.all([
      Sandbox.create(gateway),
      Sandbox.create(gateway, { ...STANDING, clock: { now: later(30 * DAY) } }),
    ]);
    const [one, two] = await Promise.all([early.charges(), late.charges()]);
    expect([one.created, two.created]).toEqual([START, later(30 * DAY)]);
  });
});
