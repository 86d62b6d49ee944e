import { createHmac, generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import jwt from 'jsonwebtoken';
import { eventually } from '../support/eventually.js';
import { type Gateway, JWT_SECRET, startGateway } from '../support/gateway.js';
import { expectError } from '../support/http.js';
import { bearer, Merchant, systemAdmin } from '../support/merchant.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

type Claims = Record<string, unknown> & { iat: number; exp: number };

const REFUSED = 'Invalid or expired token.';
const claimsOf = (token: string): Claims => jwt.decode(token) as Claims;
const present = (token: string) => gateway.request('GET', '/protected', { headers: bearer(token) });
const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('A forged token', () => {
  it('would be accepted with the right key, algorithm and claims: so the forgeries below are good ones', async () => {
    const claims = claimsOf((await Merchant.joins(gateway)).token);
    expect((await present(jwt.sign(claims, JWT_SECRET, { algorithm: 'HS256' }))).status).toBe(200);
  });

  it('without a signature (alg none) is refused', async () => {
    const claims = claimsOf((await Merchant.joins(gateway)).token);
    for (const alg of ['none', 'None', 'NONE'])
      expectError(await present(`${encoded({ alg, typ: 'JWT' })}.${encoded(claims)}.`), 401, expect.any(String));
    const [, , signature = ''] = jwt.sign(claims, JWT_SECRET).split('.');
    expectError(await present(`${encoded({ alg: 'none', typ: 'JWT' })}.${encoded(claims)}.${signature}`), 401, REFUSED);
  });

  it.each(['HS384', 'HS512'] as const)('signed with the right secret by %s is refused', async (algorithm) => {
    const claims = claimsOf((await Merchant.joins(gateway)).token);
    expectError(await present(jwt.sign(claims, JWT_SECRET, { algorithm })), 401, REFUSED);
  });

  it('signed by RS256 is refused', async () => {
    const claims = claimsOf((await Merchant.joins(gateway)).token);
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    expectError(await present(jwt.sign(claims, privateKey, { algorithm: 'RS256' })), 401, REFUSED);
  });

  it.each([
    ['signed with another secret', {}, 'another-secret-of-at-least-32-characters'],
    ['of another issuer', { iss: 'somebody-else' }, JWT_SECRET],
    ['without an issuer', { iss: undefined }, JWT_SECRET],
    ['for another audience', { aud: 'somebody-else' }, JWT_SECRET],
    ['without an audience', { aud: undefined }, JWT_SECRET],
    ['that has expired', { iat: 1_700_000_000, exp: 1_700_000_001 }, JWT_SECRET],
    ['that never expires', { exp: undefined }, JWT_SECRET],
    ['that is not on record', { jti: '11111111-2222-3333-4444-555555555555' }, JWT_SECRET],
    ['without an id', { jti: undefined }, JWT_SECRET],
    ['of nobody', { sub: 'user_unknown' }, JWT_SECRET],
    ['whose subject is an operator', { sub: { $gt: '' } }, JWT_SECRET],
    ['whose id is an operator', { jti: { $gt: '' } }, JWT_SECRET],
  ])('%s is refused', async (_what, change, secret) => {
    const claims: Record<string, unknown> = { ...claimsOf((await Merchant.joins(gateway)).token), ...change };
    const defined = Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
    const content = `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded(defined)}`;
    expectError(
      await present(`${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`),
      401,
      REFUSED,
    );
  });

  it("with another user's subject and one's own id is refused", async () => {
    const [mine, theirs] = await Promise.all([Merchant.joins(gateway), Merchant.joins(gateway)]);
    expectError(await present(jwt.sign({ ...claimsOf(mine.token), sub: theirs.userId }, JWT_SECRET)), 401, REFUSED);
  });
});

describe('Logging out', () => {
  it('revokes the token that it came with, and no other', async () => {
    const first = await Merchant.joins(gateway);
    const second = await first.logsInAgain();
    expect((await first.asks('POST', '/users/logout')).status).toBe(204);
    expectError(await first.asks('GET', '/protected'), 401, REFUSED);
    expectError(await first.asks('POST', '/users/logout'), 401, REFUSED);
    expect((await second.asks('GET', '/protected')).status).toBe(200);
  });

  it('leaves the API key as it is', async () => {
    const merchant = await Merchant.joins(gateway);
    await merchant.asks('POST', '/users/logout');
    expect((await merchant.charges()).status).toBe('pending');
  });
});

describe('A changed role', () => {
  it('holds at once, for tokens issued before', async () => {
    const [merchant, admin] = await Promise.all([Merchant.joins(gateway), systemAdmin(gateway)]);
    expect((await merchant.asks('GET', '/admin/dashboard')).status).toBe(403);
    await admin.changesRole(merchant.userId, 'admin');
    expect((await merchant.asks('GET', '/admin/dashboard')).status).toBe(200);
    expect((await merchant.asks('GET', '/users/me')).body).toMatchObject({ role: 'admin' });
    await admin.changesRole(merchant.userId, 'user');
    expect((await merchant.asks('GET', '/admin/dashboard')).status).toBe(403);
  });
});

describe('A deleted account', () => {
  it('has no token and no key that still works', async () => {
    const [merchant, admin] = await Promise.all([Merchant.joins(gateway), systemAdmin(gateway)]);
    const again = await merchant.logsInAgain();
    await merchant.charges();
    expect((await admin.deletes('users', merchant.userId)).status).toBe(200);
    for (const holder of [merchant, again]) expectError(await holder.asks('GET', '/protected'), 401, REFUSED);
    expectError(
      await gateway.request('GET', '/payments/all', { headers: merchant.withKey }),
      401,
      'Invalid or missing X-API-Key. Access denied.',
    );
    expectError(
      await gateway.request('POST', '/users/login', { json: { email: merchant.email, password: merchant.password } }),
      401,
      'Invalid email or password.',
    );
  });

  it('leaves its e-mail free, and a new account with it is another one', async () => {
    const [merchant, admin] = await Promise.all([Merchant.joins(gateway), systemAdmin(gateway)]);
    await admin.deletes('users', merchant.userId);
    const { status, body } = await gateway.request('POST', '/users/register', {
      json: { name: 'Again', email: merchant.email, password: 'another password' },
    });
    expect(status).toBe(201);
    expect(body).not.toMatchObject({ userId: merchant.userId });
    expectError(await merchant.asks('GET', '/protected'), 401, REFUSED);
  });
});

describe('The life of a token', () => {
  it('ends when the setting says', async () => {
    // Tokens end with a whole second: one of 1 s could end at once.
    const brief = await startGateway({ JWT_TTL_SECONDS: '3' });
    try {
      const merchant = await Merchant.joins(brief);
      expect((await merchant.asks('GET', '/protected')).status).toBe(200);
      expectError(
        await eventually(
          'the token to expire',
          () => merchant.asks('GET', '/protected'),
          ({ status }) => status !== 200,
        ),
        401,
        REFUSED,
      );
    } finally {
      await brief.stop();
    }
  });

  it('is on record, with an index that removes it', async () => {
    const merchant = await Merchant.joins(gateway);
    const tokens = (await gateway.database()).collection<{ _id: string }>('access_tokens');
    const { jti, exp } = claimsOf(merchant.token);
    const record = await tokens.findOne({ _id: String(jti) });
    expect(record).toMatchObject({ accountId: merchant.userId, expiresAt: expect.any(Date) });
    expect(Math.abs((record as unknown as { expiresAt: Date }).expiresAt.getTime() / 1000 - exp)).toBeLessThan(3);
    expect(await tokens.indexes()).toEqual(
      expect.arrayContaining([expect.objectContaining({ key: { expiresAt: 1 }, expireAfterSeconds: 0 })]),
    );
  });
});

describe('GET /users/me', () => {
  it('shows the account and nothing secret', async () => {
    const merchant = await Merchant.joins(gateway);
    const { body, text } = await merchant.asks('GET', '/users/me');
    expect(body).toEqual({
      userId: merchant.userId,
      name: 'Acme Corporation',
      email: merchant.email,
      role: 'user',
      sandboxId: null,
      createdAt: expect.any(String),
    });
    expect(text).not.toMatch(/hash|secret|\$2[aby]\$/i);
  });
});
