import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Document, Filter } from 'mongodb';
import { type Gateway, startGateway } from '../support/gateway.js';
import { expectError, expectInvalid } from '../support/http.js';
import { Merchant, type TransactionList } from '../support/merchant.js';
import { createEndpoint, type Endpoint, type Page } from '../support/webhook-endpoints.js';

let gateway: Gateway;
let merchant: Merchant;

const NAMES = ['Acme', 'Acme Inc.', 'Acme (EU) *', 'Acme [1]', 'acme', 'A.cme', 'Zenith', 'Acmé'];
/** Oldest first. */
let ids: string[];

beforeAll(async () => {
  gateway = await startGateway();
  merchant = await Merchant.joins(gateway);
  ids = [];
  for (const [n, customerName] of NAMES.entries()) {
    const currency = n % 2 === 0 ? 'USD' : 'EUR';
    ids.push((await merchant.charges({ customerName, currency, paymentAmount: [5, 1, 5, 3, 2, 5, 9, 1][n] })).id);
  }
  for (const id of ids.slice(0, -1)) await merchant.seesCompleted(id);
});
afterAll(() => gateway.stop());

const names = async (search: string): Promise<string[]> => (await merchant.queries(search)).transactions.map(({ customerName }) => customerName);
const prefix = (text: string): string => `customerName=${encodeURIComponent(text)}`;

describe('GET /payments/query', () => {
  it.each([
    ['Acme', ['Acme [1]', 'Acme (EU) *', 'Acme Inc.', 'Acme']],
    ['Acme ', ['Acme [1]', 'Acme (EU) *', 'Acme Inc.']],
    ['Acme (EU) *', ['Acme (EU) *']],
    ['Acme [', ['Acme [1]']],
    ['A.', ['A.cme']],
    ['Acm', ['Acmé', 'Acme [1]', 'Acme (EU) *', 'Acme Inc.', 'Acme']],
    ['a', ['acme']],
  ])('finds the customers whose name begins with %j, letter by letter', async (text, expected) => {
    expect(await names(prefix(text))).toEqual(expected);
  });

  it.each(['.*', '^A', '(', 'A|Z', 'cme', '\\', 'Acme$'])('takes %j for text, not for a pattern', async (text) => {
    expectError(await merchant.triesToQuery(prefix(text)), 404, 'No transactions found matching the query for this user.');
  });

  it('filters by status, currency and time, also together', async () => {
    const { transactions } = await merchant.queries('status=completed&currency=EUR&limit=100');
    expect(transactions.length).toBeGreaterThan(0);
    expect(transactions.every(({ status, currency }) => status === 'completed' && currency === 'EUR')).toBe(true);
    const third = await merchant.gets(ids[2] ?? '');
    expect((await merchant.queries(`createdAfter=${third.createdAt}`)).transactions.map(({ id }) => id)).toEqual(expect.arrayContaining(ids.slice(3).reverse()));
    expect((await merchant.queries(`createdBefore=${third.createdAt}`)).transactions.map(({ id }) => id)).not.toContain(ids[2]);
    expect(await names(`${prefix('Acme')}&currency=USD&minAmount=5&maxAmount=5`)).toEqual(['Acme (EU) *', 'Acme']);
    expectError(await merchant.triesToQuery('status=voided'), 404, expect.any(String));
  });

  it.each(['sortBy=createdAt&sortOrder=desc', 'sortBy=createdAt&sortOrder=asc', 'sortBy=amount&sortOrder=desc', 'sortBy=amount&sortOrder=asc'])('with %s is paged through once and whole', async (order) => {
    const whole = (await merchant.queries(order)).transactions.map(({ id }) => id);
    const paged: string[] = [];
    for (let cursor = ''; ; cursor = `&startingAfter=${paged.at(-1) ?? ''}`) {
      const page = (await merchant.queries(`${order}&limit=3${cursor}`)) as TransactionList & { hasMore: boolean };
      paged.push(...page.transactions.map(({ id }) => id));
      expect(page.transactions.length).toBe(page.hasMore ? 3 : NAMES.length % 3);
      if (!page.hasMore) break;
    }
    expect(paged).toEqual(whole);
    expect(new Set(whole)).toEqual(new Set(ids));
  });

  it('answers in its old form where no page is asked for', async () => {
    expect(Object.keys(await merchant.queries(''))).toEqual(['userId', 'totalTransactions', 'transactions']);
  });

  it.each([['status=paid', 'status'], ['currency=usd', 'currency'], ['limit=0', 'limit'], ['limit=101', 'limit'], ['startingAfter=x', 'startingAfter'], ['createdAfter=x', 'createdAfter'], ['customerName=', 'customerName']])(
    'with %s is refused',
    async (search, field) => {
      const answer = await merchant.triesToQuery(search);
      expect(answer.status).toBe(422);
      expect(answer.body).toMatchObject({ detail: [{ loc: ['query', field] }] });
    },
  );

  it('after a payment of somebody else, by amount, is refused as if there were none', async () => {
    const other = await Merchant.joins(gateway);
    const { id } = await other.charges();
    expectError(await merchant.triesToQuery(`sortBy=amount&startingAfter=${id}`), 404, expect.stringContaining(id));
  });
});

