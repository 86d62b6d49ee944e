import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Gateway, startGateway } from '../support/gateway.js';
import { type Answer, expectInvalid } from '../support/http.js';
import { bodyOf, Merchant } from '../support/merchant.js';
import { Sandbox, START } from '../support/sandbox.js';
import { type Page, standard } from '../support/webhook-endpoints.js';
import { WebhookRecorder } from '../support/webhook-recorder.js';

let gateway: Gateway;
let recorder: WebhookRecorder;
beforeAll(async () => {
  [gateway, recorder] = await Promise.all([
    startGateway({ PAYMENT_PROCESSING_DELAY_MS: '5' }),
    WebhookRecorder.start(),
  ]);
});
afterAll(async () => {
  await gateway.stop();
  await recorder.stop();
});

interface Payout {
  readonly id: string;
  readonly status: string;
  readonly amount: number;
  readonly currency: string;
  readonly bankAccount: string;
  readonly arrivalDate: string;
  readonly failure: { readonly code: string; readonly message: string } | null;
  readonly automatic: boolean;
  readonly settlementId: string;
}

interface Settlement {
  readonly id: string;
  readonly payoutId: string | null;
  readonly day: string | null;
  readonly totals: { readonly count: number; readonly amountInPayout: number; readonly netText: string };
  readonly rows: {
    readonly row: number;
    readonly transactionId: string;
    readonly type: string;
    readonly orderReference: string | null;
    readonly net: number;
    readonly amountInPayout: number;
  }[];
}

type Fields = Readonly<Record<string, unknown>>;

const asksFor = (sandbox: Sandbox, amount: number, more: Fields = {}): Promise<Answer<Payout>> =>
  sandbox.asks<Payout>('POST', '/payouts', { json: { amount, currency: 'USD', ...more } });
const paysOut = async (sandbox: Sandbox, amount: number, more: Fields = {}): Promise<Payout> =>
  bodyOf(await asksFor(sandbox, amount, more), 201);
const gets = (sandbox: Sandbox, id: string): Promise<Payout> => sandbox.does<Payout>('GET', `/payouts/${id}`);
const lists = async (sandbox: Sandbox, search = ''): Promise<Payout[]> =>
  (await sandbox.does<Page<Payout>>('GET', `/payouts?${search}`)).data;
const settlementOf = (sandbox: Sandbox, id: string): Promise<Settlement> =>
  sandbox.does<Settlement>('GET', `/settlements/${id}`);
const availableOf = async (sandbox: Sandbox): Promise<number | undefined> =>
  (await sandbox.does<{ available: { amount: number }[] }>('GET', '/balance')).available[0]?.amount;
const payoutEvents = async (sandbox: Sandbox): Promise<string[]> =>
  (await sandbox.events())
    .filter(({ type }) => type.startsWith('payout.'))
    .map(({ type, createdAt }) => `${type} ${createdAt}`);

/** With 96.80 USD available for each 100. */
async function withFunds(...amounts: number[]): Promise<Sandbox> {
  const sandbox = await Sandbox.create(gateway);
  for (const [index, paymentAmount] of amounts.entries())
    await sandbox.charges({ paymentAmount, paymentMethod: 'pm_card_bypassPending', orderReference: `order-${index}` });
  return sandbox;
}

function expectCode(answer: Answer, status: number, code: string): void {
  expect([answer.status, (answer.body as { readonly code?: string }).code]).toEqual([status, code]);
}

async function expectBalanced(sandbox: Sandbox): Promise<void> {
  expect(await sandbox.does('GET', '/ledger/audit')).toMatchObject({ balanced: true, differences: [] });
}

