import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AxeResults } from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type FrameLocator, type Page } from 'playwright-core';
import type Stripe from 'stripe';
import { CHROMIUM, hasChromium, LOOPBACK_ONLY } from '../support/chromium.js';
import { startSharedDatabase } from '../support/database.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { type Answer, send } from '../support/http.js';
import { bodyOf, Merchant } from '../support/merchant.js';
import { newSecretKey, publishableKeyOf, stripeFor } from '../support/stripe.js';

const fileOf = (name: string): string => readFileSync(fileURLToPath(import.meta.resolve(name)), 'utf8');
const AXE = fileOf('axe-core/axe.min.js');
/** The official package, as a page loads it. */
const STRIPE_JS = fileOf('@stripe/stripe-js/dist/index.mjs');
const GUIDE = readFileSync(new URL('../../docs/stripe-dialect.md', import.meta.url), 'utf8');

/** What a page gets of a call. */
interface Result {
  readonly paymentIntent?: Stripe.PaymentIntent;
  readonly setupIntent?: Stripe.SetupIntent;
  readonly paymentMethod?: Stripe.PaymentMethod;
  readonly token?: Stripe.Token;
  readonly error?: Readonly<Record<string, unknown>>;
}

/** An origin that is not the gateway's. */
const SHOP = 'http://127.0.0.1:4000';

/** How an answer lets pages of other origins read it. */
const opening = ({ status, headers }: Answer): unknown[] => [status, headers.get('access-control-allow-origin')];

const form = (fields: Readonly<Record<string, string>>) => ({
  headers: { 'content-type': 'application/x-www-form-urlencoded', origin: SHOP },
  raw: new URLSearchParams(fields).toString(),
});

const preflight = (url: string, method = 'POST'): Promise<Answer> =>
  send('OPTIONS', url, {
    headers: {
      origin: SHOP,
      'access-control-request-method': method,
      'access-control-request-headers': 'authorization,stripe-version,idempotency-key,x-other',
    },
  });

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
}, 60_000);
afterAll(() => gateway.stop());

/** A server of a merchant, with an account of its own. */
function merchant(): { readonly stripe: Stripe; readonly secretKey: string; readonly publishableKey: string } {
  const secretKey = newSecretKey();
  return { stripe: stripeFor(gateway, secretKey), secretKey, publishableKey: publishableKeyOf(secretKey) };
}

async function newIntent(
  stripe: Stripe,
  params: Partial<Stripe.PaymentIntentCreateParams> = {},
): Promise<{ readonly id: string; readonly secret: string }> {
  const { id, client_secret } = await stripe.paymentIntents.create({ amount: 2000, currency: 'usd', ...params });
  return { id, secret: client_secret ?? '' };
}

