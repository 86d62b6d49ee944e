import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSharedDatabase } from '../support/database.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { type Answer, expectInvalid } from '../support/http.js';
import { bodyOf, Merchant, newCharge } from '../support/merchant.js';
import { Sandbox, STANDING, START } from '../support/sandbox.js';
import type { Page } from '../support/webhook-endpoints.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ PAYMENT_PROCESSING_DELAY_MS: '5' });
});
afterAll(() => gateway.stop());

interface Sum {
  readonly amount: number;
  readonly amountText: string;
  readonly currency: string;
}

interface Balance {
  readonly pending: Sum[];
  readonly available: Sum[];
  readonly reserved: Sum[];
  readonly inTransit: Sum[];
}

interface Entry {
  readonly id: string;
  readonly type: string;
  readonly currency: string;
  readonly source: string | null;
  readonly eventId: string;
  readonly createdAt: string;
  readonly lines: { readonly account: string; readonly amount: number; readonly amountText: string }[];
}

interface Transaction {
  readonly id: string;
  readonly type: string;
  readonly amount: number;
  readonly fee: number;
  readonly net: number;
  readonly status: string;
  readonly availableOn: string;
  readonly source: string | null;
}

interface TAccount {
  readonly account: string;
  readonly debits: { readonly amount: number; readonly why: string }[];
  readonly credits: { readonly amount: number; readonly why: string }[];
  readonly balance: number;
}

const balanceOf = (sandbox: Sandbox): Promise<Balance> => sandbox.does<Balance>('GET', '/balance');
const entriesOf = async (sandbox: Sandbox, search = 'limit=100'): Promise<Entry[]> =>
  (await sandbox.does<Page<Entry>>('GET', `/ledger/entries?${search}`)).data;
const transactionsOf = async (sandbox: Sandbox, search = 'limit=100'): Promise<Transaction[]> =>
  (await sandbox.does<Page<Transaction>>('GET', `/balance/transactions?${search}`)).data;
const linesOf = ({ lines }: Entry): [string, number][] => lines.map(({ account, amount }) => [account, amount]);
const amounts = (sums: readonly Sum[]): [string, number][] => sums.map(({ currency, amount }) => [currency, amount]);

function expectCode(answer: Answer, status: number, code: string): void {
  expect([answer.status, (answer.body as { readonly code?: string }).code]).toEqual([status, code]);
}

async function expectBalanced(sandbox: Sandbox): Promise<void> {
  const audit = await sandbox.does('GET', '/ledger/audit');
  expect(audit).toMatchObject({ balanced: true, differences: [] });
}

