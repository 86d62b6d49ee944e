import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { lacks } from '../support/sdk-types.js';
import { all, failureOf, idOf, newSecretKey, pays, stripeFor } from '../support/stripe.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ RATE_LIMIT: 'off', DISPUTE_DELAY_MS: '10' });
});
afterAll(() => gateway.stop());

const DAY = 86_400;
const START = Date.UTC(2027, 0, 4) / 1000;

/** 20.00 USD that are available at once; 88 cents of them are the fee. */
const AT_ONCE = { payment_method: 'pm_card_bypassPending' };
const NET = 1912;

const ids = (list: { readonly data: readonly { readonly id: string }[] }): string[] => list.data.map(({ id }) => id);
const types = async (stripe: Stripe): Promise<string[]> =>
  (await all(stripe.events.list({ limit: 100 }))).map(({ type }) => type).reverse();

describe('The objects', () => {
  it('have each field that the types of the SDK call always present', async () => {
    const stripe = stripeFor(gateway);
    await pays(stripe, AT_ONCE);
    const payout = await stripe.payouts.create({ amount: 1, currency: 'usd' });
    const file = { data: Buffer.from('x'), name: 'a', type: 'text/plain' };
    const uploaded = await stripe.files.create({ purpose: 'dispute_evidence', file, file_link_data: { create: true } });
    const [transaction = {}] = (await stripe.balanceTransactions.list()).data;
    expect(lacks('Payouts', 'Payout', payout)).toEqual([]);
    expect(lacks('Files', 'File', uploaded)).toEqual([]);
    expect(lacks('FileLinks', 'FileLink', uploaded.links?.data[0] ?? {})).toEqual([]);
    expect(lacks('BalanceTransactions', 'BalanceTransaction', transaction)).toEqual([]);
    expect(lacks('Balance', 'Balance', await stripe.balance.retrieve())).toEqual([]);
  });
});

describe('The balance', () => {
  it('is nothing, in dollars, before anything happened', async () => {
    const nothing = [{ amount: 0, currency: 'usd', source_types: { card: 0 } }];
    expect(await stripeFor(gateway).balance.retrieve()).toMatchObject({
      object: 'balance',
      available: nothing,
      pending: nothing,
      livemode: false,
    });
  });

  it('has what was captured, pending and available, by currency', async () => {
    const stripe = stripeFor(gateway);
    await pays(stripe);
    await pays(stripe, { ...AT_ONCE, currency: 'eur' });
    const { available, pending } = await stripe.balance.retrieve();
    expect(pending).toContainEqual({ amount: NET, currency: 'usd', source_types: { card: NET } });
    expect(available).toContainEqual({ amount: NET, currency: 'eur', source_types: { card: NET } });
  });
});

