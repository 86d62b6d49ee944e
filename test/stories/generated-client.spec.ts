import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import createClient from 'openapi-fetch';
import type { paths } from '../../client/api.js';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { newEmail, PASSWORD } from '../support/merchant.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

describe('A developer with a client generated from the OpenAPI document', () => {
  it('registers, logs in, charges and looks the payment up, all of it typed', async () => {
    const client = createClient<paths>({ baseUrl: gateway.url });
    const email = newEmail();
    const registered = await client.POST('/api/v1/users/register', {
      body: { name: 'Acme Corporation', email, password: PASSWORD },
    });
    const { apiKey = '', userId } = registered.data ?? {};
    expect(userId).toMatch(/^user_/);

    const session = await client.POST('/api/v1/users/login', { body: { email, password: PASSWORD } });
    const headers = { 'X-API-Key': apiKey, Authorization: `Bearer ${session.data?.access_token ?? ''}` };

    const charged = await client.POST('/api/v1/payments/charge', {
      headers,
      body: { customerName: 'Ada', paymentAmount: 19.99, currency: 'EUR' },
    });
    const { id = '' } = charged.data ?? {};
    expect(charged.data).toMatchObject({ amount: 19.99, currency: 'EUR', status: 'pending' });

    const get = () =>
      client.GET('/api/v1/payments/{transaction_id}', { headers, params: { path: { transaction_id: id } } });
    const { data } = await eventually(
      'the payment to be completed',
      get,
      (answer) => answer.data?.status === 'completed',
    );
    expect(data).toMatchObject({ id, ownerId: userId, amount: 19.99, customerName: 'Ada' });

    const found = await client.GET('/api/v1/payments/query', {
      headers,
      params: { query: { minAmount: 19.99, sortBy: 'amount' } },
    });
    expect(found.data?.transactions.map((transaction) => transaction.id)).toEqual([id]);
  });

  it('reads errors as they are documented', async () => {
    const client = createClient<paths>({ baseUrl: gateway.url });
    const { error, response } = await client.POST('/api/v1/users/login', {
      body: { email: 'nobody', password: PASSWORD },
    });
    expect(response.status).toBe(422);
    expect(error).toMatchObject({ code: 'validation_failed', detail: [{ loc: ['body', 'email'] }] });
  });
});
