import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { lacks } from '../support/sdk-types.js';
import { all, failureOf, idOf, pays, stripeFor } from '../support/stripe.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ RATE_LIMIT: 'off', DISPUTE_DELAY_MS: '10', DISPUTE_REVIEW_MS: '1500' });
});
afterAll(() => gateway.stop());

const DAY = 86_400;
const START = Date.UTC(2027, 0, 1) / 1000;

/** The disputes of a payment with this test card, once they are there. */
async function disputed(stripe: Stripe, card = 'pm_card_createDispute', count = 1): Promise<Stripe.Dispute[]> {
  const { id } = await pays(stripe, { payment_method: card });
  return eventually(
    'the disputes of a payment',
    async () => (await stripe.disputes.list({ payment_intent: id })).data,
    ({ length }) => length === count,
  );
}

async function oneDisputed(stripe: Stripe, card?: string): Promise<Stripe.Dispute> {
  const [dispute] = await disputed(stripe, card);
  if (!dispute) throw new Error('There is no dispute.');
  return dispute;
}

const becomes = (stripe: Stripe, id: string, status: string): Promise<Stripe.Dispute> =>
  eventually(
    `dispute ${id} to be ${status}`,
    () => stripe.disputes.retrieve(id),
    (dispute) => dispute.status === status,
  );

/** The types of the events about a dispute, oldest first. */
async function told(stripe: Stripe, id: string): Promise<string[]> {
  const events = await all(stripe.events.list({ limit: 100 }));
  return events
    .filter(({ data }) => (data.object as { id?: string }).id === id)
    .map(({ type }) => type)
    .reverse();
}

const tells = (stripe: Stripe, id: string, last: string): Promise<string[]> =>
  eventually(
    `the event ${last}`,
    () => told(stripe, id),
    (types) => types.includes(last),
  );

