import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Gateway, startGateway } from '../support/gateway.js';
import { expectError, expectInvalid } from '../support/http.js';
import { Merchant, newCharge, newRegistration } from '../support/merchant.js';

let gateway: Gateway;
let merchant: Merchant;
beforeAll(async () => {
  gateway = await startGateway();
  merchant = await Merchant.joins(gateway);
});
afterAll(() => gateway.stop());

const allowed = (answer: { headers: Headers }): string[] => (answer.headers.get('allow') ?? '').split(', ').sort();

describe('An unknown path', () => {
  it.each([
    ['GET', '/nothing-here'],
    ['GET', '/payment'],
    ['GET', '/payments/txn_1/nothing'],
    ['POST', '/nothing-here'],
    ['PATCH', '/two/segments'],
    ['DELETE', '/one-segment'],
  ])('%s %s is 404', async (method, path) => {
    expectError(await gateway.request(method, path, { headers: merchant.withBoth }), 404, 'Not Found');
  });

  it.each(['/api', '/api/v1', '/api/v2/status', '/status'])('%s outside the base path is 404', async (path) => {
    expectError(await gateway.request('GET', `/../..${path}`), 404, 'Not Found');
  });
});

describe('A known path with another method', () => {
  it.each([
    ['DELETE', '/status', ['GET', 'HEAD']],
    ['GET', '/users/register', ['POST']],
    ['GET', '/users/login', ['POST']],
    ['PUT', '/payments/charge', ['POST']],
    ['POST', '/payments/all', ['GET', 'HEAD']],
    ['POST', '/protected', ['GET', 'HEAD']],
    ['POST', '/users/user_1/role', ['PATCH']],
    ['GET', '/transactions/txn_1', ['DELETE']],
    ['POST', '/users/user_1', ['DELETE']],
    ['GET', '/webhook-receive', ['POST']],
  ])('%s %s is 405 and says what is allowed', async (method, path, methods) => {
    const answer = await gateway.request(method, path);
    expectError(answer, 405, 'Method Not Allowed');
    expect(allowed(answer)).toEqual(expect.arrayContaining(methods));
    expect(allowed(answer)).not.toContain(method);
  });
});

describe('Guards', () => {
  it.each([
    ['POST', '/payments/charge', 'Invalid or missing X-API-Key. Access denied.'],
    ['PATCH', '/users/user_1/role', 'Authorization header missing.'],
    ['POST', '/users/me/api-keys', 'Authorization header missing.'],
  ])('speak before validation on %s %s', async (method, path, detail) => {
    for (const raw of ['{}', '{"a":', 'null', '[]', '{"__proto__":1}', '"text"', '']) {
      expectError(await gateway.request(method, path, { raw }), 401, detail);
    }
  });

  it('speak before validation of the query', async () => {
    expectError(
      await gateway.request('GET', '/payments/query?minAmount=x'),
      401,
      'Invalid or missing X-API-Key. Access denied.',
    );
  });

  it('refuse the role before the body is looked at', async () => {
    const answer = await merchant.asks('PATCH', '/users/user_1/role', { raw: '{"new_role":' });
    expectError(answer, 403, 'Only system_admin can change user roles.');
  });
});

describe('A body that cannot be used', () => {
  it.each(['{"a":', '{', 'text', "{'a':1}", '{"a":1,}', '{"a":NaN}', '\u0000'])(
    '%j is 422 json_invalid',
    async (raw) => {
      expectInvalid(await gateway.request('POST', '/users/login', { raw }), { loc: ['body'], type: 'json_invalid' });
    },
  );

  it.each(['[]', '"text"', '1', 'true', '[{"email":"a@b.example"}]'])('%s is 422: no object', async (raw) => {
    const answer = await gateway.request<{ detail: { loc: unknown[] }[] }>('POST', '/users/login', { raw });
    expectError(answer, 422, expect.any(Array));
    expect(answer.body.detail[0]?.loc[0]).toBe('body');
  });

  it.each(['', '{}', 'null'])('%j names the missing fields', async (raw) => {
    expectInvalid(
      await gateway.request('POST', '/users/login', { raw }),
      { loc: ['body', 'email'], type: 'missing' },
      { loc: ['body', 'password'], type: 'missing' },
    );
  });

  it('of more than 100 kB is 413', async () => {
    const answer = await gateway.request('POST', '/users/register', {
      json: newRegistration({ name: 'x'.repeat(110_000) }),
    });
    expectError(answer, 413, expect.any(String));
  });

  it('of a little less than 100 kB is read', async () => {
    const answer = await merchant.triesToCharge(newCharge({ details: 'x'.repeat(95_000) }));
    expectInvalid(answer, { loc: ['body', 'details'], type: 'string_too_long' });
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/xml', 'nonsense'])(
    'of the media type %s is 415',
    async (type) => {
      const answer = await gateway.request('POST', '/users/login', {
        headers: { 'content-type': type },
        raw: 'email=a',
      });
      expectError(answer, 415, expect.any(String));
    },
  );

  it('is application/json also with a charset', async () => {
    const answer = await gateway.request('POST', '/users/register', {
      headers: { 'content-type': 'application/json; charset=utf-8' },
      json: newRegistration(),
    });
    expect(answer.status).toBe(201);
  });
});

describe('A malformed URL', () => {
  it.each(['/payments/%', '/payments/%zz', '/%E0%A4%A'])('%s is 400', async (path) => {
    expectError(await gateway.request('GET', path, { headers: merchant.withKey }), 400, expect.any(String));
  });
});

describe('The request id', () => {
  it('of the client comes back, in the header and in an error', async () => {
    const answer = await gateway.request('GET', '/nothing', { headers: { 'x-request-id': 'order-4711.a:b' } });
    expect(answer.headers.get('x-request-id')).toBe('order-4711.a:b');
    expect(answer.body).toMatchObject({ requestId: 'order-4711.a:b' });
  });

  it('is made where there is none, another for each request', async () => {
    const ids = await Promise.all(
      [1, 2, 3].map(async () => (await gateway.request('GET', '/status')).headers.get('x-request-id')),
    );
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(id).toMatch(/^\S{8,}$/);
  });

  it.each(['with space', 'x'.repeat(500), '{"a":1}', 'a"b', '${jndi}'])(
    '%j is replaced: it is not fit for a log',
    async (id) => {
      const answer = await gateway.request('GET', '/status', { headers: { 'x-request-id': id } });
      expect(answer.headers.get('x-request-id')).not.toBe(id);
      expect(answer.headers.get('x-request-id')).toMatch(/^\S{8,}$/);
    },
  );
});

describe('Nothing of the inside', () => {
  it('is in any error', async () => {
    const answers = await Promise.all([
      gateway.request('GET', '/nothing'),
      gateway.request('GET', '/payments/%'),
      gateway.request('POST', '/users/login', { raw: '{' }),
      merchant.asks('DELETE', '/users/x'),
      merchant.triesToCharge({ customerName: 1 }),
    ]);
    for (const { status, text } of answers) {
      expect(status).toBeGreaterThanOrEqual(400);
      expect(text).not.toMatch(/node_modules|\.js\b|\.ts\b|Mongo|mongoose|nest|fastify|FST_|stack/i);
    }
  });
});

describe('HEAD', () => {
  it('answers like GET without a body', async () => {
    const status = await new Promise((resolve, reject) => {
      request(`${gateway.api}/status`, { method: 'HEAD' }, (response) => {
        response.resume().on('end', () => {
          resolve(response.statusCode);
        });
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(200);
  });
});
