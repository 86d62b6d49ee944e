import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConsoleTab } from '../support/console.js';
import { eventually } from '../support/eventually.js';
import { ADMIN_PASSWORD, type Gateway, startGateway } from '../support/gateway.js';
import { type Answer, expectError, expectInvalid } from '../support/http.js';
import { bearer, login, Merchant, newEmail, newRegistration, PASSWORD, systemAdmin } from '../support/merchant.js';
import { Sandbox } from '../support/sandbox.js';

const NEW_PASSWORD = 'staple battery horse';
const WRONG = 'The current password is wrong.';
const REVOKED = 'Invalid or expired token.';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ NODE_ENV: 'development' });
});
afterAll(() => gateway.stop());

const change = (merchant: Pick<Merchant, 'withToken'>, json: unknown, headers = {}): Promise<Answer> =>
  gateway.request('PATCH', '/users/me', { headers: { ...merchant.withToken, ...headers }, json });
const changePassword = (merchant: Merchant, currentPassword: string, password = NEW_PASSWORD): Promise<Answer> =>
  change(merchant, { password, currentPassword });
const logIn = (email: string, password: string): Promise<Answer> =>
  gateway.request('POST', '/users/login', { json: { email, password } });

describe('PATCH /users/me', () => {
  it('changes the name and the e-mail, and leaves the rest as it is', async () => {
    const merchant = await Merchant.joins(gateway);
    const email = newEmail();
    const { status, body } = await change(merchant, { name: '  Acme Europe ', email: email.toUpperCase() });
    expect([status, body]).toEqual([
      200,
      {
        userId: merchant.userId,
        name: 'Acme Europe',
        email,
        role: 'user',
        createdAt: expect.any(String),
        sandboxId: null,
      },
    ]);
    expect((await merchant.asks('GET', '/users/me')).body).toEqual(body);
    expect((await change(merchant, { name: 'Acme' })).body).toMatchObject({ name: 'Acme', email });
    expect((await login(gateway, email, PASSWORD)).userId).toBe(merchant.userId);
    expectError(await logIn(merchant.email, PASSWORD), 401, 'Invalid email or password.');
  });

  it('takes the e-mail that the account has already, in any case', async () => {
    const merchant = await Merchant.joins(gateway);
    expect((await change(merchant, { email: merchant.email.toUpperCase() })).status).toBe(200);
  });

  it('refuses the e-mail of another account, also if both want it at once', async () => {
    const [merchant, other, third] = await Promise.all([1, 2, 3].map(() => Merchant.joins(gateway)));
    if (!merchant || !other || !third) throw new Error('Nobody joined.');
    expectError(
      await change(merchant, { email: other.email.toUpperCase() }),
      400,
      'User with this email already exists.',
    );
    const email = newEmail();
    const answers = await Promise.all([
      ...[merchant, other, third].map((each) => change(each, { email })),
      gateway.request('POST', '/users/register', { json: newRegistration({ email }) }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([expect.any(Number), 400, 400, 400]);
    expect(answers.filter(({ status }) => status < 300)).toHaveLength(1);
  });

  it.each<[unknown, { loc: (string | number)[]; type: string }]>([
    [{}, { loc: ['body'], type: 'missing' }],
    [{ currentPassword: PASSWORD }, { loc: ['body'], type: 'missing' }],
    [
      { name: null, email: null },
      { loc: ['body'], type: 'missing' },
    ],
    [{ name: ' A ' }, { loc: ['body', 'name'], type: 'string_too_short' }],
    [{ email: 'acme' }, { loc: ['body', 'email'], type: 'string_pattern_mismatch' }],
    [
      { password: 'short', currentPassword: PASSWORD },
      { loc: ['body', 'password'], type: 'string_too_short' },
    ],
    [
      { password: 'é'.repeat(40), currentPassword: PASSWORD },
      { loc: ['body', 'password'], type: 'string_too_long' },
    ],
    [{ password: NEW_PASSWORD }, { loc: ['body', 'currentPassword'], type: 'missing' }],
    [{ role: 'admin' }, { loc: ['body', 'role'], type: 'extra_forbidden' }],
    [{ name: { $set: 'x' } }, { loc: ['body', 'name'], type: 'string_type' }],
  ])('is 422 with %j, and repeats no password', async (json, violation) => {
    const answer = await change(await Merchant.joins(gateway), json);
    expectInvalid(answer, violation);
    for (const secret of ['short', NEW_PASSWORD, PASSWORD]) expect(answer.text).not.toContain(`"${secret}"`);
  });

  it('never changes the e-mail of the system_admin, which is a setting', async () => {
    const admin = await systemAdmin(gateway);
    const answer = await change(admin, { email: newEmail() });
    expectError(answer, 409, expect.stringContaining('ADMIN_EMAIL'));
    expect(answer.body).toMatchObject({ code: 'admin_email_fixed' });
    expect((await change(admin, { name: 'Operations' })).body).toMatchObject({ name: 'Operations' });
    expect(
      (await change(admin, { password: NEW_PASSWORD, currentPassword: ADMIN_PASSWORD, email: admin.email })).status,
    ).toBe(200);
    const changed = await login(gateway, admin.email, NEW_PASSWORD);
    await change(
      { withToken: bearer(changed.access_token) },
      { password: ADMIN_PASSWORD, currentPassword: NEW_PASSWORD },
    );
  });
});

describe('A new password', () => {
  it('needs the one so far, and a wrong one does not log the client out', async () => {
    const merchant = await Merchant.joins(gateway);
    const refused = await changePassword(merchant, 'wrong password');
    expectError(refused, 403, WRONG);
    expect(refused.body).toMatchObject({ code: 'current_password_wrong' });
    expect((await merchant.asks('GET', '/users/me')).status).toBe(200);
    expect((await changePassword(merchant, PASSWORD)).status).toBe(200);
    expectError(await logIn(merchant.email, PASSWORD), 401, 'Invalid email or password.');
    expect((await logIn(merchant.email, NEW_PASSWORD)).status).toBe(200);
  });

  it('ends all other tokens and console sessions, and leaves the token that it came with and the API keys', async () => {
    const merchant = await Merchant.joins(gateway);
    const again = await merchant.logsInAgain();
    const tab = new ConsoleTab(gateway);
    await tab.opens({ email: merchant.email, password: PASSWORD });
    expect((await changePassword(merchant, PASSWORD)).status).toBe(200);
    expect((await merchant.asks('GET', '/users/me')).status).toBe(200);
    expectError(await again.asks('GET', '/users/me'), 401, REVOKED);
    expectError(await tab.asks('GET', '/users/me'), 401, REVOKED);
    expect((await tab.triesToOpen({})).status).toBe(401);
    expect((await merchant.charges()).status).toBe('pending');
  });

  it('that comes from the console leaves its session alone', async () => {
    const merchant = await Merchant.joins(gateway);
    const [tab, elsewhere] = [new ConsoleTab(gateway), new ConsoleTab(gateway)];
    await tab.opens({ email: merchant.email, password: PASSWORD });
    await elsewhere.opens({ email: merchant.email, password: PASSWORD });
    const otherTab = Object.assign(new ConsoleTab(gateway), { cookie: tab.cookie });
    await otherTab.opens();
    const json = { password: NEW_PASSWORD, currentPassword: PASSWORD };
    expect((await tab.asks('PATCH', '/users/me', { json })).status).toBe(200);
    for (const kept of [tab, otherTab]) {
      expect((await kept.asks('GET', '/users/me')).status).toBe(200);
      await kept.opens();
    }
    expect((await elsewhere.triesToOpen({})).status).toBe(401);
    expectError(await merchant.asks('GET', '/users/me'), 401, REVOKED);
  });

  it('cannot be had by guessing the one so far with a token', async () => {
    const merchant = await Merchant.joins(gateway);
    const guesses = await Promise.all(Array.from({ length: 14 }, () => changePassword(merchant, 'wrong password')));
    const refused = guesses.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    // The same count as that of logins.
    expect((await logIn(merchant.email, PASSWORD)).status).toBe(429);
  });

  it('is set once if several set one at the same time', async () => {
    const merchant = await Merchant.joins(gateway);
    const passwords = Array.from({ length: 5 }, (_, n) => `${NEW_PASSWORD} ${n}`);
    const answers = await Promise.all(passwords.map((password) => changePassword(merchant, PASSWORD, password)));
    const won = answers.findIndex(({ status }) => status === 200);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403, 403, 403, 403]);
    expect((await logIn(merchant.email, passwords[won] ?? '')).status).toBe(200);
  });

  it('ends a login that compared the one before at the same moment', async () => {
    for (let round = 0; round < 10; round++) {
      const merchant = await Merchant.joins(gateway);
      const tab = new ConsoleTab(gateway);
      const [changed, loggedIn] = await Promise.all([
        changePassword(merchant, PASSWORD),
        logIn(merchant.email, PASSWORD),
        tab.triesToOpen({ email: merchant.email, password: PASSWORD }),
      ]);
      expect(changed.status).toBe(200);
      const { access_token = '' } = loggedIn.body as { access_token?: string };
      for (const token of [access_token, tab.token].filter(Boolean))
        expectError(await gateway.request('GET', '/users/me', { headers: bearer(token) }), 401, REVOKED);
    }
  });

  it('stands in no request log', async () => {
    const merchant = await Merchant.joins(gateway);
    await changePassword(merchant, PASSWORD);
    const { text } = await eventually(
      'the request log',
      () => merchant.asks<{ data: { path: string }[] }>('GET', '/request-logs?method=PATCH'),
      ({ body: { data } }) => data.length > 0,
    );
    for (const secret of [PASSWORD, NEW_PASSWORD]) expect(text).not.toContain(secret);
  });
});

describe('An account without a password', () => {
  it('gets its first one without another, and from then on needs it', async () => {
    const { created, withToken } = await Sandbox.create(gateway);
    const email = newEmail();
    expect((await change({ withToken }, { password: NEW_PASSWORD, email })).body).toMatchObject({
      userId: created.accountId,
      email,
    });
    expect(await new ConsoleTab(gateway).opens({ email, password: NEW_PASSWORD })).toMatchObject({
      userId: created.accountId,
    });
    expectInvalid(await change({ withToken }, { password: PASSWORD }), {
      loc: ['body', 'currentPassword'],
      type: 'missing',
    });
  });

  it('is shown with the e-mail that it was given', async () => {
    const { withToken } = await Sandbox.create(gateway);
    expect((await gateway.request<{ email: string }>('GET', '/users/me', { headers: withToken })).body.email).toMatch(
      /^user_[0-9a-f]{24}@sandbox\.invalid$/,
    );
    const merchant = await Merchant.joins(gateway);
    const email = newEmail().replace('@', '~test@');
    expect((await change(merchant, { email })).body).toMatchObject({ email });
  });
});
