import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { ADMIN_PASSWORD, ENCRYPTION_KEY, type Gateway, JWT_SECRET, startGateway } from '../support/gateway.js';
import { bearer, bodyOf, login, Merchant, newEmail, systemAdmin } from '../support/merchant.js';
import { WebhookRecorder } from '../support/webhook-recorder.js';

let gateway: Gateway;
let recorder: WebhookRecorder;
beforeAll(async () => {
  [gateway, recorder] = await Promise.all([startGateway({ LOG_LEVEL: 'trace' }), WebhookRecorder.start()]);
});
afterAll(async () => {
  await gateway.stop();
  await recorder.stop();
});

/** The log line of the request with this id. */
const lineOf = async (requestId: string): Promise<Record<string, unknown>> => {
  const [line] = await eventually(
    'the log line',
    () => gateway.log.filter((entry) => entry.requestId === requestId && 'status' in entry),
    (found) => found.length > 0,
  );
  return line ?? {};
};

describe('Each request', () => {
  it('is one JSON line with its id, account, route, status and time', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await merchant.charges();
    await gateway.request('GET', `/payments/${id}`, { headers: { ...merchant.withKey, 'x-request-id': 'log-1' } });
    expect(await lineOf('log-1')).toMatchObject({
      requestId: 'log-1',
      accountId: merchant.userId,
      route: '/api/v1/payments/:transaction_id',
      method: 'GET',
      status: 200,
      ms: expect.any(Number),
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
    expect(gateway.log.filter((entry) => entry.requestId === 'log-1' && 'status' in entry)).toHaveLength(1);
  });

  it('has its line also where it is refused', async () => {
    const refused: [string, string, string, number][] = [
      ['log-401', 'GET', '/protected', 401],
      ['log-404', 'GET', '/nowhere', 404],
      ['log-405', 'PUT', '/status', 405],
      ['log-422', 'POST', '/users/login', 422],
    ];
    for (const [requestId, method, path, status] of refused) {
      await gateway.request(method, path, {
        headers: { 'x-request-id': requestId },
        ...(method === 'POST' && { raw: '{' }),
      });
      expect(await lineOf(requestId)).toMatchObject({ status });
    }
  });

  it('is a line that a request cannot forge', async () => {
    await gateway.request('GET', '/payments/x%0A%7B%22status%22%3A200%2C%22requestId%22%3A%22forged%22%7D', {
      headers: { 'x-api-key': 'x' },
    });
    await gateway.request('GET', '/status', { headers: { 'x-request-id': 'after-the-forgery' } });
    await lineOf('after-the-forgery');
    expect(gateway.log.filter(({ requestId }) => requestId === 'forged')).toEqual([]);
  });
});

describe('The whole output', () => {
  it('holds no password, key, token, signature or secret that was used', async () => {
    const secrets: string[] = [ADMIN_PASSWORD, JWT_SECRET, ENCRYPTION_KEY];
    const password = 'a-password-to-search-for';
    const email = newEmail();
    const registered = bodyOf(
      await gateway.request<{ apiKey: string; webhookSecret: string; userId: string }>('POST', '/users/register', {
        json: { name: 'Ada', email, password },
      }),
      201,
    );
    const { access_token } = await login(gateway, email, password);
    secrets.push(password, registered.apiKey, registered.webhookSecret, access_token);

    const withToken = bearer(access_token);
    const withKey = { 'x-api-key': registered.apiKey };
    const created = bodyOf(
      await gateway.request<{ apiKey: string }>('POST', '/users/me/api-keys', {
        headers: withToken,
        json: { name: 'CI' },
      }),
      201,
    );
    const rotated = bodyOf(
      await gateway.request<{ webhookSecret: string }>('POST', '/users/me/webhook-secret/rotate', {
        headers: withToken,
      }),
      200,
    );
    secrets.push(created.apiKey, rotated.webhookSecret);

    const charged = bodyOf(
      await gateway.request<{ id: string }>('POST', '/payments/charge', {
        headers: withKey,
        json: {
          customerName: 'Ada',
          paymentAmount: 1,
          currency: 'USD',
          webhookUrl: recorder.url('/hook?key=a-key-in-a-url'),
        },
      }),
      201,
    );
    const { headers } = await recorder.nextOf(charged.id);
    secrets.push(String(headers['x-signature']), String(headers['webhook-signature']).slice(3, 40));

    // Also where it goes wrong.
    const body = '{"a":1}';
    const signature = createHmac('sha256', 'not-the-secret').update(body).digest('hex');
    await gateway.request('POST', '/webhook-receive', { headers: { ...withKey, 'x-signature': signature }, raw: body });
    await gateway.request('POST', '/users/login', { json: { email, password: 'a-wrong-password-to-search-for' } });
    await gateway.request('POST', '/users/login', {
      raw: `{"email":"${email}","password":"a-broken-password-to-search-for"`,
    });
    await gateway.request('POST', '/users/register', {
      json: { name: 'A', email, password: 'a-refused-password-to-search-for' },
    });
    await gateway.request('GET', '/payments/all', { headers: { 'x-api-key': 'PK_LIVE_an-unknown-key-to-search-for' } });
    await gateway.request('GET', '/protected', { headers: bearer('a-bad-token-to-search-for') });
    await gateway.request('GET', '/payments/query?token=a-query-token-to-search-for', {
      headers: { ...withKey, ...withToken },
    });
    await (await systemAdmin(gateway)).deletes('users', registered.userId);
    secrets.push(signature, 'to-search-for');

    await gateway.request('GET', '/status', { headers: { 'x-request-id': 'the-last' } });
    await lineOf('the-last');
    expect(gateway.output.length).toBeGreaterThan(1000);
    for (const secret of secrets) expect(gateway.output.includes(secret) ? secret : 'none').toBe('none');
  });
});

describe('Standard output', () => {
  it('holds nothing but JSON lines and the few lines of the start', () => {
    const other = gateway.output.split('\n').filter((line) => line !== '' && !line.startsWith('{'));
    const begins = other.map((line) => line.trim().split(/\s/, 1)[0]);
    expect(begins).toEqual(['Mock', 'API', 'Console', 'Docs', 'Guide', 'Data']);
  });
});