describe('A publishable key', () => {
  it('opens its routes to pages of all origins in development, and a secret key opens none', async () => {
    const { stripe, secretKey, publishableKey: key } = merchant();
    const { id, secret } = await newIntent(stripe);
    const url = `${gateway.url}/v1/payment_intents/${id}`;
    for (const [path, method] of [
      [url, 'GET'],
      [`${url}/confirm`, 'POST'],
      [`${gateway.url}/v1/payment_methods`, 'POST'],
      [`${gateway.url}/v1/tokens`, 'POST'],
    ] as const) {
      const answer = await preflight(path, method);
      expect(opening(answer)).toEqual([204, '*']);
      expect(answer.headers.get('access-control-allow-methods')).toBe(method);
      expect(answer.headers.get('access-control-allow-headers')).toBe(
        'authorization,stripe-version,idempotency-key,x-other',
      );
    }
    const closed = [await preflight(`${gateway.url}/v1/refunds`), await preflight(url, 'DELETE')];
    closed.push(await preflight(`${gateway.url}/api/v1/payments/charge`));
    for (const { status, headers } of closed) {
      expect(status).toBeGreaterThanOrEqual(400);
      expect(headers.get('access-control-allow-headers')).toBeNull();
    }
    expect(opening(await send('GET', `${url}?key=${key}&client_secret=${secret}`))).toEqual([200, '*']);
    expect(opening(await send('POST', `${url}/confirm`, form({ key, client_secret: 'x' })))).toEqual([400, '*']);
    expect(opening(await send('GET', `${url}?key=${secretKey}`))).toEqual([200, null]);
  });

  it('can do only what the guide marks with †', async () => {
    const { publishableKey } = merchant();
    const rows = [...GUIDE.matchAll(/^\| `(GET|POST|DELETE) (\/v1\S+)`( †)? \|/gm)];
    expect(rows.length).toBeGreaterThan(70);
    const closed = rows.filter(([, , , mark]) => mark === undefined);
    const answers = await Promise.all(
      closed.map(async ([, method = '', path = '']) => {
        const headers = { authorization: `Bearer ${publishableKey}` };
        const { status } = await send(method, `${gateway.url}${path.replaceAll(/\{\w+\}/g, 'pi_1')}`, { headers });
        return `${status} ${method} ${path}`;
      }),
    );
    expect(answers).toEqual(closed.map(([, method = '', path = '']) => `403 ${method} ${path}`));
  });

  it('sees neither metadata nor who the customer is, and changes nothing but how it pays', async () => {
    const { stripe, publishableKey: key } = merchant();
    const { id: customer } = await stripe.customers.create({ email: 'jenny@shop.example' });
    const { id, secret } = await newIntent(stripe, { customer, metadata: { order: 'o-1' } });
    const url = `${gateway.url}/v1/payment_intents/${id}`;
    const query = new URLSearchParams({ key, client_secret: secret, 'expand[]': 'customer' });
    const seen = await send('GET', `${url}?${query.toString()}`);
    expect(seen.text).not.toMatch(/metadata|o-1|jenny|cus_|latest_charge/);
    for (const [name, value] of [
      ['metadata[order]', 'o-2'],
      ['customer', ''],
      ['capture_method', 'manual'],
      ['off_session', 'true'],
    ] as const) {
      const sent = form({ key, client_secret: secret, use_stripe_sdk: 'true', [name]: value || customer });
      const refused = await send<{ error: unknown }>('POST', `${url}/confirm`, sent);
      expect([refused.status, refused.body.error]).toEqual([
        403,
        expect.objectContaining({ code: 'secret_key_required', param: name.split('[', 1).join() }),
      ]);
    }
    const declined = form({
      key,
      client_secret: secret,
      use_stripe_sdk: 'true',
      payment_method: 'pm_card_chargeDeclined',
    });
    const answer = await send<{ error: { payment_intent: object } }>('POST', `${url}/confirm`, declined);
    expect(answer.status).toBe(402);
    expect(answer.text).not.toMatch(/metadata|o-1|fingerprint/);
  });

  it('returns customers to pages and apps, and to nothing that runs a script', async () => {
    const { stripe, publishableKey: key } = merchant();
    const { id, secret } = await newIntent(stripe);
    const setup = await stripe.setupIntents.create({});
    for (const return_url of ['javascript:alert(1)', 'data:text/html,x', '/done', '']) {
      for (const [path, client_secret] of [
        [`payment_intents/${id}`, secret],
        [`setup_intents/${setup.id}`, setup.client_secret ?? ''],
      ] as const) {
        const sent = form({ key, client_secret, return_url, payment_method: 'pm_card_visa' });
        const refused = await send('POST', `${gateway.url}/v1/${path}/confirm`, sent);
        expect([refused.status, refused.body]).toMatchObject([
          400,
          { error: { code: 'url_invalid', param: 'return_url' } },
        ]);
      }
    }
  });
});

