import { eventually } from './eventually.js';
import { type Answer, send, type Sent } from './http.js';
import { bodyOf } from './merchant.js';
import type { GatewayEvent, Page } from './webhook-endpoints.js';

export interface CheckoutBody {
  readonly id: string;
  readonly url: string;
  readonly status: string;
  readonly paymentId: string | null;
  readonly paymentStatus: string | null;
  readonly amount: number;
  readonly currency: string;
  readonly lineItems: { readonly name: string; readonly amount: number; readonly quantity: number }[];
  readonly customerName: string | null;
  readonly successUrl: string;
  readonly cancelUrl: string;
  readonly orderReference: string | null;
  readonly capture: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly completedAt: string | null;
  readonly expiredAt: string | null;
}

export interface CheckoutPayment {
  readonly id: string;
  readonly status: string;
  readonly customerName: string;
  readonly amountCaptured: number;
  readonly checkoutSessionId: string | null;
  readonly orderReference: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly paymentMethod: { readonly id: string } | null;
  readonly failure: { readonly code: string } | null;
}

type Fields = Readonly<Record<string, unknown>>;

/** A merchant or a sandbox. */
export interface Shop {
  asks<Body = unknown>(method: string, path: string, sent?: Sent): Promise<Answer<Body>>;
}

export const SUCCESS_URL = 'https://shop.example/done?session={CHECKOUT_SESSION_ID}';
export const CANCEL_URL = 'https://shop.example/cart?session={CHECKOUT_SESSION_ID}';

export function newCheckout(overrides: Fields = {}): Fields {
  return { amount: 20, currency: 'USD', successUrl: SUCCESS_URL, cancelUrl: CANCEL_URL, ...overrides };
}

export function triesToOpenCheckout(
  shop: Shop,
  overrides: Fields = {},
  sent: Sent = {},
): Promise<Answer<CheckoutBody>> {
  return shop.asks<CheckoutBody>('POST', '/checkout/sessions', { ...sent, json: newCheckout(overrides) });
}

export async function opensCheckout(shop: Shop, overrides: Fields = {}): Promise<CheckoutBody> {
  return bodyOf(await triesToOpenCheckout(shop, overrides), 201);
}

export async function getsCheckout(shop: Shop, id: string): Promise<CheckoutBody> {
  return bodyOf(await shop.asks<CheckoutBody>('GET', `/checkout/sessions/${id}`), 200);
}

export function expires(shop: Shop, id: string, sent: Sent = {}): Promise<Answer<CheckoutBody>> {
  return shop.asks<CheckoutBody>('POST', `/checkout/sessions/${id}/expire`, sent);
}

/** All payments of a shop, oldest first. */
export async function paymentsOf(shop: Shop): Promise<CheckoutPayment[]> {
  const { data } = bodyOf(await shop.asks<Page<CheckoutPayment>>('GET', '/payments?limit=100'), 200);
  return data.reverse();
}

/** The events of checkout sessions, oldest first, once there are so many. */
export function checkoutEvents(shop: Shop, count: number): Promise<GatewayEvent[]> {
  return eventually(
    `${count} events of checkout sessions`,
    async () =>
      bodyOf(await shop.asks<Page<GatewayEvent>>('GET', '/events?limit=100'), 200)
        .data.filter(({ type }) => type.startsWith('checkout.'))
        .reverse(),
    (events) => events.length >= count,
  );
}

/** What a browser sends when a button of a page is pressed. */
export function submits(url: string, form: Readonly<Record<string, string>> = {}): Promise<Answer> {
  return send('POST', url, {
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' },
    raw: new URLSearchParams(form).toString(),
  });
}

/** Presses the button of a test card. */
export function paysWith(url: string, testCard: string, attempt = 1): Promise<Answer> {
  return submits(url, { attempt: String(attempt), customerName: 'Jenny Rosen', testCard });
}

/** The form of a card as a customer fills it in. */
export function typedCard(overrides: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    attempt: '1',
    customerName: 'Jenny Rosen',
    number: '4242 4242 4242 4242',
    expiry: '12 / 44',
    cvc: '123',
    ...overrides,
  };
}

/** Where an answer leads the browser. */
export function locationOf(answer: Answer): string {
  const location = answer.headers.get('location');
  if (answer.status !== 303 || location === null)
    throw new Error(`Answered ${answer.status}: ${answer.text.slice(0, 500)}`);
  return new URL(location, answer.url).href;
}

/** A URL of the shop with the id of the session filled in. */
export const filledIn = (url: string, id: string): string => url.replace('{CHECKOUT_SESSION_ID}', id);
