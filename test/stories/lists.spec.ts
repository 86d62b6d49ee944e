import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Document } from 'mongodb';
import { ConnectionString } from 'mongodb-connection-string-url';
import { type SharedDatabase, startSharedDatabase, TEST_MONGODB_URI } from '../support/database.js';
import { EventStreamReader } from '../support/event-stream.js';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { expectError, expectInvalid } from '../support/http.js';
import { Merchant, type TransactionList } from '../support/merchant.js';
import { RecordingProxy } from '../support/recording-proxy.js';
import { createEndpoint, type Endpoint, type Page } from '../support/webhook-endpoints.js';

/** What goes to a server by TLS, or by names that a DNS gives, cannot be read on its way. */
function isReadable(uri: string): boolean {
  const { isSRV, searchParams } = new ConnectionString(uri);
  return !isSRV && searchParams.get('tls') !== 'true' && searchParams.get('ssl') !== 'true';
}

const describeUnlessEncrypted = !TEST_MONGODB_URI || isReadable(TEST_MONGODB_URI) ? describe : describe.skip;

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

const names = async (search: string): Promise<string[]> =>
  (await merchant.queries(search)).transactions.map(({ customerName }) => customerName);
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
    expectError(
      await merchant.triesToQuery(prefix(text)),
      404,
      'No transactions found matching the query for this user.',
    );
  });

  it('filters by status, currency and time, also together', async () => {
    const { transactions } = await merchant.queries('status=completed&currency=EUR&limit=100');
    expect(transactions.length).toBeGreaterThan(0);
    expect(transactions.every(({ status, currency }) => status === 'completed' && currency === 'EUR')).toBe(true);
    const third = await merchant.gets(ids[2] ?? '');
    expect((await merchant.queries(`createdAfter=${third.createdAt}`)).transactions.map(({ id }) => id)).toEqual(
      expect.arrayContaining(ids.slice(3).reverse()),
    );
    expect((await merchant.queries(`createdBefore=${third.createdAt}`)).transactions.map(({ id }) => id)).not.toContain(
      ids[2],
    );
    expect(await names(`${prefix('Acme')}&currency=USD&minAmount=5&maxAmount=5`)).toEqual(['Acme (EU) *', 'Acme']);
    expectError(await merchant.triesToQuery('status=voided'), 404, expect.any(String));
  });

  it.each([
    'sortBy=createdAt&sortOrder=desc',
    'sortBy=createdAt&sortOrder=asc',
    'sortBy=amount&sortOrder=desc',
    'sortBy=amount&sortOrder=asc',
  ])('with %s is paged through once and whole', async (order) => {
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

  it.each([
    ['status=paid', 'status'],
    ['currency=usd', 'currency'],
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['startingAfter=x', 'startingAfter'],
    ['createdAfter=x', 'createdAfter'],
    ['customerName=', 'customerName'],
  ])('with %s is refused', async (search, field) => {
    const answer = await merchant.triesToQuery(search);
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ detail: [{ loc: ['query', field] }] });
  });

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

  it.each([
    '/events',
    '/webhooks/endpoints',
    '/webhooks/deliveries',
    '/payment-methods',
    '/refunds',
    '/disputes',
    '/checkout/sessions',
    '/request-logs',
  ])('%s refuses limits and cursors that are none', async (path) => {
    for (const [search, loc] of [
      ['limit=0', 'limit'],
      ['limit=101', 'limit'],
      ['limit=-1', 'limit'],
      ['startingAfter=x', 'startingAfter'],
      ['endingBefore=', 'endingBefore'],
    ] as const) {
      const answer = await merchant.asks('GET', `${path}?${search}`);
      expect({ search, status: answer.status }).toEqual({ search, status: 422 });
      expectInvalid(answer, { loc: ['query', loc], type: expect.any(String) as unknown as string });
    }
  });
});