describe('A list by cursor', () => {
  it('has 10 unless told otherwise, up to 100, and says whether there are more', async () => {
    const owner = await Merchant.joins(gateway);
    for (let n = 0; n < 12; n++) await createEndpoint(owner, 'http://127.0.0.1:9/');
    const page = async (search: string): Promise<[number, boolean]> => {
      const { data, hasMore } = (await owner.asks<Page<Endpoint>>('GET', `/webhooks/endpoints?${search}`)).body;
      return [data.length, hasMore];
    };
    expect(await page('')).toEqual([10, true]);
    expect(await page('limit=1')).toEqual([1, true]);
    expect(await page('limit=12')).toEqual([12, false]);
    expect(await page('limit=100')).toEqual([12, false]);
  });

  it.each(['/events', '/webhooks/endpoints', '/webhooks/deliveries', '/payment-methods', '/refunds', '/request-logs'])('%s refuses limits and cursors that are none', async (path) => {
    for (const [search, loc] of [['limit=0', 'limit'], ['limit=101', 'limit'], ['limit=-1', 'limit'], ['startingAfter=x', 'startingAfter'], ['endingBefore=', 'endingBefore']] as const) {
      const answer = await merchant.asks('GET', `${path}?${search}`);
      expect({ search, status: answer.status }).toEqual({ search, status: 422 });
      expectInvalid(answer, { loc: ['query', loc], type: expect.any(String) as unknown as string });
    }
  });
});

