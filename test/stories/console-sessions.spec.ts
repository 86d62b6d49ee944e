import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import jwt from 'jsonwebtoken';
import { CommandLine } from '../support/command-line.js';
import { ConsoleTab, type OpenedConsole, tokenIn } from '../support/console.js';
import { startSharedDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { type Gateway, JWT_SECRET, startGateway } from '../support/gateway.js';
import { expectError, expectInvalid, send } from '../support/http.js';
import { bearer, Merchant, newCharge, PASSWORD, systemAdmin } from '../support/merchant.js';
import { Sandbox } from '../support/sandbox.js';

const EXPIRED = 'Nobody is signed in to the console here. Sign in.';
const REFUSED_KEY = 'Invalid or missing X-API-Key. Access denied.';
const DAY_MS = 86_400_000;

interface StoredSession {
  readonly _id: string;
  readonly accountId: string;
  readonly expiresAt: Date;
}

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

const sessions = async () => (await gateway.database()).collection<StoredSession>('console_sessions');
const idOf = (cookie: string): string => createHash('sha256').update(cookie.replace(/^.*=/, '')).digest('hex');

/** Somebody who is signed in. */
async function signedIn(): Promise<{ merchant: Merchant; tab: ConsoleTab; opened: OpenedConsole }> {
  const merchant = await Merchant.joins(gateway);
  const tab = new ConsoleTab(gateway);
  const opened = await tab.opens({ email: merchant.email, password: PASSWORD });
  return { merchant, tab, opened };
}

const newLink = async ({ withKey }: Pick<Merchant, 'withKey'>): Promise<string> => {
  const { status, body } = await gateway.request<{ url: string }>('POST', '/console/links', { headers: withKey });
  expect(status).toBe(201);
  return body.url;
};

describe('Signing in to the console', () => {
  it('answers a bearer token, and sets a cookie that no script and no other site gets', async () => {
    const merchant = await Merchant.joins(gateway);
    const answer = await new ConsoleTab(gateway).triesToOpen({ email: merchant.email, password: PASSWORD });
    expect(answer.body).toEqual({
      access_token: expect.any(String),
      token_type: 'bearer',
      expiresIn: 7200,
      userId: merchant.userId,
      role: 'user',
    });
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^mpg_console_\d+=[\w-]{43}; Path=\/console; Max-Age=604800; HttpOnly; SameSite=Strict$/),
    ]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('is refused with a wrong password, without a cookie, and slowed down as any login', async () => {
    const merchant = await Merchant.joins(gateway);
    const tab = new ConsoleTab(gateway);
    const attempt = () => tab.triesToOpen({ email: merchant.email, password: 'wrong password' });
    const first = await attempt();
    expectError(first, 401, 'Invalid email or password.');
    expect(first.headers.getSetCookie()).toEqual([]);
    const guesses = await Promise.all(Array.from({ length: 12 }, attempt));
    expect(guesses.map(({ status }) => status)).toContain(429);
  });

  it.each([
    [{ email: 'dev@acme.example' }, { loc: ['body', 'password'], type: 'missing' }],
    [{ password: PASSWORD }, { loc: ['body', 'email'], type: 'missing' }],
    [
      { email: 'dev@acme.example', password: PASSWORD, link: 'a.b.c' },
      { loc: ['body'], type: 'one_of' },
    ],
    [
      { password: PASSWORD, link: 'a.b.c' },
      { loc: ['body'], type: 'one_of' },
    ],
    [
      { email: { $gt: '' }, password: PASSWORD },
      { loc: ['body', 'email'], type: 'string_type' },
    ],
    [{ token: 'x' }, { loc: ['body', 'token'], type: 'extra_forbidden' }],
  ])('is 422 with %j', async (body, violation) => {
    expectInvalid(await new ConsoleTab(gateway).triesToOpen(body), violation);
  });

  it('takes bodies of JSON alone, as no form of another site can send', async () => {
    for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x']) {
      const answer = await send('POST', `${gateway.url}/console/session`, {
        raw: '{"email":"a@b.example"}',
        headers: { 'content-type': type },
      });
      expect([type, answer.status]).toEqual([type, 415]);
    }
  });

  it('stores a hash of the cookie alone, which an index removes when it has ended', async () => {
    const { merchant, tab } = await signedIn();
    const stored = await (await sessions()).find({ accountId: merchant.userId }).toArray();
    expect(stored).toEqual([
      {
        _id: idOf(tab.cookie),
        accountId: merchant.userId,
        createdAt: expect.any(Date),
        expiresAt: expect.any(Date),
      },
    ]);
    expect(await (await sessions()).indexes()).toEqual(
      expect.arrayContaining([expect.objectContaining({ key: { expiresAt: 1 }, expireAfterSeconds: 0 })]),
    );
  });

  it('sets a cookie for https alone behind a proxy that speaks https', async () => {
    const proxied = await startGateway({ TRUST_PROXY: 'on' });
    try {
      const merchant = await Merchant.joins(proxied);
      const tab = new ConsoleTab(proxied, 'https://pay.example');
      const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'pay.example' };
      const answer = await tab.triesToOpen({ email: merchant.email, password: PASSWORD }, forwarded);
      expect(answer.headers.getSetCookie()).toEqual([expect.stringMatching(/^mpg_console=[\w-]+; .*; Secure$/)]);
      expect((await tab.triesToOpen({}, { ...forwarded, 'x-forwarded-proto': 'http' })).status).toBe(403);
    } finally {
      await proxied.stop();
    }
  });
});