describe('A balance transaction', () => {
  it('says what a charge brought, with its fee, and shows its source', async () => {
    const stripe = stripeFor(gateway);
    const intent = await pays(stripe, { expand: ['latest_charge.balance_transaction'] });
    const charge = intent.latest_charge as Stripe.Charge;
    const transaction = charge.balance_transaction as Stripe.BalanceTransaction;
    expect(transaction).toMatchObject({
      object: 'balance_transaction',
      amount: 2000,
      fee: 88,
      net: NET,
      currency: 'usd',
      type: 'charge',
      reporting_category: 'charge',
      status: 'pending',
      source: charge.id,
      exchange_rate: null,
      fee_details: [{ amount: 88, currency: 'usd', type: 'stripe_fee' }],
    });
    expect(transaction.id).toMatch(/^txn_/);
    expect(transaction.available_on).toBeGreaterThan(transaction.created);
    expect(await stripe.balanceTransactions.retrieve(transaction.id, { expand: ['source'] })).toMatchObject({
      source: { id: charge.id, object: 'charge' },
    });
    expect((await failureOf(stripe.balanceTransactions.retrieve('txn_nope'))).statusCode).toBe(404);
  });

  it('is there later where the sandbox says so, and is told and sent then', async () => {
    const key = newSecretKey();
    const stripe = stripeFor(gateway, key);
    const clock = await stripe.testHelpers.testClocks.create({ frozen_time: START });
    const url = 'http://127.0.0.1:9/hook';
    await stripe.webhookEndpoints.create({ url, enabled_events: ['charge.succeeded', 'charge.updated'] });
    const headers = { 'x-api-key': key };
    const json = { settings: { balanceTransactionDelayMs: 3000, webhookRetrySchedule: [0, 600] } };
    expect((await gateway.request('PATCH', '/sandboxes/current', { headers, json })).status).toBe(200);
    const sent = async (): Promise<string[]> => {
      const { body } = await gateway.request<{ data: { eventType: string; attempts: unknown[] }[] }>(
        'GET',
        '/webhooks/deliveries',
        { headers },
      );
      return body.data.filter(({ attempts }) => attempts.length > 0).map(({ eventType }) => eventType);
    };
    const read = async (id: string): Promise<Stripe.Charge> => stripe.charges.retrieve(id);

    const charge = idOf((await pays(stripe)).latest_charge);
    expect((await read(charge)).balance_transaction).toBeNull();
    expect(await types(stripe)).not.toContain('charge.updated');
    expect(await eventually('the first delivery', sent, (found) => found.length > 0)).toEqual(['charge.succeeded']);

    await stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: START + 3 });
    await eventually(
      'the clock',
      () => stripe.testHelpers.testClocks.retrieve(clock.id),
      ({ status }) => status === 'ready',
    );
    const transaction = idOf((await read(charge)).balance_transaction);
    const [told] = (await stripe.events.list({ type: 'charge.updated' })).data;
    expect(told).toMatchObject({
      created: START + 3,
      data: { object: { id: charge, balance_transaction: transaction } },
    });
    expect(await stripe.events.retrieve(told?.id ?? '')).toMatchObject({ type: 'charge.updated' });
    expect((await sent()).sort()).toEqual(['charge.succeeded', 'charge.updated']);
  });

  it('is listed by type, currency, source, payout and time', async () => {
    const stripe = stripeFor(gateway);
    const first = await pays(stripe, AT_ONCE);
    await pays(stripe, { ...AT_ONCE, currency: 'eur' });
    const refund = await stripe.refunds.create({
      payment_intent: first.id,
      amount: 500,
      expand: ['balance_transaction'],
    });
    const payout = await stripe.payouts.create({ amount: 1000, currency: 'usd' });
    const list = (params: Stripe.BalanceTransactionListParams = {}): Promise<Stripe.BalanceTransaction[]> =>
      all(stripe.balanceTransactions.list(params));
    const kinds = async (params?: Stripe.BalanceTransactionListParams): Promise<string[]> =>
      (await list(params)).map(({ type }) => type);
    expect(await kinds()).toEqual(['payout', 'refund', 'charge', 'charge']);
    expect(await kinds({ limit: 1 })).toEqual(['payout', 'refund', 'charge', 'charge']);
    expect(await kinds({ type: 'charge' })).toEqual(['charge', 'charge']);
    expect(await kinds({ type: 'adjustment' })).toEqual([]);
    expect(await kinds({ currency: 'eur' })).toEqual(['charge']);
    expect(await kinds({ source: idOf(first.latest_charge) })).toEqual(['charge']);
    expect(await list({ source: refund.id })).toMatchObject([
      { id: (refund.balance_transaction as { id: string }).id, amount: -500, fee: 0 },
    ]);
    expect(await list({ source: payout.id })).toMatchObject([
      { type: 'payout', amount: -1000, net: -1000, status: 'available' },
    ]);
    expect(await kinds({ payout: payout.id })).toContain('payout');
    expect(await kinds({ created: { gte: first.created } })).toHaveLength(4);
    expect(await kinds({ created: { lt: first.created } })).toEqual([]);
  });

  it('takes a disputed amount with the fee', async () => {
    const stripe = stripeFor(gateway);
    await pays(stripe, { payment_method: 'pm_card_createDispute' });
    const adjustments = await eventually(
      'an adjustment',
      async () => (await stripe.balanceTransactions.list({ type: 'adjustment' })).data,
      ({ length }) => length === 1,
    );
    expect(adjustments).toMatchObject([{ amount: -2000, fee: 1500, net: -3500, reporting_category: 'dispute' }]);
  });
});