describe('Every filter', () => {
  interface Stage { readonly stage: string; readonly keyPattern?: Document; readonly inputStage?: Stage; readonly inputStages?: Stage[] }
  const stages = (stage: Stage): Stage[] => [stage, ...[...(stage.inputStage ? [stage.inputStage] : []), ...(stage.inputStages ?? [])].flatMap(stages)];

  /** The stages of the plan for what the gateway asks. */
  const planOf = async (collection: string, filter: Filter<Document>, sort: Record<string, 1 | -1>, hint: Document): Promise<Stage[]> => {
    const explained = (await (await gateway.database()).collection(collection).find(filter, { hint }).sort(sort).limit(11).explain('queryPlanner')) as { queryPlanner: { winningPlan: Stage } };
    return stages(explained.queryPlanner.winningPlan);
  };

  const own = (): { accountId: string } => ({ accountId: merchant.userId });
  const newestFirst = { _id: -1 } as const;
  const byAmount = { comparableAmount: -1, _id: -1 } as const;
  const soonest = { dueAt: 1 } as const;
  const due = { dueAt: { $lte: new Date() }, leaseUntil: { $not: { $gt: new Date() } } };
  const fields = (...names: string[]): string => names.join();

  /** What is asked for, and the fields of the index that must serve it. */
  const QUERIES: [string, string, () => Document, Record<string, 1 | -1>, string][] = [
    ['payments', 'payments', own, newestFirst, fields('accountId', '_id')],
    ['payments by status', 'payments', () => ({ ...own(), status: 'completed' }), newestFirst, fields('status', 'accountId', '_id')],
    ['payments by currency', 'payments', () => ({ ...own(), currency: 'USD' }), newestFirst, fields('accountId', 'currency', '_id')],
    ['payments by the beginning of a name', 'payments', () => ({ $and: [own(), { customerName: { $regex: '^Acme' } }] }), newestFirst, fields('accountId', 'customerName', '_id')],
    ['payments by order reference', 'payments', () => ({ ...own(), orderReference: 'order-1' }), newestFirst, fields('accountId', 'orderReference', '_id')],
    ['payments by time', 'payments', () => ({ ...own(), _id: { $gte: 'txn_0', $lt: 'txn_f' } }), newestFirst, fields('accountId', '_id')],
    ['payments by amount', 'payments', () => ({ $and: [own(), { comparableAmount: { $gte: 0, $lte: 9_000_000 } }] }), byAmount, fields('accountId', 'comparableAmount', '_id')],
    ['due payments', 'payments', () => due, soonest, fields('dueAt')],
    ['payments that were changed since a time', 'payments', () => ({ changedAt: { $gte: new Date() } }), { changedAt: 1 }, fields('changedAt')],
    ['events', 'events', own, newestFirst, fields('accountId', '_id')],
    ['events by time', 'events', () => ({ ...own(), _id: { $gte: 'evt_0', $lt: 'evt_f' } }), newestFirst, fields('accountId', '_id')],
    ['events by type', 'events', () => ({ ...own(), type: 'payment.completed' }), newestFirst, fields('accountId', 'type', '_id')],
    ['deliveries by endpoint', 'deliveries', () => ({ ...own(), endpointId: 'we_0' }), newestFirst, fields('accountId', 'endpointId', '_id')],
    ['deliveries by event', 'deliveries', () => ({ ...own(), eventId: 'evt_0' }), newestFirst, fields('accountId', 'eventId', '_id')],
    ['deliveries by status', 'deliveries', () => ({ ...own(), status: 'failed' }), newestFirst, fields('status', 'accountId', '_id')],
    ['deliveries after a cursor', 'deliveries', () => ({ $and: [{ ...own(), status: 'failed' }, { _id: { $lt: 'whd_f' } }] }), newestFirst, fields('status', 'accountId', '_id')],
    ['due deliveries', 'deliveries', () => due, soonest, fields('dueAt')],
    ['endpoints', 'webhook_endpoints', own, newestFirst, fields('accountId', '_id')],
    ['refunds', 'refunds', own, newestFirst, fields('accountId', '_id')],
    ['refunds by order reference', 'refunds', () => ({ ...own(), orderReference: 'order-1' }), newestFirst, fields('accountId', 'orderReference', '_id')],
    ['request logs', 'request_log_batches', own, newestFirst, fields('accountId', '_id')],
    ['request logs by request id', 'request_log_batches', () => ({ ...own(), 'entries.requestId': 'req_0' }), {}, fields('accountId', 'entries.requestId')],
  ];

  it.each(QUERIES)('of %s is served by its index', async (what, collection, filter, sort, index) => {
    const plan = await planOf(collection, filter(), sort, what.endsWith('name') ? { accountId: 1, customerName: 1, _id: -1 } : {});
    expect(plan.map(({ stage }) => stage)).not.toContain('COLLSCAN');
    expect(Object.keys(plan.find(({ stage }) => stage === 'IXSCAN')?.keyPattern ?? {}).join()).toBe(index);
  });
});