describe('A session', () => {
  it('is renewed by its cookie, in any number of tabs, which all keep their tokens', async () => {
    const { merchant, tab, opened } = await signedIn();
    const { cookie } = tab;
    const other = new ConsoleTab(gateway);
    other.cookie = cookie;
    const renewed = await Promise.all([tab.opens(), other.opens()]);
    expect([tab.cookie, other.cookie]).toEqual([cookie, cookie]);
    const tokens = [opened, ...renewed].map(({ access_token }) => access_token);
    expect(new Set(tokens).size).toBe(3);
    for (const token of tokens)
      expect((await gateway.request('GET', '/users/me', { headers: bearer(token) })).body).toMatchObject({
        userId: merchant.userId,
      });
  });

  it('lasts 7 days after it was last used, and is written at most once an hour', async () => {
    const { tab } = await signedIn();
    const _id = idOf(tab.cookie);
    const expiry = async (): Promise<number> => (await (await sessions()).findOne({ _id }))?.expiresAt.getTime() ?? 0;
    const atFirst = await expiry();
    expect(Math.abs(atFirst - Date.now() - 7 * DAY_MS)).toBeLessThan(60_000);
    await tab.opens();
    expect(await expiry()).toBe(atFirst);
    await (await sessions()).updateOne({ _id }, { $set: { expiresAt: new Date(Date.now() + DAY_MS) } });
    const { headers } = await tab.triesToOpen({});
    expect(await expiry()).toBeGreaterThanOrEqual(atFirst);
    expect(headers.getSetCookie()).toEqual([expect.stringMatching(/; Max-Age=604800;/)]);
  });

  it('has tokens that end no later than it does', async () => {
    const long = await startGateway({ JWT_TTL_SECONDS: String(30 * 86_400) });
    try {
      const merchant = await Merchant.joins(long);
      const { expiresIn } = await new ConsoleTab(long).opens({ email: merchant.email, password: PASSWORD });
      expect(expiresIn).toBeLessThanOrEqual(7 * 86_400);
      expect(expiresIn).toBeGreaterThan(7 * 86_400 - 60);
    } finally {
      await long.stop();
    }
  });

  it.each([
    ['no cookie', ''],
    ['a cookie that nobody has', 'A'.repeat(43)],
    ['a cookie that is none of the gateway', '{"$gt":""}'],
  ])('is not renewed with %s: 401, and the cookie is removed', async (_what, value) => {
    const name = `mpg_console_${new URL(gateway.url).port}`;
    const tab = new ConsoleTab(gateway);
    tab.cookie = value && `${name}=${value}`;
    const answer = await tab.triesToOpen({});
    expectError(answer, 401, EXPIRED);
    expect(answer.body).toMatchObject({ code: 'console_session_expired' });
    expect(answer.headers.getSetCookie()).toEqual([`${name}=; Path=/console; Max-Age=0; HttpOnly; SameSite=Strict`]);
  });

  it('is not touched by another gateway on this machine, to which browsers send its cookie too', async () => {
    const { tab } = await signedIn();
    const other = await startGateway();
    try {
      const elsewhere = new ConsoleTab(other);
      elsewhere.cookie = tab.cookie;
      const answer = await elsewhere.triesToOpen({});
      expectError(answer, 401, EXPIRED);
      const [name] = tab.cookie.split('=', 1);
      for (const cookie of answer.headers.getSetCookie()) expect(cookie.split('=', 1)).not.toEqual([name]);
      await tab.opens();
    } finally {
      await other.stop();
    }
  });

  it('that has expired is not renewed, although it is still stored', async () => {
    const { tab } = await signedIn();
    await (await sessions()).updateOne({ _id: idOf(tab.cookie) }, { $set: { expiresAt: new Date(Date.now() - 1) } });
    expectError(await tab.triesToOpen({}), 401, EXPIRED);
  });

  it('ends with its account', async () => {
    const { merchant, tab } = await signedIn();
    await (await systemAdmin(gateway)).deletes('users', merchant.userId);
    expectError(await tab.triesToOpen({}), 401, EXPIRED);
    expect(await (await sessions()).countDocuments({ accountId: merchant.userId })).toBe(0);
  });

  it('is renewed more often than anybody may sign in', async () => {
    const strict = await startGateway({ RATE_LIMIT: 'credentials=3/30' });
    try {
      await eventually(
        'a window',
        () => Date.now() % 30_000,
        (ms) => ms < 24_000,
      );
      const merchant = await Merchant.joins(strict);
      const tab = new ConsoleTab(strict);
      await tab.opens({ email: merchant.email, password: PASSWORD });
      for (let count = 0; count < 10; count++) await tab.opens();
      expectError(await tab.triesToOpen({ link: 'a.b.c' }), 429, expect.any(String));
    } finally {
      await strict.stop();
    }
  });
});