describe('A payout', () => {
  it('is made, described, listed and canceled, and its events tell so', async () => {
    const stripe = stripeFor(gateway);
    await pays(stripe, AT_ONCE);
    const payout = await stripe.payouts.create({
      amount: 1000,
      currency: 'usd',
      description: 'January',
      statement_descriptor: 'SHOP',
      metadata: { a: '1' },
    });
    expect(payout).toMatchObject({
      object: 'payout',
      amount: 1000,
      currency: 'usd',
      automatic: false,
      description: 'January',
      destination: 'ba_success',
      failure_code: null,
      metadata: { a: '1' },
      method: 'standard',
      reconciliation_status: 'not_applicable',
      source_type: 'card',
      statement_descriptor: 'SHOP',
      status: 'pending',
      type: 'bank_account',
    });
    expect(payout.arrival_date).toBe(payout.created + 2 * DAY);
    expect(await stripe.payouts.update(payout.id, { metadata: { a: '', b: '2' } })).toMatchObject({
      metadata: { b: '2' },
    });
    const whole = await stripe.payouts.retrieve(payout.id, { expand: ['balance_transaction', 'destination'] });
    expect(whole).toMatchObject({
      metadata: { b: '2' },
      balance_transaction: { amount: -1000, source: payout.id },
      destination: { object: 'bank_account', last4: '6789' },
    });
    const other = await stripe.payouts.create({ amount: 1, currency: 'usd', destination: 'ba_no_account' });
    expect(ids(await stripe.payouts.list({ status: 'pending' }))).toEqual([other.id, payout.id]);
    expect(ids(await stripe.payouts.list({ destination: 'ba_no_account' }))).toEqual([other.id]);
    expect(ids(await stripe.payouts.list({ arrival_date: { gte: payout.arrival_date } }))).toEqual([
      other.id,
      payout.id,
    ]);
    expect(ids(await stripe.payouts.list({ created: { lt: payout.created } }))).toEqual([]);
    const canceled = await stripe.payouts.cancel(payout.id, { expand: ['failure_balance_transaction'] });
    expect(canceled).toMatchObject({
      status: 'canceled',
      failure_balance_transaction: { amount: 1000, type: 'payout_cancel' },
    });
    expect((await failureOf(stripe.payouts.cancel(payout.id))).statusCode).toBe(400);
    expect((await failureOf(stripe.payouts.retrieve('po_nope'))).statusCode).toBe(404);
    const told = (await all(stripe.events.list({ limit: 100 })))
      .filter(({ type }) => type.startsWith('payout.'))
      .reverse();
    expect(told.map(({ type }) => type)).toEqual([
      'payout.created',
      'payout.updated',
      'payout.created',
      'payout.canceled',
    ]);
    expect(told[1]?.data).toMatchObject({
      object: { id: payout.id },
      previous_attributes: { metadata: { a: '1', b: null } },
    });
    expect(told[3]?.data.object).toMatchObject({ status: 'canceled' });
    expect(told[0]?.request?.idempotency_key).toBe(payout.lastResponse.idempotencyKey);
  });

  it('of more than there is, or to nobody, is refused', async () => {
    const stripe = stripeFor(gateway);
    await pays(stripe);
    const tooMuch = stripe.payouts.create({ amount: 1000, currency: 'usd' });
    expect(await failureOf(tooMuch)).toMatchObject({ statusCode: 400, code: 'balance_insufficient' });
    const toNobody = stripe.payouts.create({ amount: 1, currency: 'usd', destination: 'ba_nope' });
    expect(await failureOf(toNobody)).toMatchObject({ statusCode: 400, param: 'destination' });
    expect(await failureOf(stripe.payouts.create({ amount: 0, currency: 'usd' }))).toMatchObject({ param: 'amount' });
    expect(ids(await stripe.payouts.list())).toEqual([]);
    expect((await types(stripe)).filter((type) => type.startsWith('payout.'))).toEqual([]);
  });

  it('arrives or fails by the clock, after what was captured became available', async () => {
    const stripe = stripeFor(gateway);
    const clock = await stripe.testHelpers.testClocks.create({ frozen_time: START });
    const advance = async (seconds: number): Promise<void> => {
      await stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: START + seconds });
      await eventually(
        'the clock',
        () => stripe.testHelpers.testClocks.retrieve(clock.id),
        ({ status }) => status === 'ready',
      );
    };
    await pays(stripe);
    await advance(3 * DAY);
    const [available] = (await stripe.events.list({ type: 'balance.available' })).data;
    expect(available?.data.object).toMatchObject({
      object: 'balance',
      available: [{ amount: NET, currency: 'usd', source_types: { card: NET } }],
      pending: [{ amount: 0 }],
    });
    const good = await stripe.payouts.create({ amount: 1000, currency: 'usd' });
    const bad = await stripe.payouts.create({ amount: 900, currency: 'usd', destination: 'ba_account_closed' });
    await advance(4.5 * DAY);
    expect(await stripe.payouts.retrieve(good.id)).toMatchObject({ status: 'in_transit' });
    await advance(6 * DAY);
    expect(await stripe.payouts.retrieve(good.id)).toMatchObject({ status: 'paid' });
    const failed = await stripe.payouts.retrieve(bad.id, { expand: ['failure_balance_transaction'] });
    expect(failed).toMatchObject({
      status: 'failed',
      failure_code: 'account_closed',
      failure_balance_transaction: { amount: 900, type: 'payout_failure', reporting_category: 'payout_reversal' },
    });
    const told = (await types(stripe)).filter((type) => /^(payout|balance)\./.test(type));
    expect(told.sort()).toEqual([
      'balance.available',
      'payout.created',
      'payout.created',
      'payout.failed',
      'payout.paid',
    ]);
  });

  it('is made once by requests that are repeated', async () => {
    const stripe = stripeFor(gateway);
    await pays(stripe, AT_ONCE);
    const make = (): Promise<Stripe.Payout> =>
      stripe.payouts.create({ amount: 1500, currency: 'usd' }, { idempotencyKey: 'once' });
    const [first, second] = [await make(), await make()];
    expect(second.id).toBe(first.id);
    expect(ids(await stripe.payouts.list())).toEqual([first.id]);
  });
});