describe('The ledger', () => {
  it('posts a capture: the amount of the customer, the fee, and the rest as pending', async () => {
    const sandbox = await Sandbox.create(gateway);
    const { id } = await sandbox.charges({ paymentAmount: 19.99 });
    const [entry] = await entriesOf(sandbox);
    expect(entry).toMatchObject({ type: 'payment', currency: 'USD', source: id, createdAt: START });
    expect(entry && linesOf(entry)).toEqual([
      ['customers', -19.99],
      ['pending', 19.11],
      ['fees', 0.88],
    ]);
    const completed = (await sandbox.events()).find(({ type }) => type === 'payment.completed');
    expect(entry?.eventId).toBe(completed?.id);
    expect(entry?.id.slice(3)).toBe(completed?.id.slice(4));
    await expectBalanced(sandbox);
  });

  it('posts what was captured of an authorization, and nothing of what was never captured', async () => {
    const sandbox = await Sandbox.create(gateway);
    const { id } = await sandbox.charges({ paymentAmount: 50, capture: 'manual' });
    const other = await sandbox.charges({ paymentAmount: 50, capture: 'manual' });
    await sandbox.charges({ paymentMethod: 'pm_card_chargeDeclined' });
    await sandbox.does('POST', `/payments/${id}/capture`, { amount: 10 });
    await sandbox.does('POST', `/payments/${other.id}/void`);
    const [entry, ...others] = await entriesOf(sandbox);
    expect(others).toEqual([]);
    expect(entry && linesOf(entry)).toEqual([
      ['customers', -10],
      ['pending', 9.41],
      ['fees', 0.59],
    ]);
  });

  it('takes a refund from what is available when it is made, and returns it if it fails', async () => {
    const sandbox = await Sandbox.create(gateway);
    const { id } = await sandbox.charges({ paymentAmount: 100, paymentMethod: 'pm_card_refundFail' });
    await sandbox.does('POST', `/payments/${id}/refunds`, { amount: 30 });
    expect(amounts((await balanceOf(sandbox)).available)).toEqual([['USD', -30]]);
    await sandbox.advance({ by: '1m' });
    expect(amounts((await balanceOf(sandbox)).available)).toEqual([['USD', 0]]);
    expect((await transactionsOf(sandbox)).map(({ type, amount, fee }) => [type, amount, fee])).toEqual([
      ['refund_failed', 30, 0],
      ['refund', -30, 0],
      ['payment', 100, 3.2],
    ]);
    await expectBalanced(sandbox);
  });

  it('holds a chargeback with its fee, returns both if it is won, and keeps both if it is lost', async () => {
    const sandbox = await Sandbox.create(gateway);
    const won = await sandbox.charges({ paymentAmount: 100, paymentMethod: 'pm_card_bypassPending' });
    const lost = await sandbox.charges({ paymentAmount: 40, paymentMethod: 'pm_card_bypassPending' });
    const dispute = async (id: string): Promise<string> =>
      (await sandbox.does<{ id: string }>('POST', `/payments/${id}/disputes`, { reason: 'fraudulent' })).id;
    const first = await dispute(won.id);
    const second = await dispute(lost.id);
    expect(amounts((await balanceOf(sandbox)).reserved)).toEqual([['USD', 170]]);
    await sandbox.does('POST', `/disputes/${first}/evidence`, { uncategorizedText: 'winning_evidence' });
    await sandbox.does('POST', `/disputes/${first}/submit`);
    await sandbox.does('POST', `/disputes/${second}/accept`);
    await sandbox.advance({ by: '1m' });
    const balance = await balanceOf(sandbox);
    expect(amounts(balance.reserved)).toEqual([['USD', 0]]);
    // 96.80 of the one, 38.54 of the other, without its 40 and the fee of 15.
    expect(amounts(balance.available)).toEqual([['USD', 80.34]]);
    const ofLost = await entriesOf(sandbox, `source=${second}`);
    expect(ofLost.map(linesOf)).toEqual([
      [
        ['reserved', -55],
        ['customers', 40],
        ['fees', 15],
      ],
      [
        ['available', -55],
        ['reserved', 55],
      ],
    ]);
    await expectBalanced(sandbox);
  });

  it('keeps the entries of a payment that is deleted', async () => {
    const sandbox = await Sandbox.create(gateway);
    const { id } = await sandbox.charges({ paymentAmount: 20 });
    await sandbox.does('POST', `/payments/${id}/refunds`, { amount: 5 });
    const before = await entriesOf(sandbox);
    await sandbox.does('DELETE', `/transactions/${id}`, undefined, sandbox.withToken);
    expect(await entriesOf(sandbox)).toEqual(before);
    expect(await sandbox.does('GET', '/ledger/audit')).toMatchObject({ balanced: true, checked: { payments: 1 } });
  });

  it('finds entries by source, account and type, page by page', async () => {
    const sandbox = await Sandbox.create(gateway);
    const { id } = await sandbox.charges({ paymentAmount: 20 });
    await sandbox.charges({ paymentAmount: 30 });
    await sandbox.does('POST', `/payments/${id}/refunds`, { amount: 5 });
    const types = async (search: string): Promise<string[]> =>
      (await entriesOf(sandbox, search)).map(({ type }) => type);
    expect(await types(`source=${id}`)).toEqual(['refund', 'payment']);
    expect(await types('account=fees')).toEqual(['payment', 'payment']);
    expect(await types('account=available')).toEqual(['refund']);
    expect(await types('account=available&type=payment')).toEqual([]);
    expect(await types('type=refund')).toEqual(['refund']);
    const [newest] = await entriesOf(sandbox);
    expect(await types(`limit=1&startingAfter=${newest?.id}`)).toEqual(['payment']);
    expectInvalid(await sandbox.asks('GET', '/ledger/entries?account=purse'), {
      type: 'enum',
      loc: ['query', 'account'],
    });
    expectInvalid(await sandbox.asks('GET', '/ledger/entries?startingAfter=txn_000000000000000000000000'), {
      type: 'string_pattern_mismatch',
      loc: ['query', 'startingAfter'],
    });
  });

  it('keeps sums that no number holds', async () => {
    const sandbox = await Sandbox.create(gateway);
    const largest = 99_999_999_999;
    for (let count = 0; count < 12; count++)
      await sandbox.charges({ paymentAmount: largest, currency: 'KWD', paymentMethod: 'pm_card_bypassPending' });
    const { data } = await sandbox.does<{ data: (Sum & { account: string })[] }>('GET', '/ledger/accounts');
    const text = (account: string): string | undefined => data.find((each) => each.account === account)?.amountText;
    // 12 × 99,999,999,999.000, of which 2.9 % and 0.100 are fees.
    expect(text('customers')).toBe('-1199999999988.000');
    expect(text('fees')).toBe('34800000000.852');
    expect(text('available')).toBe('1165199999987.148');
    await expectBalanced(sandbox);
  });

  it('shows nothing of another account', async () => {
    const sandbox = await Sandbox.create(gateway);
    const { id } = await sandbox.charges();
    const other = await Sandbox.create(gateway);
    expect(await entriesOf(other, `source=${id}`)).toEqual([]);
    expect(await balanceOf(other)).toEqual({ pending: [], available: [], reserved: [], inTransit: [] });
    expectCode(await other.asks('GET', `/payments/${id}/t-accounts`), 404, 'payment_not_found');
  });
});

