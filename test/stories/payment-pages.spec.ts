import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { type Answer, expectError, expectInvalid } from '../support/http.js';
import { bodyOf, Merchant, type Transaction } from '../support/merchant.js';
import { allEvents, type Page } from '../support/webhook-endpoints.js';

type Listed = Transaction & { readonly updatedAt: string };

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ PAYMENT_PROCESSING_DELAY_MS: '5' });
});
afterAll(() => gateway.stop());

const tries = (merchant: Merchant, search: string): Promise<Answer<Page<Listed>>> =>
  merchant.asks<Page<Listed>>('GET', `/payments?${search}`);
const list = async (merchant: Merchant, search = ''): Promise<Page<Listed>> =>
  bodyOf(await tries(merchant, search), 200);
const idsOf = ({ data }: Page<Listed>): string[] => data.map(({ id }) => id);

/** Every page in the direction of a cursor, checked to have at most two payments. */
async function walk(
  merchant: Merchant,
  search: string,
  cursor: 'startingAfter' | 'endingBefore',
  from?: string,
): Promise<string[]> {
  const seen: string[] = [];
  for (let at = from === undefined ? '' : `&${cursor}=${from}`; ;) {
    const page = await list(merchant, `limit=2&${search}${at}`);
    expect(page.data.length).toBeLessThanOrEqual(2);
    const forwards = cursor === 'startingAfter';
    if (forwards) seen.push(...idsOf(page));
    else seen.unshift(...idsOf(page));
    if (!page.hasMore) return seen;
    at = `&${cursor}=${(forwards ? seen.at(-1) : seen[0]) ?? ''}`;
  }
}

