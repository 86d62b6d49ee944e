import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ADMIN_EMAIL, ADMIN_PASSWORD, type Gateway, startGateway } from '../support/gateway.js';
import { expectError, expectInvalid } from '../support/http.js';
import {
  type LoggedIn,
  Merchant,
  newEmail,
  newRegistration,
  PASSWORD,
  type Registered,
  systemAdmin,
} from '../support/merchant.js';

const ISO_UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

const register = (json: unknown) => gateway.request<Registered>('POST', '/users/register', { json });
const login = (json: unknown) => gateway.request<LoggedIn>('POST', '/users/login', { json });

describe('POST /users/register', () => {
  it('answers 201 with exactly the fields of the contract', async () => {
    const { status, body } = await register(newRegistration());
    expect(status).toBe(201);
    expect(body).toEqual({
      message: 'User registered successfully.',
      userId: expect.stringMatching(/^user_[0-9a-f]{12,}$/),
      apiKey: expect.stringMatching(/^PK_LIVE_\S{22,}$/),
      webhookSecret: expect.stringMatching(/^SK_\S{22,}$/),
      role: 'user',
      createdAt: expect.stringMatching(ISO_UTC),
    });
    expect(Math.abs(Date.now() - Date.parse(body.createdAt))).toBeLessThan(10_000);
  });

  it('refuses an e-mail that is registered, in upper or lower case', async () => {
    const email = newEmail();
    expect((await register(newRegistration({ email }))).status).toBe(201);
    expectError(await register(newRegistration({ email })), 400, 'User with this email already exists.');
    expectError(
      await register(newRegistration({ email: email.toUpperCase() })),
      400,
      'User with this email already exists.',
    );
  });

  it('names every missing field', async () => {
    expectInvalid(
      await register({}),
      { loc: ['body', 'name'], type: 'missing' },
      { loc: ['body', 'email'], type: 'missing' },
      { loc: ['body', 'password'], type: 'missing' },
    );
  });

  it('counts a name after trimming', async () => {
    expectInvalid(await register(newRegistration({ name: ' A ' })), {
      loc: ['body', 'name'],
      type: 'string_too_short',
      input: ' A ',
      ctx: { min_length: 2 },
    });
    expectInvalid(await register(newRegistration({ name: '' })), {
      loc: ['body', 'name'],
      type: 'string_too_short',
      input: '',
      ctx: { min_length: 2 },
    });
    expect((await register(newRegistration({ name: ' Ab ' }))).status).toBe(201);
  });

  it.each(['not-an-email', '', 'a@', '@b.example', 'a b@c.example', 'a@b@c.example'])(
    'refuses the e-mail %j by its pattern',
    async (email) => {
      expectInvalid(await register(newRegistration({ email })), {
        loc: ['body', 'email'],
        type: 'string_pattern_mismatch',
        input: email,
        ctx: { pattern: expect.any(String) },
      });
    },
  );

  it.each([42, true, null, ['a@b.example'], { $gt: '' }])(
    'refuses the e-mail %j because it is no text',
    async (email) => {
      expectInvalid(await register(newRegistration({ email })), { loc: ['body', 'email'], type: 'string_type' });
    },
  );

  it('takes passwords of 8 to 64 characters', async () => {
    expectInvalid(await register(newRegistration({ password: '1234567' })), {
      loc: ['body', 'password'],
      type: 'string_too_short',
      ctx: { min_length: 8 },
    });
    expectInvalid(await register(newRegistration({ password: '' })), {
      loc: ['body', 'password'],
      type: 'string_too_short',
      ctx: { min_length: 8 },
    });
    expectInvalid(await register(newRegistration({ password: 'x'.repeat(65) })), {
      loc: ['body', 'password'],
      type: 'string_too_long',
      ctx: { max_length: 64 },
    });
    expect((await register(newRegistration({ password: '12345678' }))).status).toBe(201);
    expect((await register(newRegistration({ password: 'x'.repeat(64) }))).status).toBe(201);
  });

  it('refuses a password of more than 72 bytes in place of cutting it', async () => {
    // 36 letters of 2 bytes are 72, one more is too much; both are under 64 characters.
    expect((await register(newRegistration({ password: 'ä'.repeat(36) }))).status).toBe(201);
    expectInvalid(await register(newRegistration({ password: 'ä'.repeat(37) })), {
      loc: ['body', 'password'],
      type: 'string_too_long',
      ctx: { max_length: 72 },
    });
  });

  it('refuses fields that it does not know', async () => {
    expectInvalid(await register(newRegistration({ role: 'admin' })), {
      loc: ['body', 'role'],
      type: 'extra_forbidden',
      input: 'admin',
    });
  });

  it('does not show the password in a refusal that is about another field', async () => {
    const answer = await register(newRegistration({ email: 'nobody', password: 'do-not-repeat-me' }));
    expect(answer.text).not.toContain('do-not-repeat-me');
  });
});

