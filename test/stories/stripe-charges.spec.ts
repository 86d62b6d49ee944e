import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { all, failureOf, idOf, pays, stripeFor } from '../support/stripe.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ RATE_LIMIT: 'off', REFUND_DELAY_MS: '200' });
});
afterAll(() => gateway.stop());

describe('A charge', () => {
  it('is held and captured, changed, listed and searched', async () => {
    const stripe = stripeFor(gateway);
    const { id: customer } = await stripe.customers.create({ source: 'tok_visa' });
    const method = (await stripe.customers.listPaymentMethods(customer)).data[0]?.id ?? '';
    await stripe.customers.update(customer, { invoice_settings: { default_payment_method: method } });
    const held = await stripe.charges.create({
      amount: 2000,
      currency: 'usd',
      customer,
      capture: false,
      description: 'A pot',
    });
    expect(held).toMatchObject({
      captured: false,
      paid: true,
      status: 'succeeded',
      customer,
      description: 'A pot',
      balance_transaction: null,
    });
    const captured = await stripe.charges.capture(held.id, { amount: 1200 });
    expect(captured).toMatchObject({ captured: true, amount_captured: 1200 });
    expect(idOf(captured.balance_transaction)).toMatch(/^txn_/);
    expect(await failureOf(stripe.charges.capture(held.id))).toMatchObject({ code: 'charge_already_captured' });
    const changed = await stripe.charges.update(held.id, { description: 'A cup', metadata: { a: '1' } });
    expect(changed).toMatchObject({ description: 'A cup', metadata: { a: '1' } });
    await stripe.charges.create({ amount: 700, currency: 'eur', source: 'tok_amex' });
    const ids = (list: { data: { id: string }[] }): string[] => list.data.map(({ id }) => id);
    expect(ids(await stripe.charges.list({ customer }))).toEqual([held.id]);
    expect(ids(await stripe.charges.search({ query: "metadata['a']:'1'" }))).toEqual([held.id]);
    expect(
      ids(await stripe.charges.search({ query: "payment_method_details.card.brand:'amex' AND amount<800" })),
    ).toHaveLength(1);
    expect(await failureOf(stripe.charges.retrieve('ch_nope'))).toMatchObject({ statusCode: 404 });
  });

  it('tells of the risk, and of who blocked it', async () => {
    const stripe = stripeFor(gateway);
    const elevated = await pays(stripe, { payment_method: 'pm_card_riskLevelElevated', expand: ['latest_charge'] });
    expect(elevated.latest_charge).toMatchObject({ outcome: { risk_level: 'elevated', type: 'authorized' } });
    const error = await failureOf(pays(stripe, { payment_method: 'pm_card_radarBlock' }));
    expect(await stripe.charges.retrieve((error as unknown as { charge: string }).charge)).toMatchObject({
      outcome: { type: 'blocked', risk_level: 'highest', network_status: 'not_sent_to_network' },
    });
  });
});

describe('A refund', () => {
  it('returns a part and the rest, by intent and by charge, and not more', async () => {
    const stripe = stripeFor(gateway);
    const intent = await pays(stripe);
    const charge = idOf(intent.latest_charge);
    const part = await stripe.refunds.create({
      payment_intent: intent.id,
      amount: 500,
      reason: 'requested_by_customer',
      metadata: { a: '1' },
    });
    expect(part).toMatchObject({
      object: 'refund',
      amount: 500,
      status: 'succeeded',
      charge,
      payment_intent: intent.id,
      reason: 'requested_by_customer',
    });
    expect(await failureOf(stripe.refunds.create({ charge, amount: 1501 }))).toMatchObject({
      statusCode: 400,
      param: 'amount',
    });
    const rest = await stripe.refunds.create({ charge });
    expect(rest.amount).toBe(1500);
    expect(await failureOf(stripe.refunds.create({ charge }))).toMatchObject({ code: 'charge_already_refunded' });
    expect(await stripe.charges.retrieve(charge, { expand: ['refunds'] })).toMatchObject({
      refunded: true,
      amount_refunded: 2000,
      refunds: { data: [{ id: rest.id }, { id: part.id }] },
    });
    expect(await stripe.refunds.update(part.id, { metadata: { a: '', b: '2' } })).toMatchObject({
      metadata: { b: '2' },
    });
    expect((await stripe.refunds.retrieve(part.id)).metadata).toEqual({ b: '2' });
    expect((await all(stripe.refunds.list({ payment_intent: intent.id, limit: 1 }))).map(({ id }) => id)).toEqual([
      rest.id,
      part.id,
    ]);
  });

  it('of what was not captured is an error: the intent is canceled instead', async () => {
    const stripe = stripeFor(gateway);
    const { id } = await pays(stripe, { capture_method: 'manual' });
    expect(await failureOf(stripe.refunds.create({ payment_intent: id }))).toMatchObject({ statusCode: 400 });
  });

  it('can take its time, be canceled, and fail', async () => {
    const stripe = stripeFor(gateway);
    const becomes = (id: string, status: string): Promise<Stripe.Refund> =>
      eventually(
        `refund ${id} to be ${status}`,
        () => stripe.refunds.retrieve(id),
        (refund) => refund.status === status,
      );
    const slow = await pays(stripe, { payment_method: 'pm_card_pendingRefund' });
    const pending = await stripe.refunds.create({ payment_intent: slow.id, amount: 100 });
    expect(pending.status).toBe('pending');
    const other = await stripe.refunds.create({ payment_intent: slow.id, amount: 100 });
    expect(await stripe.refunds.cancel(other.id)).toMatchObject({ status: 'canceled' });
    await becomes(pending.id, 'succeeded');
    const failing = await pays(stripe, { payment_method: 'pm_card_refundFail' });
    const { id } = await stripe.refunds.create({ payment_intent: failing.id });
    expect(await becomes(id, 'failed')).toMatchObject({ failure_reason: 'expired_or_canceled_card' });
    await eventually(
      'the events of both',
      async (): Promise<string[]> => (await all(stripe.events.list({ limit: 100 }))).map(({ type }) => type),
      (types) => ['refund.updated', 'refund.failed', 'charge.refund.updated'].every((type) => types.includes(type)),
    );
  });
});