describe('The path of the session', () => {
  it('is no page of the console: other methods are refused, and Allow names those that there are', async () => {
    const read = await send('GET', `${gateway.url}/console/session`);
    expect(read.status).toBe(405);
    expect(read.headers.get('allow')?.split(', ').sort()).toEqual(['DELETE', 'POST']);
    expect((await send('GET', `${gateway.url}/console/sessions`)).status).toBe(200);
  });
});

describe('Signing out', () => {
  it('ends the session and its tokens, removes the cookie, and leaves other sessions and logins alone', async () => {
    const { merchant, tab } = await signedIn();
    const elsewhere = new ConsoleTab(gateway);
    await elsewhere.opens({ email: merchant.email, password: PASSWORD });
    const other = new ConsoleTab(gateway);
    other.cookie = tab.cookie;
    await other.opens();
    const answer = await tab.close();
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect(answer.headers.getSetCookie()).toEqual([expect.stringMatching(/^mpg_console_\d+=; .*Max-Age=0/)]);
    for (const gone of [tab, other]) expectError(await gone.asks('GET', '/users/me'), 401, expect.any(String));
    expectError(await other.triesToOpen({}), 401, EXPIRED);
    expect((await elsewhere.asks('GET', '/users/me')).status).toBe(200);
    expect((await merchant.asks('GET', '/users/me')).status).toBe(200);
  });

  it('succeeds where nobody is signed in', async () => {
    const { tab } = await signedIn();
    const { cookie } = tab;
    expect((await tab.close()).status).toBe(204);
    tab.cookie = cookie;
    expect((await tab.close()).status).toBe(204);
    expect((await new ConsoleTab(gateway).close()).status).toBe(204);
  });

  it('leaves no token behind that was issued at the same moment', async () => {
    for (let round = 0; round < 10; round++) {
      const { tab } = await signedIn();
      const tabs = Array.from({ length: 4 }, () => Object.assign(new ConsoleTab(gateway), { cookie: tab.cookie }));
      await Promise.all([tab.close(), ...tabs.map((each) => each.triesToOpen({}))]);
      for (const each of tabs.filter(({ token }) => token !== ''))
        expect((await each.asks('GET', '/users/me')).status).toBe(401);
    }
  });
});