describe('A file', () => {
  const upload = (stripe: Stripe, data: Buffer, params: Partial<Stripe.FileCreateParams> = {}): Promise<Stripe.File> =>
    stripe.files.create({
      purpose: 'dispute_evidence',
      file: { data, name: 'Quittung ä.pdf', type: 'application/pdf' },
      ...params,
    });

  it('is uploaded, shown, listed and downloaded', async () => {
    const key = newSecretKey();
    const stripe = stripeFor(gateway, key);
    const data = Buffer.from([0, 255, 13, 10, 45, 45, 0]);
    const file = await upload(stripe, data, { file_link_data: { create: true, metadata: { a: '1' } } });
    expect(file).toMatchObject({
      object: 'file',
      purpose: 'dispute_evidence',
      filename: 'Quittung ä.pdf',
      size: 7,
      type: 'pdf',
      title: null,
      expires_at: null,
      links: { object: 'list', data: [{ object: 'file_link', file: file.id, metadata: { a: '1' }, expired: false }] },
    });
    const logo = await upload(stripe, data, { purpose: 'business_logo' });
    expect(await stripe.files.retrieve(file.id)).toMatchObject({ id: file.id, size: 7 });
    expect(ids(await stripe.files.list())).toEqual([logo.id, file.id]);
    expect(ids(await stripe.files.list({ purpose: 'dispute_evidence' }))).toEqual([file.id]);
    expect((await failureOf(stripe.files.retrieve('file_nope'))).statusCode).toBe(404);
    const answer = await fetch(file.url ?? '', { headers: { authorization: `Bearer ${key}` } });
    expect(answer.headers.get('content-type')).toBe('application/pdf');
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(data);
    expect((await fetch(file.url ?? '', { headers: { authorization: `Bearer ${newSecretKey()}` } })).status).toBe(404);
  });

  it('can have 5 MB, and not more', async () => {
    const stripe = stripeFor(gateway);
    const most = 5 * 1024 * 1024;
    expect((await upload(stripe, Buffer.alloc(most, 7))).size).toBe(most);
    const { statusCode } = await failureOf(upload(stripe, Buffer.alloc(most + 1)));
    expect(statusCode).toBe(400);
    expect((await failureOf(upload(stripe, Buffer.alloc(0)))).statusCode).toBe(400);
  });

  it('is stored once by requests that are repeated, and another file is another request', async () => {
    const stripe = stripeFor(gateway);
    const send = (text: string): Promise<Response> => {
      const form = new FormData();
      form.set('purpose', 'dispute_evidence');
      form.set('file', new Blob([text]), 'a.txt');
      const headers = { authorization: `Bearer ${key}`, 'idempotency-key': 'once' };
      return fetch(`${gateway.url}/v1/files`, { method: 'POST', body: form, headers });
    };
    const key = newSecretKey();
    const [first, second] = (await Promise.all([
      (await send('one')).json(),
      (await send('one')).json(),
    ])) as Stripe.File[];
    expect(second?.id).toBe(first?.id);
    expect((await send('two')).status).toBe(400);
    expect(ids(await stripeFor(gateway, key).files.list())).toEqual([first?.id]);
    expect(ids(await stripe.files.list())).toEqual([]);
  });

  it.each([
    ['no boundary', 'multipart/form-data', 'x'],
    ['nothing', 'multipart/form-data; boundary=b', ''],
    [
      'an end within a part',
      'multipart/form-data; boundary=b',
      '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nhalf',
    ],
    ['two files', 'multipart/form-data; boundary=b', `${partOf('file', 'a')}${partOf('file', 'b')}--b--\r\n`],
    ['another name', 'multipart/form-data; boundary=b', `${partOf('other', 'a')}--b--\r\n`],
    ['no purpose', 'multipart/form-data; boundary=b', `${partOf('file', 'a')}--b--\r\n`],
    ['no file', 'application/x-www-form-urlencoded', 'purpose=dispute_evidence&file=x'],
    ['a prototype', 'multipart/form-data; boundary=b', `${fieldOf('__proto__[a]', 'x')}--b--\r\n`],
    ['many fields', 'multipart/form-data; boundary=b', `${fieldOf('purpose', 'x').repeat(200)}--b--\r\n`],
    ['no parts', 'multipart/form-data; boundary=b', 'text without any boundary'],
  ])('that comes with %s is refused with an error in the form of the dialect', async (_what, type, body) => {
    const headers = { authorization: `Bearer ${newSecretKey()}`, 'content-type': type };
    const answer = await fetch(`${gateway.url}/v1/files`, { method: 'POST', headers, body });
    const { error } = (await answer.json()) as { error: { type: string; message: string } };
    expect([answer.status, error.type]).toEqual([400, 'invalid_request_error']);
  });

  it('goes nowhere else', async () => {
    const headers = { authorization: `Bearer ${newSecretKey()}`, 'content-type': 'multipart/form-data; boundary=b' };
    const post = (path: string): Promise<Response> =>
      fetch(`${gateway.url}${path}`, { method: 'POST', headers, body: `${fieldOf('a', 'x')}--b--\r\n` });
    expect((await post('/v1/customers')).status).toBe(400);
    expect((await post('/api/v1/payments/charge')).status).toBe(415);
  });
});

function partOf(name: string, content: string): string {
  return `--b\r\nContent-Disposition: form-data; name="${name}"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\n${content}\r\n`;
}

function fieldOf(name: string, value: string): string {
  return `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
}
