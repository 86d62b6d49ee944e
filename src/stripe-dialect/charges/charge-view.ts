import type { Payment } from '../../payments/payment.schema.js';
import { publicId } from '../../platform/worlds/world-ids.js';
import type { Failure } from '../../simulation/outcome.js';
import { billingView } from '../addresses.js';
import { shownId } from '../../platform/common/dialect-ids.js';
import { chargedCardView } from '../payment-methods/card-view.js';
import { seconds } from '../wire/lists.js';
import {
  captureTransaction,
  declineFacts,
  type DialectDetails,
  detailsOf,
  networkDeclineCode,
} from './charge-facts.js';

/** What a charge shows besides its payment. */
export interface ChargeLinks {
  readonly base: string;
  /** By the account's clock. */
  readonly now: Date;
}

export function chargeView(payment: Payment, { base, now }: ChargeLinks) {
  const details = detailsOf(payment);
  const { _id, amount, amountCaptured, currency, status, failure, customerId, paymentIntentId } = payment;
  const id = shownId(publicId(_id));
  const failed = status === 'failed';
  const returned = status === 'voided' ? amount : payment.amountRefunded;
  return {
    id,
    object: 'charge',
    amount,
    amount_captured: amountCaptured,
    amount_refunded: returned,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: captureTransaction(payment, now),
    billing_details: billingView(details.method?.billing),
    calculated_statement_descriptor: failed ? null : descriptorOf(details),
    captured: amountCaptured > 0,
    created: seconds(payment.createdAt),
    currency: currency.toLowerCase(),
    customer: customerId === undefined ? null : publicId(customerId),
    description: details.description === undefined ? payment.details : details.description,
    disputed: (payment.disputes ?? []).some(({ stage }) => stage !== 'inquiry'),
    failure_balance_transaction: null,
    failure_code: failure?.code ?? null,
    failure_message: failure?.message ?? null,
    fraud_details: {},
    livemode: false,
    metadata: details.metadata ?? payment.metadata,
    on_behalf_of: null,
    outcome: outcomeView(payment),
    paid: !failed && status !== 'pending',
    payment_intent: paymentIntentId === undefined ? null : publicId(paymentIntentId),
    payment_method: methodOf(payment, details),
    payment_method_details: cardOf(payment, details),
    receipt_email: details.receiptEmail ?? null,
    receipt_number: null,
    receipt_url: failed ? null : `${base}/console/payments/${publicId(_id)}`,
    refunded: returned === amount || (amountCaptured > 0 && returned === amountCaptured),
    review: null,
    shipping: details.intent?.shipping ?? null,
    source: null,
    source_transfer: null,
    statement_descriptor: details.intent?.statementDescriptor ?? null,
    statement_descriptor_suffix: details.intent?.statementDescriptorSuffix ?? null,
    status: failed ? 'failed' : status === 'pending' ? 'pending' : 'succeeded',
    transfer_data: null,
    transfer_group: null,
  };
}

function methodOf({ paymentMethod }: Payment, { method }: DialectDetails): string | null {
  const id = method?.id ?? paymentMethod?.id;
  return id === undefined ? null : publicId(id);
}

function cardOf({ amount, outcome }: Payment, { method }: DialectDetails) {
  return method ? chargedCardView(method, { amount, authenticated: outcome.authentication }) : null;
}

function descriptorOf({ intent = {} }: DialectDetails): string {
  const { statementDescriptor, statementDescriptorSuffix } = intent;
  if (typeof statementDescriptor === 'string') return statementDescriptor;
  return typeof statementDescriptorSuffix === 'string' ? `TEST* ${statementDescriptorSuffix}` : 'TEST';
}

const RISKS: Readonly<Record<string, { readonly level: string; readonly score: number }>> = {
  pm_card_riskLevelElevated: { level: 'elevated', score: 65 },
  pm_card_riskLevelHighest: { level: 'highest', score: 92 },
  pm_card_radarBlock: { level: 'highest', score: 92 },
};

const APPROVED = {
  network_status: 'approved_by_network',
  reason: null,
  seller_message: 'Payment complete.',
  type: 'authorized',
};

/** Who decided about the charge, and how risky it seemed. */
function outcomeView(payment: Payment) {
  const { method } = detailsOf(payment);
  const { level, score } = RISKS[method?.testToken ?? ''] ?? { level: 'normal', score: 32 };
  const decided = payment.failure === null ? APPROVED : declineOutcome(payment.failure);
  return {
    advice_code: payment.failure === null ? null : declineFacts(payment.failure).advice_code,
    network_advice_code: null,
    network_decline_code: payment.failure === null ? null : networkDeclineCode(payment.failure),
    risk_level: level,
    risk_score: score,
    ...decided,
  };
}

function declineOutcome({ code, declineCode }: Failure) {
  if (declineCode === 'fraudulent')
    return {
      network_status: 'not_sent_to_network',
      reason: 'highest_risk_level',
      seller_message: 'This payment was blocked because its risk is too high.',
      type: 'blocked',
    };
  return {
    network_status: 'declined_by_network',
    reason: declineCode ?? code,
    seller_message: 'The bank declined the payment.',
    type: 'issuer_declined',
  };
}