describe('POST /users/login', () => {
  it('answers 200 with exactly the fields of the contract', async () => {
    const { userId, email } = await Merchant.joins(gateway);
    const { status, body } = await login({ email, password: PASSWORD });
    expect(status).toBe(200);
    expect(body).toEqual({
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      token_type: 'bearer',
      userId,
      role: 'user',
    });
  });

  it('issues a token that lives for two hours', async () => {
    const { token } = await Merchant.joins(gateway);
    const { iat, exp } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as {
      iat: number;
      exp: number;
    };
    expect(exp - iat).toBe(7200);
  });

  it('compares the e-mail in lower case', async () => {
    const { email } = await Merchant.joins(gateway);
    expect((await login({ email: email.toUpperCase(), password: PASSWORD })).status).toBe(200);
  });

  it('says the same of a wrong password as of an unknown e-mail', async () => {
    const { email } = await Merchant.joins(gateway);
    expectError(await login({ email, password: 'wrong password' }), 401, 'Invalid email or password.');
    expectError(await login({ email: newEmail(), password: PASSWORD }), 401, 'Invalid email or password.');
  });

  it('lets the system_admin in who exists from the first start', async () => {
    const { status, body } = await login({ email: ADMIN_EMAIL, password: ADMIN_PASSWORD });
    expect({ status, role: body.role }).toEqual({ status: 200, role: 'system_admin' });
  });

  it('validates what was sent', async () => {
    expectInvalid(
      await login({}),
      { loc: ['body', 'email'], type: 'missing' },
      { loc: ['body', 'password'], type: 'missing' },
    );
    expectInvalid(await login({ email: '', password: PASSWORD }), {
      loc: ['body', 'email'],
      type: 'string_pattern_mismatch',
    });
    expectInvalid(await login({ email: newEmail(), password: '12345' }), {
      loc: ['body', 'password'],
      type: 'string_too_short',
      ctx: { min_length: 6 },
    });
    expectInvalid(await login({ email: newEmail(), password: '' }), {
      loc: ['body', 'password'],
      type: 'string_too_short',
      ctx: { min_length: 6 },
    });
  });
});