describe('GET /payments', () => {
  it('of an account without payments is an empty page, by API key and by token', async () => {
    const merchant = await Merchant.joins(gateway);
    expect(await list(merchant)).toEqual({ data: [], hasMore: false });
    const byKey = await gateway.request('GET', '/payments', { headers: merchant.withKey });
    expect(bodyOf(byKey, 200)).toEqual({ data: [], hasMore: false });
  });

  it.each([
    ['sortBy=createdAt&sortOrder=desc', [4, 3, 2, 1, 0]],
    ['sortBy=createdAt&sortOrder=asc', [0, 1, 2, 3, 4]],
    ['sortBy=amount&sortOrder=desc', [4, 0, 3, 2, 1]],
    ['sortBy=amount&sortOrder=asc', [1, 2, 3, 0, 4]],
  ])('with %s pages forwards and backwards through each payment once', async (search, order) => {
    const merchant = await Merchant.joins(gateway);
    const ids: string[] = [];
    for (const paymentAmount of [5, 1, 2, 2, 9]) ids.push((await merchant.charges({ paymentAmount })).id);
    const expected = order.map((n) => ids[n]);
    expect(await walk(merchant, search, 'startingAfter')).toEqual(expected);
    const last = expected.at(-1) ?? '';
    expect([...(await walk(merchant, search, 'endingBefore', last)), last]).toEqual(expected);
  });

  it.each(['createdAt', 'amount'])('sorted by %s goes on after a payment that was deleted', async (sortBy) => {
    const merchant = await Merchant.joins(gateway);
    const ids: string[] = [];
    for (const paymentAmount of [3, 2, 1]) ids.push((await merchant.charges({ paymentAmount })).id);
    await eventually(
      'the events',
      () => allEvents(merchant),
      ({ length }) => length >= 6,
    );
    const search = `sortBy=${sortBy}&sortOrder=${sortBy === 'amount' ? 'desc' : 'asc'}`;
    bodyOf(await merchant.deletes('transactions', ids[1] ?? ''), 200);
    expect(idsOf(await list(merchant, `${search}&startingAfter=${ids[1] ?? ''}`))).toEqual([ids[2]]);
    expect(idsOf(await list(merchant, `${search}&endingBefore=${ids[1] ?? ''}`))).toEqual([ids[0]]);
  });

  it('filters by everything that a merchant looks for, alone and together', async () => {
    const merchant = await Merchant.joins(gateway);
    const cart = await merchant.receives({ orderReference: 'o-1', metadata: { cart: '42', shop: 'de' } });
    const other = await merchant.receives({ metadata: { cart: '42', shop: 'fr' }, currency: 'EUR', paymentAmount: 7 });
    const plain = await merchant.receives({ customerName: 'Zoe' });
    const found = async (search: string): Promise<string[]> => idsOf(await list(merchant, search));
    expect(await found('orderReference=o-1')).toEqual([cart.id]);
    expect(await found('metadata[cart]=42')).toEqual([other.id, cart.id]);
    expect(await found('metadata%5Bcart%5D=42&metadata[shop]=de')).toEqual([cart.id]);
    expect(await found('metadata[cart]=4')).toEqual([]);
    expect(await found('currency=EUR&maxAmount=7.5&status=completed')).toEqual([other.id]);
    expect(await found('customerName=Zo')).toEqual([plain.id]);
    expect(await found(`createdAfter=${plain.createdAt}`)).toEqual([plain.id]);
    expect(await found(`createdBefore=${other.createdAt}`)).toEqual([cart.id]);
  });

  it('shows with updatedAfter what was changed since, also if it was made before', async () => {
    const merchant = await Merchant.joins(gateway);
    const first = await merchant.receives();
    const second = (await merchant.receives()) as Listed;
    const since = second.updatedAt;
    expect(idsOf(await list(merchant, `updatedAfter=${since}`))).toEqual([second.id]);
    const refund = await merchant.asks('POST', `/payments/${first.id}/refunds`, { json: {} });
    bodyOf(refund, 201);
    expect(idsOf(await list(merchant, `updatedAfter=${since}`))).toEqual([second.id, first.id]);
  });

  it.each([
    ['startingAfter=evt_0193a5e2c7f11b2c3d4e5f60', ['query', 'startingAfter'], 'string_pattern_mismatch'],
    ['endingBefore=txn_1', ['query', 'endingBefore'], 'string_pattern_mismatch'],
    ['limit=0', ['query', 'limit'], 'greater_than_equal'],
    ['limit=101', ['query', 'limit'], 'less_than_equal'],
    ['metadata=42', ['query', 'metadata'], 'metadata_type'],
    ['metadata[a.b]=1', ['query', 'metadata'], 'metadata_type'],
    ['metadata[$a]=1', ['query', 'metadata'], 'metadata_type'],
    ['metadata[a]=1&metadata[a]=2', ['query', 'metadata'], 'metadata_type'],
    ['updatedAfter=yesterday', ['query', 'updatedAfter'], 'datetime_parsing'],
    ['page=2', ['query', 'page'], 'extra_forbidden'],
    ['filter[a]=2', ['query', 'filter'], 'extra_forbidden'],
  ])('refuses %s', async (search, loc, type) => {
    expectInvalid(await tries(await Merchant.joins(gateway), search), { loc, type });
  });

  it('tells pairs of metadata apart whose name or value contains an equals sign', async () => {
    const merchant = await Merchant.joins(gateway);
    const named = await merchant.charges({ metadata: { 'a=b': 'c' } });
    const valued = await merchant.charges({ metadata: { a: 'b=c' } });
    expect(idsOf(await list(merchant, 'metadata[a%3Db]=c'))).toEqual([named.id]);
    expect(idsOf(await list(merchant, 'metadata[a]=b%3Dc'))).toEqual([valued.id]);
  });

  it.each(['items[0]', 'a=b', 'a]b', 'ä ö', '[x'])('finds metadata by the name %s', async (name) => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await merchant.charges({ metadata: { [name]: '1' } });
    expect(idsOf(await list(merchant, `metadata[${encodeURIComponent(name)}]=1`))).toEqual([id]);
  });

  it.each(['__proto__', 'constructor', 'toString'])('takes metadata[%s] for a name like any other', async (name) => {
    const merchant = await Merchant.joins(gateway);
    expect(await list(merchant, `metadata[${name}]=1`)).toEqual({ data: [], hasMore: false });
    expect(await list(merchant)).toEqual({ data: [], hasMore: false });
  });

  it('shows nothing of another account, whose cursor tells nothing either', async () => {
    const [merchant, other] = await Promise.all([Merchant.joins(gateway), Merchant.joins(gateway)]);
    const { id } = await other.charges();
    expect(await list(merchant, `endingBefore=${id}`)).toEqual({ data: [], hasMore: false });
    expectError(
      await tries(merchant, `sortBy=amount&startingAfter=${id}`),
      404,
      `Transaction '${id}' not found for this user.`,
    );
  });
});

