import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { expectInvalid } from '../support/http.js';
import { bodyOf, Merchant, newCharge } from '../support/merchant.js';
import type { Page } from '../support/webhook-endpoints.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(async () => {
  await gateway.stop();
});

interface Logged {
  readonly id: string;
  readonly requestId: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly ms: number;
  readonly idempotencyKey: string | null;
  readonly errorCode: string | null;
  readonly requestBody: string | null;
  readonly responseBody: string | null;
  readonly createdAt: string;
}

const list = async (merchant: Merchant, search = ''): Promise<Page<Logged>> =>
  bodyOf(await merchant.asks<Page<Logged>>('GET', `/request-logs?${search}`), 200);
const logged = async (merchant: Merchant, requestId: string): Promise<Logged> => {
  const { data } = await eventually(
    `request ${requestId} in the log`,
    () => list(merchant, `requestId=${requestId}`),
    (page) => page.data.length === 1,
    2000,
  );
  const [only] = data;
  if (!only) throw new Error(`Request ${requestId} is not in the log.`);
  return only;
};

describe('The request log', () => {
  it('has what came and what was answered, within a second', async () => {
    const merchant = await Merchant.joins(gateway);
    const began = Date.now();
    const answer = await gateway.request('POST', '/payments/charge', {
      headers: { ...merchant.withKey, 'idempotency-key': 'order-1' },
      json: newCharge(),
    });
    const requestId = answer.headers.get('x-request-id') ?? '';
    const log = await eventually(
      'the request in the log',
      () => list(merchant, `requestId=${requestId}`),
      ({ data }) => data.length === 1,
    );
    expect(Date.now() - began).toBeLessThan(2000);
    expect(log.data).toEqual([
      {
        id: expect.stringMatching(/^log_[0-9a-f]{24}$/),
        requestId,
        method: 'POST',
        path: '/api/v1/payments/charge',
        status: 201,
        ms: expect.any(Number),
        idempotencyKey: 'order-1',
        errorCode: null,
        requestBody: JSON.stringify(newCharge()),
        responseBody: answer.text,
        createdAt: expect.stringMatching(/Z$/),
      },
    ]);
  });

  it('has refusals with their code', async () => {
    const merchant = await Merchant.joins(gateway);
    const answer = await merchant.triesToCharge(newCharge({ paymentAmount: -1 }));
    expect(await logged(merchant, answer.headers.get('x-request-id') ?? '')).toMatchObject({
      status: 422,
      errorCode: 'validation_failed',
    });
  });

  it("has one's own requests only", async () => {
    const [one, two] = [await Merchant.joins(gateway), await Merchant.joins(gateway)];
    const answer = await one.triesToCharge(newCharge());
    const requestId = answer.headers.get('x-request-id') ?? '';
    await logged(one, requestId);
    expect((await list(two, `requestId=${requestId}`)).data).toEqual([]);
  });

  it('can be asked for by method, path, status and time, and is paged by cursor, newest first', async () => {
    const merchant = await Merchant.joins(gateway);
    for (let n = 0; n < 5; n++) await merchant.triesToCharge(newCharge({ paymentAmount: n - 2 }));
    const charges = 'path=/api/v1/payments/charge';
    const all = (
      await eventually(
        'five requests',
        () => list(merchant, charges),
        ({ data }) => data.length === 5,
      )
    ).data;
    const ids = all.map(({ id }) => id);
    expect(all.map(({ status }) => status)).toEqual([201, 201, 422, 422, 422]);
    expect(ids).toEqual([...ids].sort().reverse());
    const idsOf = async (search: string): Promise<string[]> =>
      (await list(merchant, `${charges}&${search}`)).data.map(({ id }) => id);
    expect(await idsOf('status=422')).toEqual(ids.slice(2));
    expect(await idsOf('method=POST&status=201')).toEqual(ids.slice(0, 2));
    expect(await idsOf('method=GET')).toEqual([]);
    expect(await idsOf(`createdBefore=${all[0]?.createdAt ?? ''}`)).not.toContain(ids[0]);
    expect(await idsOf(`createdAfter=${all[0]?.createdAt ?? ''}`)).toContain(ids[0]);
    expect(await list(merchant, `${charges}&limit=2&startingAfter=${ids[0] ?? ''}`)).toEqual({
      data: all.slice(1, 3),
      hasMore: true,
    });
    expect(await list(merchant, `${charges}&limit=2&endingBefore=${ids[3] ?? ''}`)).toEqual({
      data: all.slice(1, 3),
      hasMore: true,
    });
    expectInvalid(await merchant.asks('GET', '/request-logs?method=BREW'), { loc: ['query', 'method'], type: 'enum' });
  });

  it('never holds a password, a key, a secret or a card number, into whatever field it was typed', async () => {
    const merchant = await Merchant.joins(gateway);
    const card = '4242424242424242';
    const [created, endpoint, rotated] = [
      await merchant.asks<{ apiKey: string }>('POST', '/users/me/api-keys', { json: { name: card } }),
      await merchant.asks<{ id: string; secret: string }>('POST', '/webhooks/endpoints', {
        json: { url: 'https://merchant.example/', description: '4242 4242 4242 4242' },
      }),
      await merchant.asks<{ webhookSecret: string }>('POST', '/users/me/webhook-secret/rotate'),
    ];
    const again = await merchant.asks<{ secret: string }>(
      'POST',
      `/webhooks/endpoints/${endpoint.body.id}/rotate-secret`,
    );
    await merchant.asks('POST', '/payment-methods', {
      json: { number: card, expMonth: 12, expYear: 2040, cvc: '987' },
    });
    await merchant.asks('POST', '/payment-methods', {
      json: { number: '4242-4242-4242-4241', expMonth: 12, expYear: 2040, cvc: '98765' },
    });
    await merchant.charges({ customerName: card, details: `card ${card}`, orderReference: card, metadata: { card } });
    await merchant.triesToCharge(newCharge({ paymentMethod: card }));
    const last = await merchant.triesToCharge(newCharge({ currency: card }));
    await logged(merchant, last.headers.get('x-request-id') ?? '');

    const text = JSON.stringify(await (await gateway.database()).collection('request_logs').find({}).toArray());
    const secrets = [
      created.body.apiKey,
      endpoint.body.secret,
      again.body.secret,
      rotated.body.webhookSecret,
      merchant.token,
      merchant.password,
      merchant.apiKey,
    ];
    expect(secrets.every((secret) => secret.length > 8)).toBe(true);
    expect(
      [...secrets, card, '4242 4242 4242 4242', '4242-4242-4242-4241', '98765'].filter((secret) =>
        text.includes(secret),
      ),
    ).toEqual([]);
  });
});

describe('A gateway that keeps no request log', () => {
  it('writes none', async () => {
    const own = await startGateway({ REQUEST_LOG: 'off' });
    try {
      const merchant = await Merchant.joins(own);
      await merchant.receives();
      expect((await list(merchant)).data).toEqual([]);
    } finally {
      await own.stop();
    }
  });
});