describe('In production', () => {
  it('pages of other origins are let in, and may frame challenges, only if CORS_ORIGINS names them', async () => {
    const database = await startSharedDatabase();
    const production = await startGateway({
      NODE_ENV: 'production',
      MONGODB_URI: database.uri,
      CORS_ORIGINS: SHOP,
    });
    try {
      const own = await Merchant.joins(production);
      const pair = await own.asks<{ apiKey: string; publishableKey: string }>('POST', '/users/me/api-keys', {
        json: { name: 'Shop', style: 'stripe' },
      });
      const { apiKey, publishableKey: key } = bodyOf(pair, 201);
      const { id, secret } = await newIntent(stripeFor(production, apiKey));
      const url = `${production.url}/v1/payment_intents/${id}`;
      const asked = `${url}?key=${key}&client_secret=${secret}`;
      expect(opening(await send('GET', asked, { headers: { origin: SHOP } }))).toEqual([200, SHOP]);
      expect(opening(await send('GET', asked, { headers: { origin: 'http://127.0.0.1:5' } }))).toEqual([200, null]);
      const sent = form({ key, client_secret: secret, use_stripe_sdk: 'true', payment_method: CHALLENGED });
      const { body } = await send<{ next_action: { use_stripe_sdk: { stripe_js: string } } }>(
        'POST',
        `${url}/confirm`,
        sent,
      );
      const challenge = body.next_action.use_stripe_sdk.stripe_js;
      const page = await send('GET', challenge);
      expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none';");
      const framed = await send('GET', `${challenge}?framed=1`);
      expect(framed.headers.get('content-security-policy')).toContain(`frame-ancestors ${SHOP};`);
    } finally {
      await production.stop();
      await database.stop();
    }
  }, 60_000);
});

const CHALLENGED = 'pm_card_authenticationRequired';
const [VISA, DECLINED, CHALLENGE] = ['4242424242424242', '4000000000009995', '4000002760003184'];

