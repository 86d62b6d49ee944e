import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { Merchant } from '../support/merchant.js';
import { Sandbox, START } from '../support/sandbox.js';
import { moments, ROUNDS, UNLIMITED } from './load.js';
import { RandomMoney } from './random-money.js';

/** Each is followed by an audit. */
const OPERATIONS = Number(process.env.MONEY_OPERATIONS ?? 150);
const KILLS = Math.min(ROUNDS, Math.ceil(OPERATIONS / 20));
const KILLED_EVERY = Math.ceil(OPERATIONS / KILLS);

const OPERATIONS_OF_SANDBOX = 500;

interface Audit {
  readonly balanced: boolean;
  readonly checked: Readonly<Record<string, number>>;
  readonly differences: readonly object[];
}

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({
    ...UNLIMITED,
    PAYMENT_PROCESSING_DELAY_MS: '5',
    DISPUTE_DELAY_MS: '10',
    SETTLEMENT_DELAY_DAYS: '0',
    LOG_LEVEL: 'warn',
    WEBHOOK_PORTS: '1',
  });
});
afterAll(() => gateway.stop());

const newSandbox = (): Promise<Sandbox> =>
  Sandbox.create(gateway, { clock: { now: START }, settings: { processingDelayMs: 0 } });

describe(`Money that ${OPERATIONS} random operations move while the gateway is killed ${KILLS} times`, () => {
  it('is in the ledger exactly once after every step', async () => {
    const next = moments(17);
    const totals: Record<string, number> = {};
    let sandbox = await newSandbox();
    let money = new RandomMoney(sandbox, next);
    for (let count = 1; count <= OPERATIONS; count++) {
      // An audit reads all that there is.
      if (count % OPERATIONS_OF_SANDBOX === 0) {
        sandbox = await newSandbox();
        money = new RandomMoney(sandbox, next);
      }
      const step = money.step();
      if (count % KILLED_EVERY === 0) {
        await delay(next() * 6);
        await gateway.kill9();
        await step;
        await gateway.restart();
      } else await step;
      const audit = await sandbox.does<Audit>('GET', '/ledger/audit');
      expect({ count, errors: money.errors, ...audit }).toMatchObject({ errors: [], balanced: true, differences: [] });
      for (const [kind, counted] of Object.entries(audit.checked)) totals[kind] = Math.max(totals[kind] ?? 0, counted);
    }
    for (const counted of Object.values(totals)) expect(counted).toBeGreaterThan(0);
  }, 6_000_000);
});

describe(`A gateway on the real clock that is killed ${KILLS} times under load`, () => {
  it('posts every payment, refund, dispute and payout once', async () => {
    const merchant = await Merchant.joins(gateway);
    const load = new Movers(merchant);
    const next = moments(23);
    for (let round = 0; round < KILLS; round++) {
      await delay(100 + 250 * next());
      await gateway.kill9();
      await gateway.restart();
    }
    await load.stop();
    const audit = await eventually(
      'the ledger to be balanced',
      async () => (await merchant.asks<Audit>('GET', '/ledger/audit')).body,
      ({ balanced }) => balanced,
      30_000,
    );
    expect(audit.differences).toEqual([]);
    expect(audit.checked.payments).toBeGreaterThan(KILLS);
    expect(audit.checked.payouts).toBeGreaterThan(0);
    const payouts = await merchant.asks<{ data: { status: string }[] }>('GET', '/payouts?limit=100');
    expect(payouts.body.data.map(({ status }) => status).filter((status) => status !== 'pending')).toEqual([]);
  }, 600_000);
});

/** Clients that move money without a pause, and do not care what is answered. */
class Movers {
  private readonly clients: Promise<void>[];
  private stopped = false;

  constructor(private readonly merchant: Merchant) {
    this.clients = ['pm_card_visa', 'pm_card_createDispute', 'pm_card_bypassPending'].map((card) => this.moves(card));
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.clients);
  }

  private async moves(paymentMethod: string): Promise<void> {
    while (!this.stopped) {
      try {
        const { id } = await this.merchant.receives({ paymentMethod });
        await this.merchant.asks('POST', `/payments/${id}/refunds`, { json: { amount: 1.5 } });
        await this.merchant.asks('POST', '/payouts', { json: { amount: 2.5, currency: 'USD' } });
      } catch {
        // It was killed just now.
        await delay(5);
      }
    }
  }
}