describe('Captured funds', () => {
  it('are available at 00:00 UTC after two business days, and an event says so', async () => {
    // A Thursday: Friday and Monday are the business days.
    const sandbox = await Sandbox.create(gateway, { ...STANDING, clock: { now: '2026-01-29T09:00:00.000Z' } });
    await sandbox.charges({ paymentAmount: 100 });
    const [pending] = await transactionsOf(sandbox);
    expect(pending).toMatchObject({ status: 'pending', net: 96.8, availableOn: '2026-02-02T00:00:00.000Z' });
    await sandbox.advance({ to: '2026-02-01T23:59:59.999Z' });
    expect(amounts((await balanceOf(sandbox)).available)).toEqual([['USD', 0]]);
    await sandbox.advance({ by: '1s' });
    expect(await balanceOf(sandbox)).toMatchObject({ pending: [{ amount: 0 }], available: [{ amount: 96.8 }] });
    const [event, ...others] = (await sandbox.events()).filter(({ type }) => type === 'balance.available');
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      createdAt: '2026-02-02T00:00:00.000Z',
      data: { available: [{ amount: 96.8, amountText: '96.80', currency: 'USD' }] },
    });
    expect((await transactionsOf(sandbox)).map(({ status }) => status)).toEqual(['available']);
    await expectBalanced(sandbox);
  });

  it('of one day become available together, by currency, and are available at once with its card or setting', async () => {
    const sandbox = await Sandbox.create(gateway);
    await sandbox.charges({ paymentAmount: 100 });
    await sandbox.charges({ paymentAmount: 50 });
    await sandbox.charges({ paymentAmount: 5000, currency: 'JPY' });
    await sandbox.charges({ paymentAmount: 10, paymentMethod: 'pm_card_bypassPending' });
    expect(amounts((await balanceOf(sandbox)).available)).toEqual([
      ['JPY', 0],
      ['USD', 9.41],
    ]);
    await sandbox.advance({ by: '5d' });
    const released = await entriesOf(sandbox, 'type=funds_available');
    expect(released.map(({ currency, lines }) => [currency, lines[1]?.amount]).sort()).toEqual([
      ['JPY', 4825],
      ['USD', 145.05],
    ]);
    const hasty = await Sandbox.create(gateway, { settings: { processingDelayMs: 0, settlementDelayDays: 0 } });
    await hasty.charges({ paymentAmount: 10 });
    expect(amounts((await balanceOf(hasty)).available)).toEqual([['USD', 9.41]]);
  });

  it('pay the fees of the setting, in whole minor units and never more than the amount', async () => {
    const settings = { processingDelayMs: 0, fees: '2.5% + 10, JPY 0' };
    const sandbox = await Sandbox.create(gateway, { clock: { now: START }, settings });
    // 2.5 % of 1.00 and 1.40 are 2.5 and 3.5 cents: half of each goes to the even cent.
    for (const paymentAmount of [1, 1.4, 0.05]) await sandbox.charges({ paymentAmount });
    await sandbox.charges({ paymentAmount: 1000, currency: 'JPY' });
    expect((await transactionsOf(sandbox)).map(({ fee }) => fee)).toEqual([25, 0.05, 0.14, 0.12]);
    const refused = await Sandbox.triesToCreate(gateway, { settings: { fees: 'much' } });
    expect(refused.status).toBe(422);
  });
});