(hasChromium ? describe : describe.skip)('A page of a shop (skipped where there is no Chromium)', () => {
  let browser: Browser;
  let shop: Server;
  let shopUrl: string;

  beforeAll(async () => {
    shop = createServer(({ url = '' }, response) => {
      const isScript = url === '/stripe-js.mjs';
      response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
      response.end(isScript ? STRIPE_JS : shopPage(gateway.url));
    }).listen(0, '127.0.0.1');
    await once(shop, 'listening');
    shopUrl = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;
    browser = await chromium.launch({ executablePath: CHROMIUM, args: [LOOPBACK_ONLY] });
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    shop.close();
  });

  /** The page, in which `stripe` is what loadStripe of the official package gave. */
  async function opened(options: BrowserContextOptions = {}) {
    const { stripe, publishableKey } = merchant();
    const page = await (await browser.newContext(options)).newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      // Browsers complain of every answer with an error, which is what some tests are about.
      if (['error', 'warning'].includes(message.type()) && !message.text().startsWith('Failed to load resource'))
        complaints.push(message.text());
    });
    page.on('pageerror', ({ message }) => complaints.push(message));
    await page.goto(`${shopUrl}/pay?key=${publishableKey}`);
    await page.locator('html[data-ready]').waitFor();
    return { stripe, publishableKey, page, complaints, shows: page.locator('#shown') };
  }

  async function typesCard(page: Page, number = VISA): Promise<void> {
    await page.getByLabel('Card number').fill(number);
    await page.getByLabel('Expiry').fill('12 / 44');
    await page.getByLabel('Security code').fill('123');
  }

  /** Lets the page call something, and waits for what it gets. */
  const gets = (page: Page, call: string): Promise<Result> => page.evaluate<Result>(call);

  const CARD = '{ payment_method: { card, billing_details: { name: "Jenny Rosen" } } }';
  const confirms = (secret: string, data = CARD): string => `stripe.confirmCardPayment('${secret}', ${data})`;

  /** Begins a call, and gives the page in the dialog with what the call will lead to. */
  async function begins(page: Page, call: string): Promise<{ challenge: FrameLocator; ends: () => Promise<Result> }> {
    await page.evaluate(`void (outcome = ${call})`);
    const challenge = page.frameLocator('dialog iframe');
    await challenge.getByRole('button', { name: 'Complete authentication' }).waitFor();
    return { challenge, ends: () => gets(page, 'outcome') };
  }

  async function violations(page: Page): Promise<string[]> {
    await page.evaluate(AXE);
    const { violations: found } = await page.evaluate<AxeResults>("axe.run({ resultTypes: ['violations'] })");
    return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
  }

  it('loads the script from the gateway as any script of another origin, and without a secret key', async () => {
    const { headers } = await send('GET', `${gateway.url}/stripe-dialect.js`);
    expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    expect(headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    const { page, complaints } = await opened();
    for (const key of ['sk_test_a', 'pk_live_a', ''])
      expect(
        await page.evaluate(`(() => { try { Stripe('${key}') } catch (error) { return error.message } })()`),
      ).toContain('publishable key');
    expect(complaints).toEqual([]);
  });

  it('pays with a card that is typed in its field by the keyboard alone', async () => {
    const { stripe, page, complaints, shows } = await opened();
    const { id, secret } = await newIntent(stripe, { metadata: { order: 'o-1' } });
    await page.getByLabel('Card number').focus();
    await page.keyboard.type(`${VISA}124412394107`);
    expect(await page.getByLabel('Card number').inputValue()).toBe('4242 4242 4242 4242');
    expect(await page.getByLabel('Expiry').inputValue()).toBe('12 / 44');
    expect(await page.getByLabel('Postal code').inputValue()).toBe('94107');
    expect(JSON.parse(await shows.innerText())).toMatchObject({ complete: true, empty: false, brand: 'visa' });
    await page.evaluate(`secret = '${secret}'`);
    await page.keyboard.press('Enter');
    await page.locator('html[data-paid]').waitFor();
    const { paymentIntent } = await gets(page, 'outcome');
    expect(paymentIntent).toMatchObject({ id, object: 'payment_intent', status: 'succeeded', client_secret: secret });
    expect(paymentIntent).not.toHaveProperty('metadata');
    const { latest_charge } = await stripe.paymentIntents.retrieve(id, { expand: ['latest_charge'] });
    expect(latest_charge).toMatchObject({
      billing_details: { name: 'Jenny Rosen', address: { postal_code: '94107' } },
    });
    expect(complaints).toEqual([]);
  });

  it('is told of what is wrong with a card, before and when it pays with it', async () => {
    const { stripe, page, shows } = await opened();
    const { secret } = await newIntent(stripe);
    const number = page.getByLabel('Card number');
    const problem = async (): Promise<unknown> =>
      (JSON.parse(await shows.innerText()) as { error?: { code: string } }).error?.code;
    await number.fill('4242424242424241');
    expect(await problem()).toBe('invalid_number');
    expect(await number.getAttribute('aria-invalid')).toBe('true');
    const described = page.locator(`#${(await number.getAttribute('aria-describedby')) ?? ''}`);
    expect(await described.textContent()).toBe('Your card number is invalid.');
    await number.fill('4242');
    expect(await problem()).toBeUndefined();
    await number.blur();
    expect(await problem()).toBe('incomplete_number');
    await number.fill(VISA);
    await page.getByLabel('Expiry').fill('01/20');
    expect(await problem()).toBe('invalid_expiry_year_past');
    await page.getByLabel('Expiry').fill('13/44');
    expect(await problem()).toBe('invalid_expiry_month');
    await page.getByLabel('Expiry').fill('12/44');
    const { error } = await gets(page, confirms(secret));
    expect(error).toMatchObject({ type: 'validation_error', code: 'incomplete_cvc' });
    expect(await page.locator('#card').getAttribute('class')).toContain('StripeElement--invalid');
  });

  it('is told of a decline with all that the code of a merchant reads of it', async () => {
    const { stripe, page, complaints } = await opened();
    const { id, secret } = await newIntent(stripe);
    await typesCard(page, DECLINED);
    const { error } = await gets(page, confirms(secret));
    expect(error).toMatchObject({
      type: 'card_error',
      code: 'card_declined',
      decline_code: 'insufficient_funds',
      message: expect.any(String),
      charge: expect.stringMatching(/^ch_/),
      payment_method: { object: 'payment_method', card: { last4: '9995' } },
      payment_intent: {
        id,
        status: 'requires_payment_method',
        last_payment_error: { decline_code: 'insufficient_funds' },
      },
    });
    await typesCard(page);
    expect(await gets(page, confirms(secret))).toMatchObject({ paymentIntent: { id, status: 'succeeded' } });
    expect(complaints).toEqual([]);
  });

  it('shows 3-D Secure in a dialog, which is approved, failed, or closed', async () => {
    const { stripe, page, complaints } = await opened();
    await typesCard(page, CHALLENGE);
    const intents = await Promise.all([newIntent(stripe), newIntent(stripe), newIntent(stripe)]);
    const [approved, failed, closed] = intents.map(({ secret }) => secret);

    const first = await begins(page, confirms(approved ?? ''));
    expect(await page.getByRole('dialog', { name: 'Confirm that it is you' }).isVisible()).toBe(true);
    expect(await violations(page)).toEqual([]);
    await first.challenge.getByRole('button', { name: 'Complete authentication' }).click();
    expect(await first.ends()).toMatchObject({ paymentIntent: { status: 'succeeded' } });
    expect(await page.getByRole('dialog').count()).toBe(0);

    const second = await begins(page, confirms(failed ?? ''));
    await second.challenge.getByRole('button', { name: 'Fail authentication' }).click();
    const refused = await second.ends();
    expect(refused.error).toMatchObject(NOT_AUTHENTICATED);

    const third = await begins(page, confirms(closed ?? ''));
    await page.keyboard.press('Escape');
    expect((await third.ends()).error).toMatchObject(NOT_AUTHENTICATED);
    expect(complaints).toEqual([]);
  });

  it('goes on with what its server has confirmed, and is told of a decline after the challenge', async () => {
    const { stripe, page } = await opened();
    const confirmed = (payment_method: string): Promise<{ secret: string }> =>
      newIntent(stripe, {
        payment_method,
        confirm: true,
        automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
      });
    const { secret } = await confirmed(CHALLENGED);
    const next = await begins(page, `stripe.handleNextAction({ clientSecret: '${secret}' })`);
    await next.challenge.getByRole('button', { name: 'Complete authentication' }).click();
    expect(await next.ends()).toMatchObject({ paymentIntent: { status: 'succeeded' } });
    expect((await gets(page, `stripe.handleNextAction({ clientSecret: '${secret}' })`)).error).toMatchObject({
      code: 'payment_intent_unexpected_state',
      payment_intent: { status: 'succeeded' },
    });

    const declined = await confirmed(`${CHALLENGED}ChargeDeclinedInsufficientFunds`);
    const { challenge, ends } = await begins(page, `stripe.confirmCardPayment('${declined.secret}')`);
    await challenge.getByRole('button', { name: 'Complete authentication' }).click();
    expect((await ends()).error).toMatchObject({
      type: 'card_error',
      decline_code: 'insufficient_funds',
      payment_intent: { status: 'requires_payment_method' },
    });
  });

  it('is left for 3-D Secure by redirect, and returned to with the intent and what came of it', async () => {
    const { stripe, publishableKey, page } = await opened();
    const pay = `${shopUrl}/done?cart=7`;
    const card = '{ payment_method: method, return_url: back }';
    for (const [method, button, redirect_status, status] of [
      [CHALLENGED, 'Complete authentication', 'succeeded', 'succeeded'],
      [CHALLENGED, 'Fail authentication', 'failed', 'requires_payment_method'],
      ['pm_card_visa', null, 'succeeded', 'succeeded'],
    ] as const) {
      const { id, secret } = await newIntent(stripe);
      await page.evaluate(`[method, back] = ['${method}', '${pay}']`);
      await page.evaluate(`void stripe.confirmPayment({ clientSecret: '${secret}', confirmParams: ${card} })`);
      if (button !== null) {
        await page.waitForURL(`${gateway.url}/3ds/**`);
        await page.getByRole('button', { name: button }).click();
      }
      await page.waitForURL(`${pay}&payment_intent=${id}&**`);
      expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({
        cart: '7',
        payment_intent: id,
        payment_intent_client_secret: secret,
        redirect_status,
      });
      await page.locator('html[data-ready]').waitFor();
      await page.evaluate(`stripe = Stripe('${publishableKey}')`);
      expect(await gets(page, `stripe.retrievePaymentIntent('${secret}')`)).toMatchObject({
        paymentIntent: { id, status },
      });
    }
  });

  it('pays by the payment element without leaving the page, if nothing asks for it', async () => {
    const { stripe, page } = await opened();
    const { id, secret } = await newIntent(stripe);
    await page.evaluate(`elements = stripe.elements({ clientSecret: '${secret}' });
      elements.create('payment').mount('#card')`);
    expect((await gets(page, 'elements.submit()')).error).toMatchObject({ code: 'incomplete_number' });
    await typesCard(page, CHALLENGE);
    expect(await gets(page, 'elements.submit()')).toEqual({});
    const { challenge, ends } = await begins(
      page,
      "stripe.confirmPayment({ elements, redirect: 'if_required', confirmParams: { return_url: location.href } })",
    );
    await challenge.getByRole('button', { name: 'Complete authentication' }).click();
    expect(await ends()).toMatchObject({ paymentIntent: { id, status: 'succeeded' } });
  });

  it('makes payment methods and tokens of a card, also of one in three fields, and sets cards up', async () => {
    const { stripe, page } = await opened();
    const { client_secret } = await stripe.setupIntents.create({});
    await typesCard(page);
    const { token } = await gets(page, "stripe.createToken(card, { name: 'Jenny Rosen' })");
    expect(token).toMatchObject({ object: 'token', card: { last4: '4242', name: 'Jenny Rosen' } });
    await page.evaluate(`elements = stripe.elements();
      document.querySelector('#card').innerHTML = '<p></p><p></p><p></p>';
      ['cardNumber', 'cardExpiry', 'cardCvc'].forEach((kind, index) =>
        elements.create(kind).mount(document.querySelectorAll('#card p')[index]));
      card = elements.getElement({ __elementType: 'cardNumber' })`);
    await typesCard(page, '5555555555554444');
    const { paymentMethod } = await gets(page, "stripe.createPaymentMethod({ type: 'card', card })");
    expect(paymentMethod).toMatchObject({ object: 'payment_method', card: { brand: 'mastercard', exp_year: 2044 } });
    const done = await gets(page, `stripe.confirmCardSetup('${client_secret ?? ''}', ${CARD})`);
    expect(done).toMatchObject({ setupIntent: { status: 'succeeded' } });
  });

  it('gets an error for every call that is wrong, and none is thrown', async () => {
    const { stripe, page, complaints } = await opened();
    const { id, secret } = await newIntent(stripe);
    const WRONG = { type: 'invalid_request_error', param: 'client_secret' };
    for (const wrong of ['undefined', 'null', '7', "''", `'${id}'`, `'${id}_secret_'`, "'seti_1_secret_2'", "'a/../b'"])
      for (const call of [
        `stripe.confirmCardPayment(${wrong}, ${CARD})`,
        `stripe.confirmPayment({ clientSecret: ${wrong}, confirmParams: { return_url: location.href } })`,
        `stripe.retrievePaymentIntent(${wrong})`,
      ])
        expect((await gets(page, call)).error).toMatchObject(WRONG);
    expect((await gets(page, 'stripe.handleNextAction()')).error).toMatchObject(WRONG);
    for (const url of ['undefined', "'/done'", "'javascript:alert(1)'"])
      expect(
        (
          await gets(
            page,
            `stripe.confirmPayment({ clientSecret: '${secret}', confirmParams: { return_url: ${url} } })`,
          )
        ).error,
      ).toMatchObject({ param: 'return_url' });
    // Of the right form, but of another intent.
    expect((await gets(page, `stripe.retrievePaymentIntent('${secret.slice(0, -1)}x')`)).error).toMatchObject({
      type: 'invalid_request_error',
      message: expect.stringContaining('client_secret'),
    });
    expect(
      (await gets(page, "stripe.retrievePaymentIntent('pi_000000000000000000000000_secret_a')")).error,
    ).toMatchObject({ code: 'resource_missing' });
    await page.route(`${gateway.url}/v1/**`, (route) => route.abort());
    for (const call of [
      confirms(secret, "{ payment_method: 'pm_card_visa' }"),
      `stripe.retrievePaymentIntent('${secret}')`,
    ])
      expect((await gets(page, call)).error).toMatchObject({
        type: 'api_connection_error',
        message: expect.any(String),
      });
    expect(complaints).toEqual([]);
  });

  it.each(['light', 'dark'] as const)('has fields that everybody can use, on a %s page', async (colorScheme) => {
    const { page } = await opened({ colorScheme });
    await page.getByLabel('Card number').fill('4242424242424241');
    expect(await violations(page)).toEqual([]);
    await page.evaluate("stripe.elements().create('payment').mount('#card')");
    await page.getByLabel('Card number').fill('4242424242424241');
    expect(await violations(page)).toEqual([]);
    expect(await page.getByText('Your card number is invalid.', { exact: true }).isVisible()).toBe(true);
  });
});

