import { createHmac } from 'node:crypto';
import type { Metadata } from '../platform/common/metadata.js';
import { publicId } from '../platform/worlds/world-ids.js';
import type { CheckResult } from '../simulation/outcome.js';
import type { Checks, TestCard } from '../simulation/test-cards.js';
import { type BillingChanges, mergedBilling, NO_BILLING } from './billing.js';
import type { CardInput } from './card-rules.js';
import type { AllowRedisplay, PaymentMethod } from './payment-method.schema.js';

export interface NewCard extends CardInput {
  readonly holderName: string | null;
  readonly postalCode: string | null;
  readonly addressLine: string | null;
}

/** What a new payment method can have besides its card. */
export interface MethodDetails {
  readonly billing?: BillingChanges;
  readonly metadata?: Metadata;
  readonly allowRedisplay?: AllowRedisplay;
}

/** The facts about a new payment method that nobody sends. */
export interface NewMethodFacts {
  readonly id: string;
  readonly accountId: string;
  /** The key of fingerprints. */
  readonly fingerprintKey: string;
  readonly now: Date;
}

/** A payment method as it is first stored. */
export function newMethod(
  card: TestCard & { readonly token: string },
  input: NewCard,
  { billing, metadata, allowRedisplay }: MethodDetails,
  { id, accountId, fingerprintKey, now }: NewMethodFacts,
): PaymentMethod {
  return {
    _id: id,
    accountId,
    testToken: card.token,
    brand: card.brand,
    funding: card.funding,
    last4: card.number.slice(-4),
    expMonth: input.expMonth,
    expYear: input.expYear,
    fingerprint: fingerprintOf(card.token, accountId, fingerprintKey),
    holderName: input.holderName,
    postalCode: input.postalCode,
    cvcSent: input.cvc !== null,
    checks: checksOf(card, input),
    createdAt: now,
    ...(billing && { billing: mergedBilling(NO_BILLING, billing) }),
    ...(metadata && { metadata }),
    ...(allowRedisplay && { allowRedisplay }),
  };
}

/** The card data of a ready-made token, as if it had been sent with a security code and these billing details. */
export function readyMadeInput(
  { number, brand }: Pick<TestCard, 'number' | 'brand'>,
  { name = null, address = null }: BillingChanges,
  now: Date,
): NewCard {
  return {
    number,
    ...readyMadeExpiry(now),
    cvc: brand === 'amex' ? '1234' : '123',
    holderName: name,
    postalCode: address?.postalCode ?? null,
    addressLine: address?.line1 ?? null,
  };
}

/** When the cards of ready-made tokens expire. */
export function readyMadeExpiry(now: Date): Pick<CardInput, 'expMonth' | 'expYear'> {
  return { expMonth: 12, expYear: now.getUTCFullYear() + 1 };
}

/** Equal for equal cards of one account. */
export function fingerprintOf(testToken: string, accountId: string, key: string): string {
  return createHmac('sha256', key)
    .update(`${publicId(accountId)} ${testToken}`)
    .digest('hex')
    .slice(0, 16);
}

/** Data that was not sent is `unchecked`; for the rest the test card decides, with `pass` as the default. */
export function checksOf(
  { checks = {} }: Pick<TestCard, 'checks'>,
  { cvc, postalCode, addressLine }: Pick<NewCard, 'cvc' | 'postalCode' | 'addressLine'>,
): Checks {
  const check = (sent: string | null, result: CheckResult = 'pass'): CheckResult =>
    sent === null ? 'unchecked' : result;
  return {
    cvc: check(cvc, checks.cvc),
    postalCode: check(postalCode, checks.postalCode),
    addressLine: check(addressLine, checks.addressLine),
  };
}