describe('Balance transactions', () => {
  it('add up to what is pending and available', async () => {
    const sandbox = await Sandbox.create(gateway);
    const { id } = await sandbox.charges({ paymentAmount: 80, paymentMethod: 'pm_card_bypassPending' });
    await sandbox.charges({ paymentAmount: 33.33 });
    await sandbox.does('POST', `/payments/${id}/refunds`, { amount: 12.34 });
    await sandbox.does('POST', '/payouts', { amount: 20, currency: 'USD' });
    const { pending, available } = await balanceOf(sandbox);
    const total = (await transactionsOf(sandbox)).reduce((sum, { net }) => sum + Math.round(net * 100), 0);
    expect(total).toBe(Math.round(((pending[0]?.amount ?? 0) + (available[0]?.amount ?? 0)) * 100));
  });

  it('are found by type, source, currency and time', async () => {
    const sandbox = await Sandbox.create(gateway);
    const { id } = await sandbox.charges({ paymentAmount: 20 });
    await sandbox.charges({ paymentAmount: 500, currency: 'JPY' });
    await sandbox.advance({ by: '1h' });
    await sandbox.does('POST', `/payments/${id}/refunds`, { amount: 5 });
    const types = async (search: string): Promise<string[]> =>
      (await transactionsOf(sandbox, search)).map(({ type }) => type);
    expect(await types(`source=${id}`)).toEqual(['refund', 'payment']);
    expect(await types('type=refund')).toEqual(['refund']);
    expect(await types('currency=JPY')).toEqual(['payment']);
    expect(await types('createdAfter=2026-01-31T09:30:00Z')).toEqual(['refund']);
    expect(await types('createdBefore=2026-01-31T09:30:00Z')).toEqual(['payment', 'payment']);
    const [newest] = await transactionsOf(sandbox);
    expect(await types(`startingAfter=${newest?.id}`)).toEqual(['payment', 'payment']);
    expectInvalid(await sandbox.asks('GET', '/balance/transactions?type=tip'), {
      type: 'enum',
      loc: ['query', 'type'],
    });
  });

  it('show each charge of the real clock as soon as it is completed, also while there are many', async () => {
    const shown = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const merchant = await Merchant.joins(gateway);
        await merchant.receives({ paymentAmount: 19.99 });
        return amounts((await merchant.asks<Balance>('GET', '/balance')).body.pending);
      }),
    );
    for (const pending of shown) expect(pending).toEqual([['USD', 19.11]]);
  });
});

describe('A second process', () => {
  it('shows the money of what the first one has answered, at once', async () => {
    const database = await startSharedDatabase();
    const settings = { MONGODB_URI: database.uri, PAYMENT_PROCESSING_DELAY_MS: '5', SETTLEMENT_DELAY_DAYS: '0' };
    const first = await startGateway(settings);
    const second = await startGateway(settings);
    try {
      const merchant = await Merchant.joins(first);
      const availableBySecond = async (): Promise<[string, number][]> =>
        amounts(bodyOf(await second.request<Balance>('GET', '/balance', { headers: merchant.withKey }), 200).available);
      for (let count = 1; count <= 10; count++) {
        const headers = { ...merchant.withKey, prefer: 'wait=10' };
        bodyOf(
          await first.request('POST', '/payments/charge', { headers, json: newCharge({ paymentAmount: 10 }) }),
          201,
        );
        expect(await availableBySecond()).toEqual([['USD', Number((9.41 * count).toFixed(2))]]);
      }
      const json = { amount: 94, currency: 'USD' };
      bodyOf(await first.request('POST', '/payouts', { headers: merchant.withKey, json }), 201);
      expect(await availableBySecond()).toEqual([['USD', 0.1]]);
    } finally {
      await first.stop();
      await second.stop();
      await database.stop();
    }
  });
});

describe('The T-accounts of a payment', () => {
  it('say what it debits and credits, and why, also when its funds become available', async () => {
    const sandbox = await Sandbox.create(gateway);
    const { id } = await sandbox.charges({ paymentAmount: 19.99 });
    await sandbox.charges({ paymentAmount: 500 });
    await sandbox.advance({ by: '5d' });
    await sandbox.does('POST', `/payments/${id}/refunds`, { amount: 9.99 });
    const { accounts } = await sandbox.does<{ accounts: TAccount[] }>('GET', `/payments/${id}/t-accounts`);
    const sides = accounts.map(({ account, debits, credits, balance }) => [
      account,
      debits.map(({ amount }) => amount),
      credits.map(({ amount }) => amount),
      balance,
    ]);
    expect(sides).toEqual([
      ['customers', [9.99], [19.99], -10],
      ['pending', [19.11], [19.11], 0],
      ['fees', [0.88], [], 0.88],
      ['available', [19.11], [9.99], 9.12],
    ]);
    for (const { debits, credits } of accounts)
      for (const { why } of [...debits, ...credits]) expect(why).toMatch(/^[A-Z].{10,}\.$/);
  });
});