const NOT_AUTHENTICATED = {
  type: 'invalid_request_error',
  code: 'payment_intent_authentication_failure',
  message: expect.any(String),
  payment_intent: expect.objectContaining({ status: 'requires_payment_method' }),
};

/** A merchant's page: the script of the gateway, the official package, and a card in a form. */
function shopPage(gatewayUrl: string): string {
  return `<!doctype html><html lang="en"><title>Shop</title><link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width"><style>
:root { color-scheme: light dark; font: 16px system-ui, sans-serif; background: light-dark(#fff, #1a1b1e); color: light-dark(#222, #eee); }
main { max-width: 480px; padding: 16px; } button { margin: 16px 0; }
</style><script src="${gatewayUrl}/stripe-dialect.js"></script>
<main><h1>Pay</h1><form id="form"><div id="card"></div><button>Pay 20.00</button></form><p id="shown" role="status"></p></main>
<script type="module">
import { loadStripe } from '/stripe-js.mjs';
Object.assign(globalThis, { secret: '', outcome: null, elements: null, method: '', back: '' });
const key = new URLSearchParams(location.search).get('key');
globalThis.stripe = await loadStripe(key ?? 'pk_test_none');
globalThis.card = stripe.elements().create('card');
card.on('change', (event) => { document.querySelector('#shown').textContent = JSON.stringify(event); });
card.on('ready', () => { document.documentElement.dataset.ready = ''; });
card.mount('#card');
document.querySelector('#form').addEventListener('submit', async (event) => {
  event.preventDefault();
  const billing_details = { name: 'Jenny Rosen' };
  outcome = await stripe.confirmCardPayment(secret, { payment_method: { card, billing_details } });
  document.documentElement.dataset.paid = '';
});
</script></html>`;
}
