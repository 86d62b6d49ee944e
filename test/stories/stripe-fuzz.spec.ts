import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Gateway, startGateway } from '../support/gateway.js';
import { type Answer, send } from '../support/http.js';
import { idOf, newSecretKey, pays, stripeFor } from '../support/stripe.js';

interface ErrorBody {
  readonly error: { readonly type: string; readonly message: string; readonly code?: string; readonly param?: string };
}

/** An operation as docs/stripe-dialect.md lists it. */
interface Operation {
  readonly method: string;
  readonly path: string;
  readonly params: readonly string[];
}

interface FuzzedRequest {
  readonly operation: Operation;
  readonly ids: readonly string[];
  readonly form: string;
  readonly headers: Readonly<Record<string, string>>;
}

const FORM = 'application/x-www-form-urlencoded';
const REQUESTS_AT_ONCE = 8;
const RUNS = 50;

const key = newSecretKey();
let gateway: Gateway;
let operations: readonly Operation[];
/** Of one object of most kinds. */
let ids: readonly string[];

beforeAll(async () => {
  // No webhook leaves: nobody listens on port 1.
  gateway = await startGateway({ RATE_LIMIT: 'off', WEBHOOK_PORTS: '1' });
  operations = await documentedOperations();
  ids = await makeObjects();
});
afterAll(() => gateway.stop());

async function documentedOperations(): Promise<Operation[]> {
  const text = await readFile(new URL('../../docs/stripe-dialect.md', import.meta.url), 'utf8');
  return [...text.matchAll(/^\| `(GET|POST|DELETE) (\/v1\/\S+)`[^|]*\|[^|]*\|(.*)\|$/gm)].map(
    ([, method = '', path = '', params = '']) => ({
      method,
      path,
      params: [...params.matchAll(/`(\w+)\*?`/g)].map(([, name = '']) => name),
    }),
  );
}

async function makeObjects(): Promise<string[]> {
  const stripe = stripeFor(gateway, key);
  const customer = await stripe.customers.create({ email: 'jenny@shop.test' });
  const method = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
  const intent = await pays(stripe, { customer: customer.id, payment_method: method.id });
  const open = await stripe.paymentIntents.create({ amount: 700, currency: 'usd' });
  const refund = await stripe.refunds.create({ payment_intent: intent.id, amount: 100 });
  const product = await stripe.products.create({ name: 'Mug' });
  const price = await stripe.prices.create({ product: product.id, currency: 'usd', unit_amount: 700 });
  const setup = await stripe.setupIntents.create({ customer: customer.id });
  const session = await stripe.checkout.sessions.create({
    mode: 'payment',
    line_items: [{ price: price.id, quantity: 1 }],
    success_url: 'http://127.0.0.1:9/done',
  });
  const made = [customer, method, intent, open, refund, product, price, setup, session];
  return [...made.map(({ id }) => id), idOf(intent.latest_charge)];
}

function ask({ operation, ids: inPath, form, headers }: FuzzedRequest): Promise<Answer<ErrorBody>> {
  const { method, path } = operation;
  let index = -1;
  const filled = path.replaceAll(/\{\w+\}/g, () => inPath[(index += 1)] ?? '');
  const authorization = `Bearer ${key}`;
  if (method !== 'POST')
    return send('GET' === method ? 'GET' : 'DELETE', `${gateway.url}${filled}?${form}`, {
      headers: { authorization, ...headers },
    });
  return send('POST', `${gateway.url}${filled}`, {
    headers: { authorization, 'content-type': FORM, ...headers },
    raw: form,
  });
}

const ODD_NAMES = [
  'expand',
  'metadata',
  'constructor',
  'toString',
  '__proto__',
  'a%00',
  '%',
  '',
  '%5B',
  'key',
  'hasOwnProperty',
];
const TAILS = [
  '[]',
  '[0]',
  '[1]',
  '[5]',
  '[99999]',
  '[-1]',
  '[a]',
  '[gt]',
  '[a][b]',
  '[][a]',
  '[__proto__]',
  '[constructor]',
  '[a%00]',
  '[',
  ']',
  '[a]b',
  '[%5B]',
  '%5B0%5D',
  '[a]'.repeat(9),
];
const VALUES = [
  '',
  'true',
  '2000',
  '-1',
  '0',
  '1e3',
  '0x10',
  '9007199254740993',
  '4102444801',
  'usd',
  'xxx',
  'pm_card_visa',
  'pm_card_chargeDeclined',
  'tok_visa',
  'http%3A%2F%2F',
  '%2F%2Fhost',
  'javascript%3Aalert(1)',
  'https%3A%2F%2Fshop.test%2F',
  'constructor',
  '__proto__',
  'data.constructor',
  'data.',
  '.',
  'data.customer.toString',
  '%00',
  '%ff',
  '%zz',
  '%',
  '%F0%9F%92%A9',
  '%ED%A0%80',
  "metadata%5B'a'%5D:'b'",
  'created%3E0',
  "-name~'\\",
  '4242424242424242',
  'x'.repeat(1_000),
];

