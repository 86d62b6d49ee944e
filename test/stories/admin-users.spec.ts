import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient } from '../../client/index.js';
import { ADMIN_EMAIL, type Gateway, startGateway } from '../support/gateway.js';
import { expectInvalid } from '../support/http.js';
import { bodyOf, Merchant, newRegistration, type Registered, systemAdmin } from '../support/merchant.js';
import { Sandbox } from '../support/sandbox.js';
import type { Page } from '../support/webhook-endpoints.js';

interface User {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: string;
  readonly createdAt: string;
}

/** Oldest first. */
const NAMES = ['Zenith', 'Acme Corporation', 'acme labs', 'ÉCLAIR', 'A.*', 'Ｗide'];

let gateway: Gateway;
let admin: Merchant;
/** Oldest first. */
let ids: string[];
beforeAll(async () => {
  gateway = await startGateway();
  ids = [];
  admin = await systemAdmin(gateway);
  for (const [n, name] of NAMES.entries()) {
    const json = newRegistration({ name, email: `User-${n}@list.example` });
    ids.push(bodyOf(await gateway.request<Registered>('POST', '/users/register', { json }), 201).userId);
  }
  await Promise.all(Array.from({ length: 5 }, () => Sandbox.create(gateway, { name: 'Acme sandbox' })));
});
afterAll(() => gateway.stop());

const list = async (search = ''): Promise<Page<User>> =>
  bodyOf(await admin.asks<Page<User>>('GET', `/admin/users?${search}`), 200);
const names = async (search: string): Promise<string[]> => (await list(search)).data.map(({ name }) => name);

describe('GET /admin/users', () => {
  it('lists all users, newest first, and nothing secret', async () => {
    const { text, body } = await admin.asks<Page<User>>('GET', '/admin/users?limit=100');
    expect(body.hasMore).toBe(false);
    expect(body.data.map(({ id }) => id)).toEqual([...[...ids].reverse(), admin.userId]);
    expect(body.data.at(-2)).toEqual({
      id: ids[0],
      name: 'Zenith',
      email: 'user-0@list.example',
      role: 'user',
      createdAt: expect.any(String),
    });
    expect(text).not.toMatch(/hash|secret|apiKeys|searchKeys|\$2[aby]\$/i);
  });

  it('leaves sandboxes out, which have a list of their own', async () => {
    expect((await names('search=acme')).sort()).toEqual(['Acme Corporation', 'acme labs']);
    expect(JSON.stringify(await list('limit=100'))).not.toContain('sandbox.invalid');
  });

  it.each(['', 'search=user-'])('is paged through once and whole, in both directions (%s)', async (filter) => {
    const whole = (await list(`limit=100&${filter}`)).data.map(({ id }) => id);
    expect(whole.length).toBeGreaterThanOrEqual(NAMES.length);
    const forth: string[] = [];
    for (let cursor = ''; ; cursor = `&startingAfter=${forth.at(-1) ?? ''}`) {
      const page = await list(`limit=2&${filter}${cursor}`);
      forth.push(...page.data.map(({ id }) => id));
      if (!page.hasMore) break;
    }
    const back: string[] = [whole.at(-1) ?? ''];
    for (;;) {
      const page = await list(`limit=2&${filter}&endingBefore=${back[0] ?? ''}`);
      back.unshift(...page.data.map(({ id }) => id));
      if (!page.hasMore) break;
    }
    expect([forth, back]).toEqual([whole, whole]);
  });

  it('goes on after a user who was deleted meanwhile', async () => {
    const gone = await Merchant.joins(gateway);
    await admin.deletes('users', gone.userId);
    expect((await list(`startingAfter=${gone.userId}`)).data[0]?.id).toBe(ids.at(-1));
    expect((await list(`endingBefore=${gone.userId}`)).data).toEqual([]);
  });

  it.each([
    ['acme', ['acme labs', 'Acme Corporation']],
    ['ACME C', ['Acme Corporation']],
    ['éclair', ['ÉCLAIR']],
    ['wide', ['Ｗide']],
    ['labs', []],
    ['a.*', ['A.*']],
    ['.*', []],
    ['USER-3@', ['ÉCLAIR']],
    ['admin@', ['System Admin']],
    ['nobody', []],
  ])('finds by the start of name or e-mail %j, in any case and as text', async (search, expected) => {
    expect(await names(`search=${encodeURIComponent(search)}`)).toEqual(expected);
  });

  it('finds by role, also together with a search', async () => {
    const merchant = await Merchant.joinsAs('merchant', gateway);
    expect((await list('role=merchant')).data.map(({ id }) => id)).toEqual([merchant.userId]);
    expect((await list('role=system_admin')).data.map(({ email }) => email)).toEqual([ADMIN_EMAIL]);
    expect(await names('role=user&search=zen')).toEqual(['Zenith']);
    expect(await names('role=admin&search=zen')).toEqual([]);
    await admin.deletes('users', merchant.userId);
  });

  it('follows a changed name and e-mail', async () => {
    const merchant = await Merchant.joins(gateway);
    await Promise.all([
      merchant.asks('PATCH', '/users/me', { json: { name: 'Quokka' } }),
      merchant.asks('PATCH', '/users/me', { json: { email: 'wombat@list.example' } }),
    ]);
    expect(await names('search=quok')).toEqual(['Quokka']);
    expect(await names('search=wombat')).toEqual(['Quokka']);
    expect(await names(`search=${merchant.email}`)).toEqual([]);
    await admin.deletes('users', merchant.userId);
  });

  it('is for every administrator', async () => {
    const other = await Merchant.joinsAs('admin', gateway);
    const client = createClient({ url: gateway.url, accessToken: other.token });
    const found: string[] = [];
    for await (const { id } of client.accounts.list({ search: 'user-', limit: 2 })) found.push(id);
    expect(found).toEqual([...ids].reverse());
    await admin.deletes('users', other.userId);
  });

  it.each([
    ['role=owner', 'role', 'enum'],
    ['search=', 'search', 'string_too_short'],
    [`search=${'x'.repeat(101)}`, 'search', 'string_too_long'],
    ['limit=0', 'limit', 'greater_than_equal'],
    ['startingAfter=txn_0193a5e2c7f11b2c3d4e5f60', 'startingAfter', 'string_pattern_mismatch'],
    ['email=a', 'email', 'extra_forbidden'],
  ])('is 422 with %s', async (search, field, type) => {
    expectInvalid(await admin.asks('GET', `/admin/users?${search}`), { loc: ['query', field], type });
  });
});