describe('A payout', () => {
  it('takes what is available, is in transit after a day and paid after two, and is told of', async () => {
    const sandbox = await withFunds(100);
    const hook = `/${sandbox.created.id}`;
    await sandbox.subscribes(recorder.url(hook), { events: ['payout.*'] });
    const payout = await paysOut(sandbox, 60, { description: 'First', metadata: { week: '5' } });
    expect(payout).toMatchObject({
      status: 'pending',
      amount: 60,
      currency: 'USD',
      bankAccount: 'ba_success',
      arrivalDate: '2026-02-02T09:00:00.000Z',
      failure: null,
      automatic: false,
      description: 'First',
      metadata: { week: '5' },
    });
    expect(await availableOf(sandbox)).toBe(36.8);
    await sandbox.advance({ by: '1d' });
    expect((await gets(sandbox, payout.id)).status).toBe('in_transit');
    await sandbox.advance({ by: '1d' });
    expect(await gets(sandbox, payout.id)).toMatchObject({ ...payout, status: 'paid', updatedAt: payout.arrivalDate });
    expect(await payoutEvents(sandbox)).toEqual(['payout.paid 2026-02-02T09:00:00.000Z', `payout.created ${START}`]);
    const sent = [await recorder.next(({ path }) => path === hook), await recorder.next(({ path }) => path === hook)];
    expect(sent.map((webhook) => standard(webhook).type)).toEqual(['payout.created', 'payout.paid']);
    const { data } = await sandbox.does<{ data: { account: string; amount: number }[] }>('GET', '/ledger/accounts');
    expect(data.find(({ account }) => account === 'bank')?.amount).toBe(60);
    await expectBalanced(sandbox);
  });

  it.each([
    ['ba_no_account', '000111111116', 'no_account'],
    ['ba_account_closed', '000111111113', 'account_closed'],
    ['ba_insufficient_funds', '000222222227', 'insufficient_funds'],
    ['ba_debit_not_authorized', '000333333335', 'debit_not_authorized'],
    ['ba_invalid_currency', '000444444440', 'invalid_currency'],
  ])(
    'to %s, also by its number, fails with its code, and its amount is available again',
    async (token, number, code) => {
      const sandbox = await withFunds(100);
      const byToken = await paysOut(sandbox, 10, { bankAccount: token });
      const byNumber = await paysOut(sandbox, 20, {
        bankAccount: { routingNumber: '110000000', accountNumber: number },
      });
      expect(byNumber.bankAccount).toBe(token);
      await sandbox.advance({ by: '2d' });
      for (const { id } of [byToken, byNumber])
        expect(await gets(sandbox, id)).toMatchObject({ status: 'failed', failure: { code } });
      expect(await availableOf(sandbox)).toBe(96.8);
      await expectBalanced(sandbox);
    },
  );

  it('is refused where less is available, and the answer names what there is', async () => {
    const sandbox = await withFunds(100);
    await sandbox.charges({ paymentAmount: 500 });
    const answer = await asksFor(sandbox, 96.81);
    expectCode(answer, 409, 'insufficient_balance');
    expect(answer.body).toMatchObject({ detail: 'Only 96.80 USD is available for a payout.' });
    expectCode(await asksFor(sandbox, 1, { currency: 'EUR' }), 409, 'insufficient_balance');
    expect(await lists(sandbox)).toEqual([]);
    expect(await payoutEvents(sandbox)).toEqual([]);
    await paysOut(sandbox, 96.8);
    await expectBalanced(sandbox);
  });

  it('is checked: amount, currency, bank account', async () => {
    const sandbox = await withFunds(100);
    expectInvalid(await asksFor(sandbox, 1.005), { type: 'decimal_max_places', loc: ['body', 'amount'] });
    expectInvalid(await asksFor(sandbox, 1, { bankAccount: 'ba_mine' }), {
      type: 'bank_account',
      loc: ['body', 'bankAccount'],
    });
    const bankAccount = { routingNumber: '110000001', accountNumber: '000123456789' };
    expectInvalid(await asksFor(sandbox, 1, { bankAccount }), { type: 'bank_account', loc: ['body', 'bankAccount'] });
  });

  it('can be canceled while it is pending, once', async () => {
    const sandbox = await withFunds(100);
    const { id } = await paysOut(sandbox, 60);
    expect(await sandbox.does('POST', `/payouts/${id}/cancel`)).toMatchObject({ id, status: 'canceled' });
    expect(await availableOf(sandbox)).toBe(96.8);
    expectCode(await sandbox.asks('POST', `/payouts/${id}/cancel`), 409, 'payout_not_pending');
    const sent = await paysOut(sandbox, 60);
    await sandbox.advance({ by: '1d' });
    expectCode(await sandbox.asks('POST', `/payouts/${sent.id}/cancel`), 409, 'payout_not_pending');
    expect((await lists(sandbox, 'status=canceled')).map((payout) => payout.id)).toEqual([id]);
    await expectBalanced(sandbox);
  });

  it('is made once by a repeated request, and is nobody else’s', async () => {
    const sandbox = await withFunds(100);
    const headers = { 'idempotency-key': 'payout-1' };
    const json = { amount: 50, currency: 'USD' };
    const first = await sandbox.asks<Payout>('POST', '/payouts', { json, headers });
    const again = await sandbox.asks<Payout>('POST', '/payouts', { json, headers });
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body).toEqual(first.body);
    expect(await lists(sandbox)).toHaveLength(1);
    const other = await withFunds(100);
    expectCode(await other.asks('GET', `/payouts/${first.body.id}`), 404, 'payout_not_found');
    expectCode(await other.asks('POST', `/payouts/${first.body.id}/cancel`), 404, 'payout_not_found');
  });

  it('of fifty at once pays no more than there is', async () => {
    const merchant = await Merchant.joins(gateway);
    await merchant.receives({ paymentAmount: 100, paymentMethod: 'pm_card_bypassPending' });
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        merchant.asks<Payout>('POST', '/payouts', { json: { amount: 10, currency: 'USD' } }),
      ),
    );
    const made = answers.filter(({ status }) => status === 201);
    expect(made).toHaveLength(9);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(41);
    const { body } = await merchant.asks<{ available: { amount: number }[]; inTransit: { amount: number }[] }>(
      'GET',
      '/balance',
    );
    expect([body.available[0]?.amount, body.inTransit[0]?.amount]).toEqual([6.8, 90]);
    const [first] = made;
    const report = await merchant.asks<Settlement>('GET', `/settlements/${first?.body.settlementId}`);
    expect(report.body).toMatchObject({ payoutId: first?.body.id, totals: { amountInPayout: 10 } });
    const audit = await merchant.asks<{ balanced: boolean }>('GET', '/ledger/audit');
    expect(audit.body.balanced).toBe(true);
  });
});