/** What a gateway asks its database, as it asks it: read off the wire, not written down here. */
describeUnlessEncrypted('What the gateway asks its database', () => {
  interface Stage {
    readonly stage: string;
    readonly keyPattern?: Document;
    readonly inputStage?: Stage;
    readonly inputStages?: Stage[];
  }
  interface Find extends Document {
    readonly find: string;
    readonly filter: Document;
    readonly $db: string;
  }
  const stages = (stage: Stage): Stage[] => [
    stage,
    ...[...(stage.inputStage ? [stage.inputStage] : []), ...(stage.inputStages ?? [])].flatMap(stages),
  ];

  /** Few payments, users or batches have one name or request: they are found first, then sorted. */
  const FINDS_FEW = ['accountId,searchKeys,_id', 'accountId,entries.requestId', 'searchKeys'];

  let database: SharedDatabase;
  let proxy: RecordingProxy;
  let watched: Gateway;
  let owner: Merchant;
  beforeAll(async () => {
    database = await startSharedDatabase();
    proxy = await RecordingProxy.start(database.uri);
    watched = await startGateway({ MONGODB_URI: proxy.uri });
    owner = await Merchant.joins(watched);
    for (const customerName of NAMES) await owner.charges({ customerName, orderReference: 'order-1' });
  });
  afterAll(async () => {
    await watched.stop();
    await proxy.stop();
    await database.stop();
  });

  const findsSince = (collection: string, start: number, field?: string): Find[] =>
    proxy.commands
      .slice(start)
      .filter(
        (command): command is Find =>
          command.find === collection && (field === undefined || mentions(command.filter as Document, field)),
      );
  const mentions = (filter: Document, field: string): boolean => JSON.stringify(filter).includes(`"${field}":`);

  /**
   * Asks the database how it answers the very command; nothing of it may read a collection from end to end or sort by
   * itself.
   */
  const indexOf = async ({ find, filter, sort, hint, limit }: Find): Promise<string> => {
    const explain = {
      find,
      filter,
      ...(sort !== undefined && { sort: sort as Document }),
      ...(hint !== undefined && { hint: hint as Document }),
      ...(limit !== undefined && { limit: limit as number }),
    };
    const { queryPlanner } = (await (await watched.database()).command({ explain, verbosity: 'queryPlanner' })) as {
      queryPlanner: { winningPlan: Stage };
    };
    const plan = stages(queryPlanner.winningPlan);
    expect(plan.map(({ stage }) => stage)).not.toContain('COLLSCAN');
    const index = Object.keys(plan.find(({ stage }) => stage === 'IXSCAN')?.keyPattern ?? {}).join();
    if (!FINDS_FEW.includes(index)) expect(plan.map(({ stage }) => stage)).not.toContain('SORT');
    return index;
  };

  /** A list, what it reads, and the fields of the index that must serve it. */
  it.each([
    ['/payments/all', 'payments', 'accountId,_id'],
    ['/payments/query', 'payments', 'accountId,_id'],
    ['/payments', 'payments', 'accountId,_id'],
    ['/payments?metadata[cart]=42', 'payments', 'accountId,metadataKeys,_id'],
    ['/payments?sortBy=amount&sortOrder=asc', 'payments', 'accountId,comparableAmount,_id'],
    ['/payments/query?status=completed', 'payments', 'status,accountId,_id'],
    ['/payments/query?currency=USD', 'payments', 'accountId,currency,_id'],
    ['/payments/query?customerName=Acme', 'payments', 'accountId,searchKeys,_id'],
    ['/payments?search=Acme&customerName=Acme', 'payments', 'accountId,searchKeys,_id'],
    ['/payments/query?orderReference=order-1', 'payments', 'accountId,orderReference,_id'],
    ['/payments/query?createdAfter=2026-01-01T00:00:00Z', 'payments', 'accountId,_id'],
    ['/payments/query?minAmount=1&maxAmount=90&sortBy=amount', 'payments', 'accountId,comparableAmount,_id'],
    ['/events', 'events', 'accountId,_id'],
    ['/events?createdAfter=2026-01-01T00:00:00Z', 'events', 'accountId,_id'],
    ['/events?type=payment.completed', 'events', 'accountId,type,_id'],
    ['/events?objectId=txn_000000000000000000000000', 'events', 'accountId,objectIds,_id'],
    ['/webhooks/deliveries', 'deliveries', 'accountId,_id'],
    ['/webhooks/deliveries?endpoint=we_000000000000000000000000', 'deliveries', 'accountId,endpointId,_id'],
    ['/webhooks/deliveries?event=evt_000000000000000000000000', 'deliveries', 'accountId,eventId,_id'],
    ['/webhooks/deliveries?status=failed', 'deliveries', 'status,accountId,_id'],
    ['/webhooks/endpoints', 'webhook_endpoints', 'accountId,_id'],
    ['/refunds', 'refunds', 'accountId,_id'],
    ['/refunds?status=pending', 'refunds', 'accountId,status,_id'],
    ['/refunds?orderReference=order-1', 'refunds', 'accountId,orderReference,_id'],
    ['/disputes', 'disputes', 'accountId,_id'],
    ['/disputes?paymentId=txn_000000000000000000000000', 'disputes', 'accountId,paymentId,_id'],
    ['/disputes?status=won', 'disputes', 'accountId,status,_id'],
    ['/disputes?stage=inquiry', 'disputes', 'accountId,stage,_id'],
    ['/disputes?reason=fraudulent', 'disputes', 'accountId,reason,_id'],
    ['/payouts', 'payouts', 'accountId,_id'],
    ['/payouts?status=paid', 'payouts', 'accountId,status,_id'],
    ['/settlements', 'payout_allocations', 'accountId,_id'],
    ['/settlements?payout=po_000000000000000000000000', 'payout_allocations', 'accountId,payoutId,_id'],
    ['/balance', 'balances', 'accountId,currency'],
    ['/ledger/entries', 'ledger_entries', 'accountId,_id'],
    ['/ledger/entries?source=txn_000000000000000000000000', 'ledger_entries', 'accountId,sources,_id'],
    ['/ledger/entries?type=refund', 'ledger_entries', 'accountId,type,_id'],
    ['/balance/transactions', 'ledger_entries', 'accountId,_id'],
    ['/balance/transactions?type=payout', 'ledger_entries', 'accountId,type,_id'],
    ['/balance/transactions?currency=USD', 'ledger_entries', 'accountId,currency,_id'],
    ['/balance/transactions?source=txn_000000000000000000000000', 'ledger_entries', 'accountId,sources,_id'],
    ['/payment-methods', 'payment_methods', 'accountId,_id'],
    ['/checkout/sessions', 'checkout_sessions', 'accountId,_id'],
    ['/checkout/sessions?status=open', 'checkout_sessions', 'accountId,status,_id'],
    ['/checkout/sessions?orderReference=order-1', 'checkout_sessions', 'accountId,orderReference,_id'],
    [
      '/checkout/sessions?paymentId=txn_000000000000000000000000',
      'checkout_sessions',
      'accountId,attempt.paymentId,_id',
    ],
    ['/request-logs', 'request_log_batches', 'accountId,_id'],
    ['/request-logs?requestId=req_0', 'request_log_batches', 'accountId,entries.requestId'],
  ])('for %s is served by its index', async (path, collection, index) => {
    const start = proxy.commands.length;
    const { status } = await watched.request('GET', path, { headers: owner.withBoth });
    expect([200, 404]).toContain(status);
    const asked = findsSince(collection, start, 'accountId');
    expect(asked).toHaveLength(1);
    for (const find of asked) expect(await indexOf(find)).toBe(index);
  });

  it.each([
    ['', 'createdAt,_id'],
    ['?role=admin', 'role,createdAt,_id'],
    ['?search=acme', 'searchKeys'],
    ['?startingAfter=user_0193a5e2c7f11b2c3d4e5f60', 'createdAt,_id'],
  ])('for /admin/users%s is served by its index', async (search, index) => {
    const admin = await Merchant.systemAdmin(watched);
    const start = proxy.commands.length;
    expect((await admin.asks('GET', `/admin/users${search}`)).status).toBe(200);
    const asked = findsSince('accounts', start, 'searchKeys');
    expect(asked).toHaveLength(1);
    for (const find of asked) expect(await indexOf(find)).toBe(index);
  });

  it.each([
    ['/events/stream?after=evt_000000000000000000000000&type=payment.*', 'events'],
    ['/request-logs/stream?after=log_000000000000000000000000', 'request_log_batches'],
  ])('for %s is served by the index of its feed', async (path, collection) => {
    const start = proxy.commands.length;
    const stream = await EventStreamReader.open(`${watched.api}${path}`, owner.withKey);
    await stream.has(1);
    const asked = findsSince(collection, start, 'purgeAt');
    // The looks for what other processes have stored, and the pages of the stream.
    expect(asked.filter(({ sort }) => sort === undefined)).not.toEqual([]);
    expect(asked.filter(({ sort }) => sort !== undefined)).not.toEqual([]);
    for (const find of asked) expect(await indexOf(find)).toBe('accountId,purgeAt,_id');
    stream.leave();
  });

  it.each([
    ['payments that are due', 'payments', 'dueAt', 'clockId,dueAt'],
    ['deliveries that are due', 'deliveries', 'dueAt', 'clockId,dueAt'],
    ['checkout sessions that expire', 'checkout_sessions', 'dueAt', 'clockId,dueAt'],
    ['checkout sessions that are unfinished', 'checkout_sessions', 'repairAt', 'repairAt'],
    ['customers whose changes are untold', 'customers', 'repairAt', 'repairAt'],
    ['payment methods whose changes are untold', 'payment_methods', 'repairAt', 'repairAt'],
    ['payments that were changed before it was killed', 'payments', 'changedAt', 'changedAt'],
  ])('for %s is served by its index', async (_what, collection, field, index) => {
    const start = proxy.commands.length;
    await watched.kill9();
    await watched.restart();
    const asked = await eventually(
      `a look for ${field}`,
      () => findsSince(collection, start, field),
      (finds) => finds.length > 0,
    );
    for (const find of asked) expect(await indexOf(find)).toBe(index);
  });
});
