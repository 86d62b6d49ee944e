import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Gateway, startGateway } from '../support/gateway.js';
import { expectError, expectInvalid } from '../support/http.js';
import { bodyOf, Merchant } from '../support/merchant.js';
import { DAY, HOUR, later, Sandbox } from '../support/sandbox.js';

interface Point {
  readonly start: string;
  readonly payments: number;
  readonly completed: number;
  readonly failed: number;
  readonly successRate: number | null;
  readonly volume: readonly { readonly currency: string; readonly amount: number; readonly refunded: number }[];
}

interface Statistics {
  readonly by: string;
  readonly from: string;
  readonly to: string;
  readonly data: readonly Point[];
  readonly failures: readonly { readonly code: string; readonly declineCode: string | null; readonly count: number }[];
}

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ PAYMENT_PROCESSING_DELAY_MS: '0' });
});
afterAll(() => gateway.stop());

const statistics = (of: Sandbox, search: string): Promise<Statistics> =>
  of.does('GET', `/payments/statistics?${search}`);
const nonEmpty = ({ data }: Statistics): readonly Point[] => data.filter(({ payments }) => payments > 0);

describe('Statistics of payments', () => {
  it('count what became of them by hour and by day of the account’s own clock', async () => {
    const sandbox = await Sandbox.create(gateway);
    const { id } = await sandbox.charges({ paymentAmount: 10 });
    await sandbox.does('POST', `/payments/${id}/refunds`, { amount: 2.5 });
    await sandbox.charges({ paymentAmount: 500, currency: 'JPY' });
    await sandbox.charges({ paymentMethod: 'pm_card_chargeDeclinedInsufficientFunds' });
    await sandbox.advance({ by: '2h' });
    await sandbox.charges({ paymentAmount: 1.25 });
    const hours = await statistics(sandbox, 'by=hour');
    expect([hours.by, hours.data.length, hours.to]).toEqual(['hour', 24, later(3 * HOUR)]);
    expect(nonEmpty(hours)).toMatchObject([
      {
        start: later(0),
        payments: 3,
        completed: 2,
        failed: 1,
        successRate: 2 / 3,
        volume: [
          { currency: 'JPY', amount: 500, refunded: 0 },
          { currency: 'USD', amount: 10, refunded: 2.5 },
        ],
      },
      { start: later(2 * HOUR), payments: 1, volume: [{ currency: 'USD', amount: 1.25, refunded: 0 }] },
    ]);
    expect(hours.failures).toEqual([{ code: 'card_declined', declineCode: 'insufficient_funds', count: 1 }]);
    const days = await statistics(sandbox, 'by=day');
    expect([days.data.length, nonEmpty(days).map(({ payments }) => payments)]).toEqual([30, [4]]);
    await sandbox.advance({ by: '1d' });
    await sandbox.charges();
    const two = await statistics(sandbox, `by=day&from=${later(0)}&to=${later(DAY + HOUR)}`);
    expect(two.data.map(({ payments }) => payments)).toEqual([4, 1]);
  });

  it('are those of one account, and leave out what was deleted', async () => {
    const [one, other] = [await Merchant.joins(gateway), await Merchant.joins(gateway)];
    const [first] = [await one.receives(), await one.receives(), await other.receives()];
    await one.deletes('transactions', first.id);
    const answer = bodyOf(await one.asks<Statistics>('GET', '/payments/statistics'), 200);
    expect(answer.data.reduce((sum, { payments }) => sum + payments, 0)).toBe(1);
  });

  it('are right, or refused for a moment, however many periods are asked for at once', async () => {
    const merchant = await Merchant.joins(gateway);
    await Promise.all([merchant.receives(), merchant.receives()]);
    const until = Date.now() + HOUR;
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, hours) => {
        const from = new Date(until - (hours + 2) * HOUR).toISOString();
        const search = `by=hour&from=${from}&to=${new Date(until).toISOString()}`;
        return merchant.asks<Statistics>('GET', `/payments/statistics?${search}`);
      }),
    );
    const counted = answers.filter(({ status }) => status === 200);
    expect(counted.length).toBeGreaterThanOrEqual(10);
    for (const { body } of counted) expect(body.data.reduce((sum, { payments }) => sum + payments, 0)).toBe(2);
    for (const answer of answers.filter(({ status }) => status !== 200)) {
      expectError(answer, 429, expect.stringContaining('At most 10 periods'));
      expect(answer.headers.get('retry-after')).toBe('1');
    }
  });

  it.each([
    ['by=week', 'by', 'enum'],
    ['from=yesterday', 'from', 'datetime_parsing'],
    ['from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', 'from', 'period_invalid'],
    ['by=hour&from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z', 'from', 'period_invalid'],
    ['by=day&from=2020-01-01T00:00:00Z', 'from', 'period_invalid'],
  ])('%s is refused, and says what is wrong', async (search, field, type) => {
    const merchant = await Merchant.joins(gateway);
    expectInvalid(await merchant.asks('GET', `/payments/statistics?${search}`), { loc: ['query', field], type });
  });
});