describe('A payout schedule', () => {
  it('pays all that is available at its time, also what becomes available then, and nothing where there is nothing', async () => {
    const sandbox = await Sandbox.create(gateway, {
      clock: { now: '2026-01-29T09:00:00.000Z' },
      settings: { processingDelayMs: 0 },
    });
    const schedule = await sandbox.does('PATCH', '/payouts/schedule', { interval: 'daily', currency: 'USD' });
    expect(schedule).toEqual({ currency: 'USD', interval: 'daily', nextPayoutAt: '2026-01-30T00:00:00.000Z' });
    await sandbox.charges({ paymentAmount: 100 });
    await sandbox.advance({ to: '2026-02-03T12:00:00.000Z' });
    const payouts = await lists(sandbox);
    expect(payouts).toMatchObject([
      { amount: 96.8, automatic: true, status: 'in_transit', createdAt: '2026-02-02T00:00:00.000Z' },
    ]);
    await sandbox.does('PATCH', '/payouts/schedule', { interval: 'manual', currency: 'USD' });
    expect(await sandbox.does('GET', '/payouts/schedule')).toEqual({
      data: [{ currency: 'USD', interval: 'manual', nextPayoutAt: null }],
    });
    await sandbox.charges({ paymentAmount: 100, paymentMethod: 'pm_card_bypassPending' });
    await sandbox.advance({ by: '3d' });
    expect(await lists(sandbox)).toHaveLength(1);
    await expectBalanced(sandbox);
  });

  it('comes weekly on Mondays and monthly on the first day', async () => {
    const sandbox = await withFunds(100);
    const next = async (interval: string): Promise<unknown> =>
      (await sandbox.does<{ nextPayoutAt: unknown }>('PATCH', '/payouts/schedule', { interval, currency: 'USD' }))
        .nextPayoutAt;
    // The clock stands on a Saturday, the last of January.
    expect(await next('weekly')).toBe('2026-02-02T00:00:00.000Z');
    expect(await next('monthly')).toBe('2026-02-01T00:00:00.000Z');
    await sandbox.advance({ to: '2026-03-02T00:00:00.000Z' });
    expect(await lists(sandbox)).toMatchObject([{ amount: 96.8, createdAt: '2026-02-01T00:00:00.000Z' }]);
  });
});