describe('PATCH /users/{user_id}/role', () => {
  it.each(['user', 'merchant', 'admin'])('lets the system_admin make somebody a %s', async (role) => {
    const { userId } = await Merchant.joins(gateway);
    const answer = await (await systemAdmin(gateway)).changesRole(userId, role);
    expect({ status: answer.status, body: answer.body }).toEqual({
      status: 200,
      body: { message: `User role updated to '${role}'`, userId },
    });
  });

  it('refuses everybody else, administrators included', async () => {
    const { userId } = await Merchant.joins(gateway);
    const [user, merchant, admin] = await Promise.all([
      Merchant.joins(gateway),
      Merchant.joinsAs('merchant', gateway),
      Merchant.joinsAs('admin', gateway),
    ]);
    for (const other of [user, merchant, admin])
      expectError(await other.changesRole(userId, 'merchant'), 403, 'Only system_admin can change user roles.');
  });

  it('says 404 of an unknown user', async () => {
    expectError(
      await (await systemAdmin(gateway)).changesRole('user_000000000000', 'merchant'),
      404,
      'User not found.',
    );
  });

  it('says 400 to the system_admin who names itself', async () => {
    const admin = await systemAdmin(gateway);
    expectError(await admin.changesRole(admin.userId, 'user'), 400, expect.any(String));
    expect((await systemAdmin(gateway)).userId).toBe(admin.userId);
    expect((await admin.asks('GET', '/admin/dashboard')).status).toBe(200);
  });

  it.each(['system_admin', 'owner', '', 7, null])(
    'refuses the role %j and lists those that there are',
    async (new_role) => {
      const [{ userId }, admin] = await Promise.all([Merchant.joins(gateway), systemAdmin(gateway)]);
      const answer = await admin.asks('PATCH', `/users/${userId}/role`, { json: { new_role } });
      expectInvalid(answer, {
        loc: ['body', 'new_role'],
        type: 'enum',
        input: new_role,
        msg: expect.stringContaining("'user', 'merchant' or 'admin'") as unknown as string,
      });
    },
  );

  it('asks for the new role', async () => {
    const [{ userId }, admin] = await Promise.all([Merchant.joins(gateway), systemAdmin(gateway)]);
    expectInvalid(await admin.asks('PATCH', `/users/${userId}/role`, { json: {} }), {
      loc: ['body', 'new_role'],
      type: 'missing',
    });
  });
});

describe('GET /protected', () => {
  it('greets whoever has a token', async () => {
    const merchant = await Merchant.joinsAs('merchant', gateway);
    const { status, body } = await merchant.asks('GET', '/protected');
    expect({ status, body }).toEqual({
      status: 200,
      body: { message: 'Access granted — authenticated user.', userId: merchant.userId, role: 'merchant' },
    });
  });

  it('says 401 in the words of the contract', async () => {
    const ask = (authorization: string) => gateway.request('GET', '/protected', { headers: { authorization } });
    expectError(await gateway.request('GET', '/protected'), 401, 'Authorization header missing.');
    for (const header of ['Token abc', 'Basic dXNlcjpwYXNz', 'abc', 'Bearer'])
      expectError(await ask(header), 401, 'Invalid authorization header format.');
    for (const header of ['Bearer abc', 'Bearer a.b.c'])
      expectError(await ask(header), 401, 'Invalid or expired token.');
  });
});

describe('GET /admin/dashboard', () => {
  it('shows an administrator figures over all users', async () => {
    const admin = await Merchant.joinsAs('admin', gateway);
    const { status, body } = await admin.asks('GET', '/admin/dashboard');
    expect(status).toBe(200);
    expect(body).toEqual({
      message: 'Welcome to the admin dashboard.',
      userId: admin.userId,
      role: 'admin',
      metrics: expect.any(Object),
    });
  });

  it('lets the system_admin in as well', async () => {
    const admin = await systemAdmin(gateway);
    expect((await admin.asks('GET', '/admin/dashboard')).body).toMatchObject({
      userId: admin.userId,
      role: 'system_admin',
    });
  });

  it('refuses users and merchants, naming the roles that may', async () => {
    for (const other of [await Merchant.joins(gateway), await Merchant.joinsAs('merchant', gateway)]) {
      expectError(
        await other.asks('GET', '/admin/dashboard'),
        403,
        "Access denied. Allowed roles: ('admin', 'system_admin')",
      );
    }
  });

  it('counts users by role, payments by status, volume by currency and deliveries by status', async () => {
    const own = await startGateway();
    try {
      const [merchant, admin] = await Promise.all([Merchant.joins(own), systemAdmin(own)]);
      await merchant.receives({ paymentAmount: 0.1, currency: 'USD' });
      await merchant.receives({ paymentAmount: 0.2, currency: 'USD' });
      await merchant.receives({ paymentAmount: 500, currency: 'JPY' });
      expect((await admin.asks('GET', '/admin/dashboard')).body).toMatchObject({
        metrics: {
          usersByRole: { user: 1, system_admin: 1 },
          paymentsByStatus: { completed: 3 },
          volumeByCurrency: { USD: 0.3, JPY: 500 },
          deliveriesByStatus: {},
        },
      });
    } finally {
      await own.stop();
    }
  });
});