describe('A page of another origin', () => {
  it.each([
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://127.0.0.1:1' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ])('can neither end, continue nor begin a session (%j)', async (headers) => {
    const { merchant, tab } = await signedIn();
    const { cookie } = tab;
    for (const body of [
      {},
      { email: merchant.email, password: PASSWORD },
      { link: tokenIn(await newLink(merchant)) },
    ]) {
      const answer = await tab.triesToOpen(body, headers);
      expectError(answer, 403, expect.any(String));
      expect(answer.body).toMatchObject({ code: 'cross_site_request' });
      expect(answer.headers.getSetCookie()).toEqual([]);
    }
    expect((await tab.close(headers)).status).toBe(403);
    expect(tab.cookie).toBe(cookie);
    await tab.opens();
  });

  it('cannot use up a link that it guessed or was sent', async () => {
    const merchant = await Merchant.joins(gateway);
    const link = tokenIn(await newLink(merchant));
    await new ConsoleTab(gateway).triesToOpen({ link }, { origin: 'https://evil.example' });
    expect(await new ConsoleTab(gateway).opens({ link })).toMatchObject({ userId: merchant.userId });
  });

  it.each(['*', 'https://shop.example'])('is not let in by CORS_ORIGINS=%s', async (CORS_ORIGINS) => {
    const open = await startGateway({ CORS_ORIGINS });
    try {
      const merchant = await Merchant.joins(open);
      const tab = new ConsoleTab(open, 'https://shop.example');
      const answer = await tab.triesToOpen({ email: merchant.email, password: PASSWORD });
      const preflight = await send('OPTIONS', `${open.url}/console/session`, {
        headers: { origin: 'https://shop.example', 'access-control-request-method': 'POST' },
      });
      const ofApi = await send('OPTIONS', `${open.api}/payments`, {
        headers: { origin: 'https://shop.example', 'access-control-request-method': 'GET' },
      });
      expect([answer.status, preflight.status, ofApi.status]).toEqual([403, 404, 204]);
      for (const { headers } of [answer, preflight])
        expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
      expect(ofApi.headers.get('access-control-allow-origin')).not.toBeNull();
    } finally {
      await open.stop();
    }
  });
});

describe('The token of a session', () => {
  it('opens the routes that otherwise take the API key alone, with limits, idempotency and the request log', async () => {
    const { tab } = await signedIn();
    const charge = () =>
      tab.asks<{ id: string }>('POST', '/payments/charge', {
        json: newCharge(),
        headers: { 'idempotency-key': 'one' },
      });
    const [charged, again] = [await charge(), await charge()];
    expect([charged.status, again.status]).toEqual([201, 201]);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(charged.headers.get('ratelimit')).toMatch(/^"write"/);
    const { id } = charged.body;
    expect((await tab.asks('GET', `/payments/${id}`)).body).toMatchObject({ id });
    expect((await tab.asks('GET', '/payments/all')).body).toMatchObject({ totalTransactions: 1 });
    const { body: log } = await eventually(
      'the request log',
      () => tab.asks<{ data: { method: string; path: string }[] }>('GET', '/request-logs?limit=100'),
      ({ body: { data } }) => data.length >= 2,
    );
    // What the console only shows is no request of the merchant's programs.
    expect(log.data.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /api/v1/payments/charge',
      'POST /api/v1/payments/charge',
    ]);
  });

  it('uses up no fault by what it only shows', async () => {
    const { tab } = await signedIn();
    const fault = { effect: { type: 'status', status: 503 }, when: 'before', times: 1 };
    expect((await tab.asks('POST', '/faults', { json: fault })).status).toBe(201);
    expect((await tab.asks('GET', '/payments')).status).toBe(200);
    expect((await tab.asks('POST', '/payments/charge', { json: newCharge() })).status).toBe(503);
    expect((await tab.asks('POST', '/payments/charge', { json: newCharge() })).status).toBe(201);
  });

  it('is the only one: the token of a login is refused there as if there were none', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await merchant.charges();
    const refused = await Promise.all([
      merchant.asks('POST', '/payments/charge', { json: newCharge() }),
      merchant.asks('GET', `/payments/${id}`),
      merchant.asks('GET', '/payments/all'),
      ...['Bearer unknown', 'Basic x', ''].map((authorization) =>
        gateway.request('GET', '/payments/all', { headers: { authorization } }),
      ),
    ]);
    for (const answer of refused) {
      expectError(answer, 401, REFUSED_KEY);
      expect(answer.headers.get('www-authenticate')).toBe('ApiKey header="X-API-Key"');
    }
    const log = await merchant.asks<{ data: { path: string }[] }>('GET', '/request-logs');
    expect(log.body.data.filter(({ path }) => path === '/api/v1/payments/all')).toEqual([]);
  });

  it('does not replace an API key that is wrong', async () => {
    const { tab } = await signedIn();
    expectError(
      await tab.asks('GET', '/payments/all', { headers: { 'x-api-key': 'PK_LIVE_unknown' } }),
      401,
      REFUSED_KEY,
    );
  });
});