function fuzzedRequests(): fc.Arbitrary<FuzzedRequest> {
  const id = fc.oneof(
    { arbitrary: fc.constantFrom(...ids), weight: 6 },
    fc.constantFrom('constructor', '%00', '%ff', 'a%2Fb', 'pi_x', `pi_${'0'.repeat(2_000)}`),
  );
  const value = fc.oneof(
    { arbitrary: fc.constantFrom(...VALUES, ...ids), weight: 4 },
    fc.string({ maxLength: 20 }).map((text) => encodeURIComponent(text)),
    fc.stringMatching(/^[%a-f0-9+=[\];]{0,12}$/),
  );
  const tail = fc.oneof({ arbitrary: fc.constant(''), weight: 3 }, fc.constantFrom(...TAILS));
  return fc.constantFrom(...operations).chain((operation) => {
    const name = fc.oneof(
      { arbitrary: fc.constantFrom(...(operation.params.length > 0 ? operation.params : ['expand'])), weight: 5 },
      fc.constantFrom(...ODD_NAMES),
    );
    const field = fc.tuple(name, tail, value).map(([first, rest, text]) => `${first}${rest}=${text}`);
    return fc.record({
      operation: fc.constant(operation),
      ids: fc.array(id, { minLength: 2, maxLength: 2 }),
      form: fc.array(field, { maxLength: 8 }).map((fields) => fields.join('&')),
      headers: fc.constantFrom<FuzzedRequest['headers']>(
        {},
        {},
        {},
        { 'stripe-version': '2022-08-01' },
        { 'stripe-version': 'x' },
        { 'idempotency-key': 'again' },
      ),
    });
  });
}

/** An answer that an SDK can read. */
function expectReadable({ status, body, headers, text }: Answer<ErrorBody>): void {
  expect({ status: status < 500, text }).toEqual({ status: true, text });
  expect(headers.get('content-type')).toMatch(/^application\/json/);
  expect(typeof body).toBe('object');
  if (status < 400) return;
  expect(body).toMatchObject({
    error: { type: expect.stringMatching(/_error$/), message: expect.stringMatching(/\S/) },
  });
  expect(text.length).toBeLessThan(20_000);
}

describe('Whatever a request of the dialect says', () => {
  it('it is answered in JSON, and never with an error of the gateway', async () => {
    expect(operations.length).toBeGreaterThan(50);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fuzzedRequests(), { minLength: REQUESTS_AT_ONCE, maxLength: REQUESTS_AT_ONCE }),
        async (requests) => {
          for (const answer of await Promise.all(requests.map(ask))) expectReadable(answer);
        },
      ),
      { numRuns: RUNS, endOnFailure: true },
    );
  });
});

describe('A form that cannot be read', () => {
  const post = (raw: string | Uint8Array<ArrayBuffer>): Promise<Answer<ErrorBody>> =>
    send('POST', `${gateway.url}/v1/customers`, {
      headers: { authorization: `Bearer ${key}`, 'content-type': FORM },
      raw,
    });

  it.each([
    ['nested too deep', `metadata${'[a]'.repeat(8)}=1`],
    ['with a hole in a list', 'expand[1]=sources'],
    ['with an index beyond all lists', 'preferred_locales[9999]=en'],
    ['that would set a prototype', '__proto__[email]=a'],
    ['that would set a prototype further inside', 'metadata[__proto__]=a'],
    ['with the name constructor', 'constructor[prototype][email]=a'],
    ['with 1,001 fields', Array.from({ length: 1_001 }, (_, index) => `metadata[${index}]=1`).join('&')],
    ['with a percent that encodes nothing', 'email=%zz'],
    ['with a percent at the end', 'email=100%'],
    ['encoded in another charset', 'name=Jos%e9'],
    ['that is not UTF-8', new Uint8Array([0x6e, 0x61, 0x6d, 0x65, 0x3d, 0xff])],
    ['with a name that does not end', 'metadata[a=1'],
    ['with a NUL in a name', 'metadata[a%00b]=1'],
    ['with a name of 2,000 characters', `${'a'.repeat(2_000)}=1`],
    ['with a field twice', 'email=a&email=b'],
    ['with a field in two forms', 'metadata[a]=1&metadata=2'],
  ])('is refused: %s', async (_what, raw) => {
    const answer = await post(raw);
    expectReadable(answer);
    expect(answer).toMatchObject({
      status: 400,
      body: { error: { type: 'invalid_request_error', code: 'parameter_invalid_format' } },
    });
  });

  it('is refused in another media type, and beyond 100 kB, in words of the dialect', async () => {
    const headers = { authorization: `Bearer ${key}` };
    const text = await send<ErrorBody>('POST', `${gateway.url}/v1/customers`, {
      headers: { ...headers, 'content-type': 'text/plain' },
      raw: 'a',
    });
    expect([text.status, text.body.error.message]).toEqual([415, expect.stringContaining('x-www-form-urlencoded')]);
    const long = await post(`email=${'a'.repeat(101 * 1024)}`);
    expect([long.status, long.body.error.message]).toEqual([413, expect.stringContaining('100 kB')]);
    const malformed = await send<ErrorBody>('GET', `${gateway.url}/v1/customers/%zz`, { headers });
    expectReadable(malformed);
    expect(malformed.status).toBe(400);
  });
});

describe('Names that every object of the language has', () => {
  it.each(['constructor', 'toString', 'data.hasOwnProperty', 'customer.__proto__', '.', 'data..'])(
    'cannot be expanded: %s',
    async (path) => {
      const answer = await send<ErrorBody>('GET', `${gateway.url}/v1/payment_intents?expand[]=${path}`, {
        headers: { authorization: `Bearer ${key}` },
      });
      expectReadable(answer);
      expect([answer.status, answer.body.error.param]).toEqual([400, 'expand']);
    },
  );

  it('are paths that are not there', async () => {
    const answer = await send<ErrorBody>('GET', `${gateway.url}/v1/constructor`, {
      headers: { authorization: `Bearer ${key}` },
    });
    expect([answer.status, answer.body.error.message]).toEqual([404, expect.stringContaining('Unrecognized')]);
  });

  it('can be keys of metadata where they set nothing, and numbers too', async () => {
    const metadata = { toString: 'x', 0: 'a', 17: 'b' };
    const stripe = stripeFor(gateway, key);
    expect((await stripe.customers.create({ metadata })).metadata).toEqual(metadata);
  });
});
