import type { ChargedMethod } from '../payment-methods/payment-methods.service.js';
import type { Outcome } from '../simulation/outcome.js';
import type { Channel } from '../simulation/test-values.js';
import type { Money } from '../platform/common/money.js';
import type { Payment } from './payment.schema.js';
import { metadataKeys } from './metadata-keys.js';
import { searchKeysOf } from './search-keys.js';
import { MOVES } from './payment-lifecycle.js';
import type { CaptureMode, ChangeContext, HistoryItem } from './payment-state.js';

/** What a charge asks for. */
export interface Charge {
  readonly customerName: string;
  readonly amount: Money;
  readonly details: string | null;
  readonly webhookUrl: string | null;
  /** A ready-made token, or the account's own. */
  readonly paymentMethod: string | null;
  /** The method that `paymentMethod` names, if it is known already. */
  readonly method?: ChargedMethod;
  readonly capture: CaptureMode;
  readonly returnUrl: string | null;
  readonly orderReference: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  /** The outcome that the header X-Simulate names. */
  readonly simulate: string | null;
  /** The checkout session on whose page the customer pays; not set if there is none. */
  readonly checkoutSessionId?: string;
  /** What it is part of; not set for charges of our own API. */
  readonly origin?: ChargeOrigin;
  /** The customer is not there to authenticate: where that is required, the payment is declined. */
  readonly offSession?: boolean;
}

/** What a charge is part of, as it is kept in the payment. */
export interface ChargeOrigin {
  /** The stored id of the intent that it is an attempt of. */
  readonly paymentIntentId?: string;
  /** The stored id of the customer. */
  readonly customerId?: string;
  /** What the dialect shows of the charge besides; set if its account uses the dialect. */
  readonly dialect?: Readonly<Record<string, unknown>>;
}

/** The facts about a new payment that the charge does not contain. */
export interface NewPaymentFacts {
  readonly id: string;
  readonly accountId: string;
  readonly method: ChargedMethod | null;
  readonly outcome: Outcome;
  readonly rule: { readonly channel: Channel; readonly value: string } | null;
  /** Where the customer authenticates; null if nobody has to. */
  readonly challengeUrl: string | null;
  /** When the gateway itself changes it next; null for never. */
  readonly dueAt: Date | null;
  /** The virtual clock that it is due by; null for the real time. */
  readonly clockId: string | null;
  /** Real time. */
  readonly recordedAt: Date;
}

interface RecordedItem extends HistoryItem {
  readonly recordedAt: Date;
}

/** A payment as it is first stored: pending, or waiting for the customer to authenticate. */
export function newPayment(
  charge: Charge,
  { id, accountId, method, outcome, rule, challengeUrl, dueAt, clockId, recordedAt }: NewPaymentFacts,
  { at, cause, eventId, nextEventId }: ChangeContext,
): Payment {
  const { amount } = charge;
  const created: RecordedItem = {
    eventId,
    type: 'payment.created',
    at,
    from: null,
    to: 'pending',
    amount: amount.minor,
    cause,
    refundId: null,
    recordedAt,
  };
  const { challenge } = MOVES;
  const challenged = (): RecordedItem => ({
    ...created,
    eventId: nextEventId(),
    type: challenge.event,
    from: created.to,
    to: challenge.to[0],
  });
  const history = outcome.authentication ? [created, challenged()] : [created];
  const payment: Payment = {
    _id: id,
    accountId,
    customerName: charge.customerName,
    searchKeys: searchKeysOf(charge.customerName),
    amount: amount.minor,
    currency: amount.currency,
    comparableAmount: amount.comparable,
    details: charge.details,
    webhookUrl: charge.webhookUrl,
    orderReference: charge.orderReference,
    metadata: charge.metadata,
    paymentMethod: method && { id: method.id, brand: method.brand, last4: method.last4 },
    capture: charge.capture,
    outcome,
    rule,
    challengeUrl,
    challengeExpiresAt: challengeUrl === null ? null : dueAt,
    returnUrl: charge.returnUrl,
    status: outcome.authentication ? challenge.to[0] : created.to,
    amountCaptured: 0,
    amountRefunded: 0,
    failure: null,
    authorizationExpiresAt: null,
    refunds: [],
    version: 1,
    createdAt: at,
    updatedAt: at,
    history,
    changedAt: recordedAt,
  };
  // Set afterwards: a spread in the middle makes an object that takes more memory, and payments are kept until due.
  const keys = metadataKeys(charge.metadata);
  if (keys.length > 0) payment.metadataKeys = keys;
  if (charge.checkoutSessionId !== undefined) payment.checkoutSessionId = charge.checkoutSessionId;
  if (charge.origin) Object.assign(payment, charge.origin);
  if (dueAt) payment.dueAt = dueAt;
  if (clockId !== null) payment.clockId = clockId;
  return payment;
}