describe('A settlement report', () => {
  it('has the transactions that its payout took, the oldest first and the last in part; the next takes the rest', async () => {
    const sandbox = await withFunds(100, 50);
    const [first, second] = [await paysOut(sandbox, 120), await paysOut(sandbox, 25.05)];
    const one = await settlementOf(sandbox, first.settlementId);
    expect(one).toMatchObject({ payoutId: first.id, day: null, totals: { count: 2, amountInPayout: 120 } });
    expect(
      one.rows.map(({ row, orderReference, net, amountInPayout }) => [row, orderReference, net, amountInPayout]),
    ).toEqual([
      [1, 'order-0', 96.8, 96.8],
      [2, 'order-1', 48.25, 23.2],
    ]);
    const two = await settlementOf(sandbox, second.settlementId);
    expect(two.rows.map(({ orderReference, amountInPayout }) => [orderReference, amountInPayout])).toEqual([
      ['order-1', 25.05],
    ]);
    const { data } = await sandbox.does<Page<Settlement>>('GET', `/settlements?payout=${second.id}`);
    expect(data.map(({ id }) => id)).toEqual([second.settlementId]);
    const taken = await sandbox.does<Page<{ type: string; payoutId: string }>>(
      'GET',
      `/balance/transactions?payout=${first.id}`,
    );
    expect(taken.data.map(({ type }) => type)).toEqual(['payout', 'payment', 'payment']);
  });

  it('contains refunds, disputes and failed payouts, so that its rows add up to the payout', async () => {
    const sandbox = await withFunds(100, 80);
    const failing = await paysOut(sandbox, 70, { bankAccount: 'ba_account_closed' });
    const [latest] = (await sandbox.does<Page<{ id: string }>>('GET', '/payments?limit=1')).data;
    await sandbox.does('POST', `/payments/${latest?.id}/refunds`, { amount: 10 });
    await sandbox.advance({ by: '2d' });
    const available = (await availableOf(sandbox)) ?? 0;
    const payout = await paysOut(sandbox, available);
    const report = await settlementOf(sandbox, payout.settlementId);
    expect(report.rows.map(({ type }) => type)).toEqual(['payment', 'payment', 'refund', 'payout_failed']);
    expect(report.totals.amountInPayout).toBe(available);
    expect((await settlementOf(sandbox, failing.settlementId)).totals.amountInPayout).toBe(70);
  });

  it('of a day has what happened on it, one for each currency', async () => {
    const sandbox = await withFunds(100);
    await sandbox.charges({ paymentAmount: 700, currency: 'JPY' });
    await sandbox.advance({ by: '1d' });
    await sandbox.charges({ paymentAmount: 10 });
    const { data } = await sandbox.does<Page<Settlement & { currency: string }>>('GET', '/settlements?day=2026-01-31');
    expect(data.map(({ currency, day }) => [currency, day])).toEqual([
      ['JPY', '2026-01-31'],
      ['USD', '2026-01-31'],
    ]);
    const report = await settlementOf(sandbox, data[1]?.id ?? '');
    expect(report).toMatchObject({ payoutId: null, day: '2026-01-31', totals: { count: 1, netText: '96.80' } });
    expectInvalid(await sandbox.asks('GET', '/settlements?day=2026-02-30'), {
      type: 'date_parsing',
      loc: ['query', 'day'],
    });
  });

  it('is also a CSV file', async () => {
    const sandbox = await withFunds(100);
    const { settlementId } = await paysOut(sandbox, 50);
    const { text, headers } = await sandbox.asks('GET', `/settlements/${settlementId}.csv`);
    expect(headers.get('content-type')).toContain('text/csv');
    const [names, row, ...rest] = text.trimEnd().split('\r\n');
    expect(rest).toEqual([]);
    expect(names).toMatch(/^row,transactionId,type,source,paymentId,orderReference,gross,fee,net,currency/);
    expect(row).toMatch(/^1,bt_.*,payment,txn_.*,order-0,100\.00,3\.20,96\.80,USD,.*,50\.00$/);
  });

  it('is nobody else’s', async () => {
    const { settlementId } = await paysOut(await withFunds(100), 50);
    const other = await withFunds(100);
    expectCode(await other.asks('GET', `/settlements/${settlementId}`), 404, 'settlement_not_found');
    expectCode(
      await other.asks('POST', `/settlements/${settlementId}/exercises`, { json: {} }),
      404,
      'settlement_not_found',
    );
  });
});

describe('An exercise', () => {
  it('is the same for one seed, shows its key after the answer, and gives 100 for all errors found', async () => {
    const sandbox = await withFunds(10, 20, 30, 40, 50, 60, 70, 80);
    const { settlementId } = await paysOut(sandbox, 300);
    const make = (): Promise<Fields & { id: string; report: Settlement }> =>
      sandbox.does('POST', `/settlements/${settlementId}/exercises`, { seed: 'lesson-1', count: 4 });
    const [exercise, same] = [await make(), await make()];
    expect(same.report).toEqual(exercise.report);
    expect(JSON.stringify(exercise)).not.toContain('"key"');
    const nothing = await sandbox.does('POST', `/exercises/${same.id}/answer`, { findings: [] });
    expect(nothing).toMatchObject({ score: 0, correct: [] });
    const { missed } = nothing as { missed: Fields[] };
    expect(missed).toHaveLength(4);
    const findings = missed.map(({ row, transactionId, error }) =>
      error === 'missing_row' ? { transactionId, error } : { row, error },
    );
    const answered = await sandbox.does('POST', `/exercises/${exercise.id}/answer`, { findings });
    expect(answered).toMatchObject({ score: 100, missed: [], wronglyAccused: [] });
    expectCode(
      await sandbox.asks('POST', `/exercises/${exercise.id}/answer`, { json: { findings } }),
      409,
      'exercise_already_answered',
    );
  });
});