describe('A dispute', () => {
  it('takes the amount and a fee, and is listed and shown with its charge', async () => {
    const stripe = stripeFor(gateway);
    const dispute = await oneDisputed(stripe);
    expect(dispute).toMatchObject({
      object: 'dispute',
      amount: 2000,
      currency: 'usd',
      reason: 'fraudulent',
      status: 'needs_response',
      is_charge_refundable: false,
      livemode: false,
      metadata: {},
      evidence: { receipt: null, uncategorized_text: null, shipping_date: null, enhanced_evidence: {} },
      evidence_details: {
        has_evidence: false,
        past_due: false,
        submission_count: 0,
        submission_method: 'not_submitted',
      },
      payment_method_details: { type: 'card', card: { brand: 'visa', case_type: 'chargeback' } },
    });
    expect(dispute.id).toMatch(/^dp_/);
    expect(lacks('Disputes', 'Dispute', dispute)).toEqual([]);
    const [withdrawn, ...others] = dispute.balance_transactions;
    expect(others).toEqual([]);
    expect(withdrawn).toMatchObject({
      amount: -2000,
      type: 'adjustment',
      reporting_category: 'dispute',
      source: dispute.id,
    });
    expect(withdrawn?.net).toBe(-2000 - (withdrawn?.fee ?? 0));
    const whole = await stripe.disputes.retrieve(dispute.id, { expand: ['charge', 'payment_intent'] });
    expect(whole.charge).toMatchObject({ object: 'charge', disputed: true });
    expect(whole.payment_intent).toMatchObject({ object: 'payment_intent' });
    const ids = async (params: Stripe.DisputeListParams): Promise<string[]> =>
      (await all(stripe.disputes.list(params))).map(({ id }) => id);
    expect(await ids({ charge: idOf(dispute.charge) })).toEqual([dispute.id]);
    expect(await ids({ created: { gte: dispute.created } })).toEqual([dispute.id]);
    expect(await ids({ created: { lt: dispute.created } })).toEqual([]);
    expect(await failureOf(stripe.disputes.list({ charge: 'ch_nope' }))).toMatchObject({
      statusCode: 400,
      param: 'charge',
    });
    expect(await failureOf(stripe.disputes.retrieve('dp_nope'))).toMatchObject({ statusCode: 404 });
    const transaction = await stripe.balanceTransactions.retrieve(withdrawn?.id ?? '', { expand: ['source'] });
    expect(transaction).toMatchObject({ amount: -2000, source: { id: dispute.id, object: 'dispute' } });
  });

  it('is won by evidence that says so: the money comes back, and events tell of each step', async () => {
    const stripe = stripeFor(gateway);
    const { id } = await oneDisputed(stripe);
    const submitted = await stripe.disputes.update(id, {
      evidence: { uncategorized_text: 'winning_evidence', customer_name: 'Jenny', shipping_date: '2027-01-02' },
      metadata: { ticket: '17' },
    });
    expect(submitted).toMatchObject({
      status: 'under_review',
      metadata: { ticket: '17' },
      evidence: { uncategorized_text: 'winning_evidence', customer_name: 'Jenny', shipping_date: '2027-01-02' },
      evidence_details: { has_evidence: true, submission_count: 1, submission_method: 'manual' },
    });
    const won = await becomes(stripe, id, 'won');
    expect(won.balance_transactions.map(({ reporting_category }) => reporting_category)).toEqual([
      'dispute',
      'dispute_reversal',
    ]);
    expect(won.balance_transactions.reduce((sum, { net }) => sum + net, 0)).toBe(0);
    expect(await tells(stripe, id, 'charge.dispute.funds_reinstated')).toEqual([
      'charge.dispute.created',
      'charge.dispute.funds_withdrawn',
      'charge.dispute.updated',
      'charge.dispute.closed',
      'charge.dispute.funds_reinstated',
    ]);
    const [latest] = (await stripe.events.list({ type: 'charge.dispute.updated' })).data;
    expect(latest?.data).toMatchObject({
      object: { status: 'under_review', evidence: { customer_name: 'Jenny' } },
      previous_attributes: { status: 'needs_response' },
    });
  });

  it('is staged, changed and submitted by another request, and lost', async () => {
    const stripe = stripeFor(gateway);
    const { id } = await oneDisputed(stripe, 'pm_card_createDisputeProductNotReceived');
    const staged = await stripe.disputes.update(id, {
      evidence: { uncategorized_text: 'losing_evidence', shipping_carrier: 'DHL', service_date: 'May' },
      submit: false,
    });
    expect(staged).toMatchObject({
      status: 'needs_response',
      reason: 'product_not_received',
      evidence_details: { has_evidence: true, submission_count: 0 },
    });
    const changed = await stripe.disputes.update(id, {
      evidence: { shipping_carrier: '', service_date: '' },
      submit: false,
    });
    expect(changed.evidence).toMatchObject({
      shipping_carrier: null,
      service_date: null,
      uncategorized_text: 'losing_evidence',
    });
    expect(await stripe.disputes.update(id, { submit: true })).toMatchObject({ status: 'under_review' });
    await becomes(stripe, id, 'lost');
    const late = await failureOf(stripe.disputes.update(id, { evidence: { receipt: 'late' } }));
    expect(late).toMatchObject({ statusCode: 400, code: 'dispute_not_open' });
    expect(late.message).toContain('needs_response');
    expect(await stripe.disputes.update(id, { metadata: { a: '1' } })).toMatchObject({ metadata: { a: '1' } });
    expect(await tells(stripe, id, 'charge.dispute.closed')).not.toContain('charge.dispute.funds_reinstated');
  });

  it('is closed, which loses it', async () => {
    const stripe = stripeFor(gateway);
    const { id, charge } = await oneDisputed(stripe);
    expect(await stripe.disputes.close(id)).toMatchObject({ status: 'lost' });
    expect(await failureOf(stripe.disputes.close(id))).toMatchObject({ statusCode: 400 });
    expect(await failureOf(stripe.refunds.create({ charge: idOf(charge) }))).toMatchObject({
      code: 'charge_disputed',
    });
  });

  it('that is only an inquiry moves no money', async () => {
    const stripe = stripeFor(gateway);
    const { id, status, balance_transactions, charge } = await oneDisputed(stripe, 'pm_card_createDisputeInquiry');
    expect({ status, balance_transactions }).toEqual({ status: 'warning_needs_response', balance_transactions: [] });
    expect(await stripe.charges.retrieve(idOf(charge))).toMatchObject({ disputed: false });
    await stripe.disputes.update(id, { evidence: { uncategorized_text: 'winning_evidence' } });
    await becomes(stripe, id, 'warning_closed');
    expect(await tells(stripe, id, 'charge.dispute.closed')).toEqual([
      'charge.dispute.created',
      'charge.dispute.updated',
      'charge.dispute.closed',
    ]);
    const closed = await oneDisputed(stripe, 'pm_card_createDisputeInquiry');
    expect(await stripe.disputes.close(closed.id)).toMatchObject({ status: 'warning_closed' });
  });

  it('is lost when nobody answers in time', async () => {
    const stripe = stripeFor(gateway);
    const clock = await stripe.testHelpers.testClocks.create({ frozen_time: START });
    const intent = await pays(stripe, { payment_method: 'pm_card_createDispute' });
    const advance = async (seconds: number): Promise<void> => {
      await stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: START + seconds });
      await eventually(
        'the clock',
        () => stripe.testHelpers.testClocks.retrieve(clock.id),
        ({ status }) => status === 'ready',
      );
    };
    await advance(60);
    const [dispute] = (await stripe.disputes.list({ payment_intent: intent.id })).data;
    const id = dispute?.id ?? '';
    expect(dispute?.evidence_details.due_by).toBe((dispute?.created ?? 0) + 7 * DAY);
    await advance(8 * DAY);
    expect(await stripe.disputes.retrieve(id)).toMatchObject({ status: 'lost', evidence_details: { past_due: true } });
    expect(await failureOf(stripe.disputes.update(id, { submit: true }))).toMatchObject({
      statusCode: 400,
      code: 'dispute_not_open',
    });
  });

  it('can be one of several of a charge', async () => {
    const stripe = stripeFor(gateway);
    const disputes = await disputed(stripe, 'pm_card_createMultipleDisputes', 2);
    expect(disputes.map(({ amount }) => amount)).toEqual([1000, 1000]);
    const [newer, older] = disputes.map(({ id }) => id);
    expect((await stripe.disputes.list({ starting_after: newer ?? '' })).data.map(({ id }) => id)).toEqual([older]);
  });

  it('names uploaded files as evidence', async () => {
    const stripe = stripeFor(gateway);
    const { id } = await oneDisputed(stripe);
    const file = { data: Buffer.from('a receipt'), name: 'receipt.txt', type: 'text/plain' };
    const uploaded = await stripe.files.create({ purpose: 'dispute_evidence', file });
    expect(await failureOf(stripe.disputes.update(id, { evidence: { receipt: 'file_nope' } }))).toMatchObject({
      statusCode: 400,
      param: 'evidence[receipt]',
    });
    const staged = await stripe.disputes.update(id, {
      evidence: { receipt: uploaded.id, uncategorized_file: uploaded.id },
      submit: false,
      expand: ['evidence.receipt', 'evidence.uncategorized_file'],
    });
    expect(staged.evidence).toMatchObject({
      receipt: { id: uploaded.id, object: 'file', filename: 'receipt.txt' },
      uncategorized_file: { id: uploaded.id },
    });
  });

  it('is changed once by requests that are repeated', async () => {
    const stripe = stripeFor(gateway);
    const { id } = await oneDisputed(stripe);
    const params = { evidence: { uncategorized_text: 'winning_evidence' } };
    const options = { idempotencyKey: 'once' };
    const answers = [
      await stripe.disputes.update(id, params, options),
      await stripe.disputes.update(id, params, options),
    ];
    expect(answers.map(({ status }) => status)).toEqual(['under_review', 'under_review']);
    await becomes(stripe, id, 'won');
    expect((await told(stripe, id)).filter((type) => type === 'charge.dispute.updated')).toHaveLength(1);
  });
});

