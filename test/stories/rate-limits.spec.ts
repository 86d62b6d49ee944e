import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type SharedDatabase, startSharedDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { type Answer, expectError, send } from '../support/http.js';
import { Merchant } from '../support/merchant.js';

const WINDOW = 30;

let database: SharedDatabase;
let gateways: [Gateway, Gateway];
let open: Gateway;
beforeAll(async () => {
  database = await startSharedDatabase();
  const start = () =>
    startGateway({
      MONGODB_URI: database.uri,
      RATE_LIMIT: `anonymous=40/${WINDOW},read=20/${WINDOW},write=10/${WINDOW}`,
    });
  gateways = await Promise.all([start(), start()]);
  open = await startGateway({ RATE_LIMIT: 'off' });
});
afterAll(async () => {
  await Promise.all([...gateways, open].map((gateway) => gateway.stop()));
  await database.stop();
});

const read = (merchant: Merchant, gateway: Gateway): Promise<Answer> =>
  gateway.request('GET', '/events', { headers: merchant.withKey });
const count = (answers: readonly Answer[], status: number): number =>
  answers.filter((answer) => answer.status === status).length;

/** Early in a window, so that a test stays within it. */
const freshWindow = () =>
  eventually(
    'a window',
    () => Date.now() % (WINDOW * 1000),
    (ms) => ms < (WINDOW - 8) * 1000,
  );

describe('Rate limits', () => {
  it('are told with each answer, and 429 says when to come again', async () => {
    const [gateway] = gateways;
    const merchant = await Merchant.joins(gateway);
    await freshWindow();
    for (let left = 19; left >= 0; left--) {
      const { status, headers } = await read(merchant, gateway);
      expect({ status, policy: headers.get('ratelimit-policy'), limit: headers.get('ratelimit') }).toEqual({
        status: 200,
        policy: `"read";q=20;w=${WINDOW}`,
        limit: expect.stringMatching(new RegExp(`^"read";r=${left};t=\\d+$`)),
      });
    }
    const refused = await read(merchant, gateway);
    expectError(refused, 429, 'Too many requests. Try again later.');
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBeGreaterThanOrEqual(1);
    expect(seconds).toBeLessThanOrEqual(WINDOW);
    expect(refused.headers.get('ratelimit')).toBe(`"read";r=0;t=${seconds}`);
    // Writing has a quota of its own, and so has everybody else.
    expect((await merchant.triesToCharge({ customerName: 'A', paymentAmount: 1, currency: 'USD' })).status).toBe(201);
    expect((await read(await Merchant.joins(gateway), gateway)).status).toBe(200);
  });

  it('are shared by the processes on one database: together they let exactly the quota pass', async () => {
    const merchant = await Merchant.joins(gateways[0]);
    await freshWindow();
    const answers = await Promise.all(
      Array.from({ length: 80 }, (_, n) => read(merchant, gateways[n % 2 === 0 ? 0 : 1])),
    );
    expect([count(answers, 200), count(answers, 429)]).toEqual([20, 60]);
  });

  it('hold per address where there is no key', async () => {
    await freshWindow();
    const [gateway] = gateways;
    const answers = await Promise.all(Array.from({ length: 60 }, () => gateway.request('GET', '/status')));
    // Registrations of the tests before came from this address too.
    expect(count(answers, 200)).toBeLessThanOrEqual(40);
    expect(count(answers, 429)).toBeGreaterThanOrEqual(20);
    expect(answers.find(({ status }) => status === 429)?.headers.get('ratelimit-policy')).toBe(
      `"anonymous";q=40;w=${WINDOW}`,
    );
  });

  it('hold per address for keys that somebody makes up, on private and on public routes', async () => {
    await freshWindow();
    const [gateway] = gateways;
    const guesses = await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        send('GET', `${gateway.url}/api/v1/${n % 2 === 0 ? 'payments/all' : 'status'}`, {
          headers: { 'x-api-key': `PK_LIVE_${String(n).padStart(48, '0')}` },
        }),
      ),
    );
    expect(count(guesses, 429)).toBeGreaterThanOrEqual(20);
    expect(count(guesses, 200) + count(guesses, 401)).toBeLessThanOrEqual(40);
  });

  it.each(['/health/live', '/health/ready', '/metrics'])('do not hold for %s', async (path) => {
    const answers = await Promise.all(Array.from({ length: 60 }, () => send('GET', `${gateways[0].url}${path}`)));
    expect(count(answers, 200)).toBe(60);
    expect(answers.filter(({ headers }) => headers.get('ratelimit') !== null)).toEqual([]);
  });

  it('can be off: then nothing is told of them', async () => {
    const merchant = await Merchant.joins(open);
    const answers = await Promise.all(Array.from({ length: 100 }, () => read(merchant, open)));
    expect(count(answers, 200)).toBe(100);
    expect(answers[0]?.headers.get('ratelimit-policy')).toBeNull();
  });
});