describe('A one-time link', () => {
  it('signs in once, and then says what to do', async () => {
    const merchant = await Merchant.joins(gateway);
    const url = await newLink(merchant);
    expect(url).toMatch(new RegExp(`^${gateway.url}/console/login#link=[\\w-]+\\.[\\w-]+\\.[\\w-]+$`));
    const link = tokenIn(url);
    const tabs = Array.from({ length: 5 }, () => new ConsoleTab(gateway));
    const answers = await Promise.all(tabs.map((tab) => tab.triesToOpen({ link })));
    const [opened, ...more] = answers.filter(({ status }) => status === 200);
    expect(more).toEqual([]);
    expect(opened?.body).toMatchObject({ userId: merchant.userId, role: 'user', expiresIn: 7200 });
    for (const answer of answers.filter((each) => each !== opened)) {
      expectError(answer, 401, expect.stringContaining('`mpg console`'));
      expect(answer.body).toMatchObject({ code: 'console_link_invalid' });
    }
  });

  it('is worth 24 hours, and nothing is stored before it is used', async () => {
    const merchant = await Merchant.joins(gateway);
    const used = (await gateway.database()).collection<{ _id: string; expiresAt: Date }>('used_console_links');
    const { body } = await gateway.request<{ url: string; expiresAt: string }>('POST', '/console/links', {
      headers: merchant.withToken,
    });
    expect(Math.abs(Date.parse(body.expiresAt) - Date.now() - DAY_MS)).toBeLessThan(10_000);
    const { jti } = jwt.decode(tokenIn(body.url)) as { jti: string };
    expect(await used.findOne({ _id: jti })).toBeNull();
    await new ConsoleTab(gateway).opens({ link: tokenIn(body.url) });
    expect(await used.findOne({ _id: jti })).toEqual({ _id: jti, expiresAt: new Date(body.expiresAt) });
  });

  it.each<[string, (link: string, merchant: Merchant) => string]>([
    ['a bearer token', (_link, { token }) => token],
    ['a changed one', (link) => `${link.slice(0, -6)}AAAAAA`],
    ['one that has expired', (link) => jwt.sign({ ...(jwt.decode(link) as object), exp: 1_700_000_000 }, JWT_SECRET)],
    ['one of another key', (link) => jwt.sign(jwt.decode(link) as object, 'another-secret-of-at-least-32-characters')],
    ['one of nobody', (link) => jwt.sign({ ...(jwt.decode(link) as object), sub: 'user_unknown' }, JWT_SECRET)],
    ['no token', () => 'link'],
  ])('is not %s', async (_what, forge) => {
    const merchant = await Merchant.joins(gateway);
    const answer = await new ConsoleTab(gateway).triesToOpen({
      link: forge(tokenIn(await newLink(merchant)), merchant),
    });
    expectError(answer, 401, expect.stringContaining('sign in'));
    expect(answer.body).toMatchObject({ code: 'console_link_invalid' });
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  it('is worth nothing once the password was changed, also if it is used at that moment', async () => {
    const merchant = await Merchant.joins(gateway);
    const [before, meanwhile] = [tokenIn(await newLink(merchant)), tokenIn(await newLink(merchant))];
    const tab = new ConsoleTab(gateway);
    const [changed] = await Promise.all([
      merchant.asks('PATCH', '/users/me', { json: { password: `${PASSWORD} 2`, currentPassword: PASSWORD } }),
      tab.triesToOpen({ link: meanwhile }),
    ]);
    expect(changed.status).toBe(200);
    if (tab.token !== '') expect((await tab.asks('GET', '/users/me')).status).toBe(401);
    const answer = await new ConsoleTab(gateway).triesToOpen({ link: before });
    expectError(answer, 401, expect.stringContaining('before the password was changed'));
    expect(answer.body).toMatchObject({ code: 'console_link_invalid' });
    await new ConsoleTab(gateway).opens({ link: tokenIn(await newLink(merchant)) });
  });

  it('is no bearer token', async () => {
    const link = tokenIn(await newLink(await Merchant.joins(gateway)));
    expectError(await gateway.request('GET', '/users/me', { headers: bearer(link) }), 401, expect.any(String));
  });

  it('stands in no request log', async () => {
    const merchant = await Merchant.joins(gateway);
    const link = tokenIn(await newLink(merchant));
    const { text } = await eventually(
      'the request log',
      () => merchant.asks<{ data: { path: string }[] }>('GET', '/request-logs'),
      ({ body: { data } }) => data.some(({ path }) => path === '/api/v1/console/links'),
    );
    expect(text).not.toContain(link);
  });

  it('leads to the page of a sandbox, for all that the sandbox lives', async () => {
    const sandbox = await Sandbox.create(gateway);
    const { created } = sandbox;
    const shown = await sandbox.does<{ consoleUrl: string }>('GET', '/sandboxes/current');
    const made = await newLink(sandbox);
    for (const url of [created.consoleUrl, shown.consoleUrl, made]) {
      expect(url.split('#', 1)).toEqual([`${gateway.url}/console/login?to=/console/sandbox`]);
      const tab = new ConsoleTab(gateway);
      expect(await tab.opens({ link: tokenIn(url) })).toMatchObject({ userId: created.accountId });
      expect((await tab.asks('GET', '/sandboxes/current')).body).toMatchObject({ id: created.id });
      expect((await tab.asks('POST', '/payments/charge', { json: newCharge() })).status).toBe(201);
    }
    const unused = await sandbox.does<{ consoleUrl: string }>('GET', '/sandboxes/current');
    await sandbox.does('DELETE', '/sandboxes/current');
    expectError(
      await new ConsoleTab(gateway).triesToOpen({ link: tokenIn(unused.consoleUrl) }),
      401,
      expect.any(String),
    );
  });

  it('of another one is shown to no administrator', async () => {
    await Sandbox.create(gateway);
    const { body } = await (
      await systemAdmin(gateway)
    ).asks<{ data: { consoleUrl: string }[] }>('GET', '/admin/sandboxes');
    expect(new Set(body.data.map(({ consoleUrl }) => consoleUrl))).toEqual(new Set([`${gateway.url}/console/sandbox`]));
  });

  it('is printed by `mpg console`', async () => {
    const merchant = await Merchant.joins(gateway);
    const mpg = await CommandLine.open({ MPG_URL: gateway.url, MPG_API_KEY: merchant.apiKey });
    try {
      const printed = (await mpg.prints('console')).trim();
      expect(await new ConsoleTab(gateway).opens({ link: tokenIn(printed) })).toMatchObject({
        userId: merchant.userId,
      });
      expect(await mpg.json('console')).toEqual({
        url: expect.stringContaining('#link='),
        expiresAt: expect.any(String),
      });
    } finally {
      await mpg.close();
    }
  });

  it('is printed at the start in development, until the demo merchant was used', async () => {
    const own = await startGateway({ NODE_ENV: 'development' });
    const last = (): string => own.output.slice(own.output.lastIndexOf('Mock Payment Gateway is ready'));
    try {
      expect(last()).toContain(`  Console ${own.url}/console/\n`);
      const url = /http\S+#link=\S+/.exec(last())?.[0] ?? '';
      const demo = JSON.parse(await readFile(join(own.dataDir, 'demo.json'), 'utf8')) as Record<string, string>;
      const tab = new ConsoleTab(own);
      expect(await tab.opens({ link: tokenIn(url) })).toMatchObject({ userId: demo.accountId, role: 'merchant' });
      await own.request('GET', '/users/me', { headers: { 'x-api-key': demo.apiKey ?? '' } });
      await own.terminate();
      await own.restart();
      expect(last()).toContain(`  Console ${own.url}/console/\n`);
      expect(last()).not.toContain('#link=');
      // The browser stays signed in.
      await tab.opens();
    } finally {
      await own.stop();
    }
  });
});

describe('In production', () => {
  it('no link is made or exchanged, and people sign in with e-mail and password', async () => {
    const database = await startSharedDatabase();
    const production = await startGateway({ NODE_ENV: 'production', MONGODB_URI: database.uri, SANDBOXES: 'on' });
    try {
      const merchant = await Merchant.joins(production);
      const made = await production.request('POST', '/console/links', { headers: merchant.withKey });
      expectError(made, 403, expect.any(String));
      expect(made.body).toMatchObject({ code: 'console_links_off' });
      const link = tokenIn(await newLink(await Merchant.joins(gateway)));
      expectError(await new ConsoleTab(production).triesToOpen({ link }), 403, expect.any(String));
      const tab = new ConsoleTab(production);
      await tab.opens({ email: merchant.email, password: PASSWORD });
      expect((await tab.asks('GET', '/payments/all')).status).toBe(404);
      const admin = await systemAdmin(production);
      const created = await Sandbox.triesToCreate(production, {}, { headers: admin.withToken });
      expect(created.body.consoleUrl).toBe(`${production.url}/console/sandbox`);
    } finally {
      await production.stop();
      await database.stop();
    }
  });
});
