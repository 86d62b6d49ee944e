import { randomBytes } from 'node:crypto';
import Stripe from 'stripe';
import type { Gateway } from './gateway.js';

/** A secret key that nobody has used: its account is new. */
export const newSecretKey = (): string => `sk_test_story_${randomBytes(8).toString('hex')}`;

export const publishableKeyOf = (secretKey: string): string => secretKey.replace('sk_', 'pk_');

/** The official SDK, which speaks to a gateway with a key; a new account if none is given. */
export function stripeFor(gateway: Gateway, key = newSecretKey(), options: Partial<Stripe.StripeConfig> = {}): Stripe {
  const { hostname, port } = new URL(gateway.url);
  return new Stripe(key, { host: hostname, port, protocol: 'http', telemetry: false, ...options });
}

/** The error that a call of the SDK ends with. Throws if it succeeds. */
export async function failureOf(call: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) return error;
    throw error;
  }
  throw new Error('The call succeeded.');
}

/** The id of what a field refers to, expanded or not. Throws if there is none. */
export function idOf(reference: string | { readonly id: string } | null | undefined): string {
  if (!reference) throw new Error('The field refers to nothing.');
  return typeof reference === 'string' ? reference : reference.id;
}

/** Where a customer returns to; nobody listens there. */
export const RETURN_URL = 'http://127.0.0.1:9/return';

/** A confirmed payment of 20.00 USD, unless something else is given. */
export function pays(
  stripe: Stripe,
  params: Partial<Stripe.PaymentIntentCreateParams> = {},
): Promise<Stripe.Response<Stripe.PaymentIntent>> {
  return stripe.paymentIntents.create({
    amount: 2000,
    currency: 'usd',
    payment_method: 'pm_card_visa',
    confirm: true,
    return_url: RETURN_URL,
    ...params,
  });
}

/** All that a list has, by its own paging. */
export async function all<T>(list: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const each of list) found.push(each);
  return found;
}