describe('A snapshot', () => {
  it('keeps the ledger, and what is pending goes on after it is restored or imported', async () => {
    const sandbox = await Sandbox.create(gateway);
    await sandbox.charges({ paymentAmount: 100 });
    const snapshot = await sandbox.snapshot('money');
    const exported = await sandbox.does<object>('GET', `/snapshots/${snapshot.id}/export`);
    await sandbox.charges({ paymentAmount: 900 });
    await sandbox.advance({ by: '5d' });
    await sandbox.does('POST', '/sandboxes/current/restore', { snapshot: snapshot.id });
    expect(await balanceOf(sandbox)).toMatchObject({ pending: [{ amount: 96.8 }], available: [{ amount: 0 }] });
    const copy = await Sandbox.create(gateway, { snapshot: exported });
    for (const each of [sandbox, copy]) {
      await expectBalanced(each);
      await each.advance({ by: '5d' });
      expect(await balanceOf(each)).toMatchObject({ pending: [{ amount: 0 }], available: [{ amount: 96.8 }] });
      await expectBalanced(each);
    }
  });

  it('with sums that are none is refused when it is imported', async () => {
    const sandbox = await Sandbox.create(gateway);
    await sandbox.charges({ paymentAmount: 100 });
    const { id } = await sandbox.snapshot();
    const exported = await sandbox.does<Record<string, unknown>>('GET', `/snapshots/${id}/export`);
    delete exported.checksum;
    const text = JSON.stringify(exported);
    expect(text).toContain('"pending":"9680"');
    const { checksumOf } = await import('../../src/sandboxes/portable.js');
    const changed = JSON.parse(text.replace('"pending":"9680"', '"pending":"much"')) as Record<string, unknown>;
    const answer = await Sandbox.triesToCreate(gateway, { snapshot: { ...changed, checksum: checksumOf(changed) } });
    expectCode(answer, 422, 'validation_failed');
  });

  it('and a reset leave nothing behind', async () => {
    const sandbox = await Sandbox.create(gateway);
    await sandbox.charges({ paymentAmount: 100 });
    await sandbox.does('POST', '/sandboxes/current/reset');
    expect(await balanceOf(sandbox)).toEqual({ pending: [], available: [], reserved: [], inTransit: [] });
    await sandbox.charges({ paymentAmount: 10 });
    await expectBalanced(sandbox);
  });
});

describe('The audit', () => {
  const differencesOf = async (sandbox: Sandbox): Promise<[string, string][]> =>
    (await sandbox.does<{ differences: { kind: string; about: string }[] }>('GET', '/ledger/audit')).differences.map(
      ({ kind, about }): [string, string] => [kind, about],
    );

  it('names what is missing, changed, or of nobody, and balances that are not what their entries say', async () => {
    const sandbox = await Sandbox.create(gateway);
    for (const paymentAmount of [10, 20]) await sandbox.charges({ paymentAmount });
    const [second, first] = await entriesOf(sandbox);
    expect(await differencesOf(sandbox)).toEqual([]);

    const database = await gateway.database();
    const entries = database.collection<{ _id: string; accountId: string }>('ledger_entries');
    const find = async (id = ''): Promise<{ _id: string; accountId: string }> => {
      const entry = await entries.findOne({ _id: new RegExp(`^${id}~`), accountId: sandboxOwner });
      if (!entry) throw new Error(`There is no ${id}.`);
      return entry;
    };
    const balance = await database
      .collection<{ _id: string; accountId: string }>('balances')
      .findOne({ 'outbox.eventId': new RegExp(`^${second?.eventId ?? ''}~`) });
    const sandboxOwner = balance?.accountId ?? '';
    const stored = await find(first?.id);

    await entries.updateOne({ _id: stored._id }, { $set: { 'lines.0.amount': '-1001' } });
    expect(await differencesOf(sandbox)).toEqual([
      ['entry_differs', first?.id],
      ['entry_unbalanced', first?.id],
      ['balance_differs', 'USD'],
    ]);

    await entries.deleteOne({ _id: stored._id });
    const missing = await differencesOf(sandbox);
    expect(missing[0]).toEqual(['entry_missing', first?.id]);
    expect(missing.slice(1).every(([kind]) => kind === 'balance_differs')).toBe(true);
    expect(missing.length).toBeGreaterThan(1);

    await entries.insertOne(stored);
    const stray = { ...stored, _id: stored._id.replace('le_', 'le_ffff').replace(/.{4}(?=~)/, '') };
    await entries.insertOne(stray);
    expect((await differencesOf(sandbox))[0]?.[0]).toBe('entry_unexplained');

    await entries.deleteOne({ _id: stray._id });
    expect(await differencesOf(sandbox)).toEqual([]);
  });
});