describe('GET /payments/query', () => {
  it('counts in totalTransactions all that match, whatever the page', async () => {
    const merchant = await Merchant.joins(gateway);
    for (let n = 0; n < 3; n += 1) await merchant.charges();
    const first = await merchant.queries('limit=2');
    expect([first.totalTransactions, first.transactions.length]).toEqual([3, 2]);
    const rest = await merchant.queries(`limit=2&startingAfter=${first.transactions[1]?.id ?? ''}`);
    expect([rest.totalTransactions, rest.transactions.length]).toEqual([3, 1]);
  });
});

describe.each([
  ['events', 'evt'],
  ['refunds', 'ref'],
  ['payment-methods', 'pm'],
  ['webhooks/endpoints', 'we'],
  ['webhooks/deliveries', 'whd'],
  ['request-logs', 'log'],
])('A cursor of /%s', (path, prefix) => {
  it('of another kind is refused, and one whose object is gone works', async () => {
    const merchant = await Merchant.joins(gateway);
    for (const cursor of ['startingAfter', 'endingBefore']) {
      expectInvalid(await merchant.asks('GET', `/${path}?${cursor}=txn_0193a5e2c7f11b2c3d4e5f60`), {
        loc: ['query', cursor],
        type: 'string_pattern_mismatch',
      });
      bodyOf(await merchant.asks('GET', `/${path}?${cursor}=${prefix}_0193a5e2c7f11b2c3d4e5f60`), 200);
    }
  });
});

describe('GET /events?objectId=', () => {
  it("of a payment gives its events and its refunds' events, of a refund only its own", async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await merchant.receives();
    await merchant.receives();
    const refund = bodyOf(await merchant.asks<{ id: string }>('POST', `/payments/${id}/refunds`, { json: {} }), 201);
    const types = async (objectId: string): Promise<string[]> =>
      (await allEvents(merchant, `objectId=${objectId}`)).map(({ type }) => type).sort();
    await eventually(
      'the events',
      () => types(id),
      ({ length }) => length === 4,
    );
    expect(await types(id)).toEqual(['payment.completed', 'payment.created', 'refund.completed', 'refund.created']);
    expect(await types(refund.id)).toEqual(['refund.completed', 'refund.created']);
  });
});

describe('GET /refunds', () => {
  it('filters by the time of their creation, and by the order of their payment', async () => {
    const merchant = await Merchant.joins(gateway);
    const make = async (orderReference: string, json = {}): Promise<{ id: string; createdAt: string }> => {
      const { id } = await merchant.receives({ orderReference });
      return bodyOf(
        await merchant.asks<{ id: string; createdAt: string }>('POST', `/payments/${id}/refunds`, { json }),
        201,
      );
    };
    const first = await make('o-1');
    const second = await make('o-2', { orderReference: 'return-2' });
    const found = async (search: string): Promise<string[]> =>
      bodyOf(await merchant.asks<Page<{ id: string }>>('GET', `/refunds?${search}`), 200).data.map(({ id }) => id);
    expect(await found('orderReference=o-1')).toEqual([first.id]);
    expect(await found('orderReference=return-2')).toEqual([second.id]);
    expect(await found(`createdAfter=${second.createdAt}`)).toEqual([second.id]);
    expect(await found(`createdBefore=${second.createdAt}`)).toEqual([first.id]);
  });
});