describe('An early fraud warning', () => {
  it('is told, shown and listed, and a refund makes it no longer actionable', async () => {
    const stripe = stripeFor(gateway);
    const { latest_charge, id: payment_intent } = await pays(stripe, {
      payment_method: 'pm_card_createIssuerFraudRecord',
    });
    const charge = idOf(latest_charge);
    const { earlyFraudWarnings } = stripe.radar;
    const [warning] = await eventually(
      'a fraud warning',
      async () => (await earlyFraudWarnings.list({ charge })).data,
      ({ length }) => length === 1,
    );
    expect(warning).toMatchObject({
      object: 'radar.early_fraud_warning',
      actionable: true,
      charge,
      payment_intent,
      fraud_type: 'made_with_stolen_card',
    });
    expect(lacks('Radar/EarlyFraudWarnings', 'EarlyFraudWarning', warning ?? {})).toEqual([]);
    const id = warning?.id ?? '';
    expect(await told(stripe, id)).toEqual(['radar.early_fraud_warning.created']);
    await stripe.refunds.create({ charge });
    expect(await earlyFraudWarnings.retrieve(id, { expand: ['charge'] })).toMatchObject({
      actionable: false,
      charge: { refunded: true },
    });
    expect((await earlyFraudWarnings.list({ starting_after: id })).data).toEqual([]);
    for (const unknown of ['fw_nope', 'fw_0193a5e2c7f11b2c3d4e5f60', 'evt_x'])
      expect((await failureOf(earlyFraudWarnings.retrieve(unknown))).statusCode).toBe(404);
  });
});
