import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { bodyOf, Merchant } from '../support/merchant.js';

const run = promisify(execFile);
const SCRIPT = fileURLToPath(new URL('../../docs/reconcile.mjs', import.meta.url));

interface Order {
  readonly reference: string;
  readonly paid: number;
  readonly refunded: number;
  readonly currency: string;
}

let gateway: Gateway;
let folder: string;
beforeAll(async () => {
  [gateway, folder] = await Promise.all([
    startGateway({ PAYMENT_PROCESSING_DELAY_MS: '5', REFUND_DELAY_MS: '50' }),
    mkdtemp(join(tmpdir(), 'gateway-orders-')),
  ]);
});
afterAll(async () => {
  await gateway.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The lines that the script prints, and whether it found a difference. */
async function reconcile(merchant: Merchant, orders: readonly Order[]): Promise<{ differs: boolean; lines: string[] }> {
  const file = join(folder, `${merchant.userId}.json`);
  await writeFile(file, JSON.stringify(orders));
  const env = { API: `${gateway.url}/api/v1`, API_KEY: merchant.apiKey, SINCE: '2020-01-01T00:00:00Z' };
  const linesOf = (stdout: string): string[] => stdout.trim().split('\n');
  try {
    return { differs: false, lines: linesOf((await run(process.execPath, [SCRIPT, file], { env })).stdout) };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    expect([code, stderr]).toEqual([1, '']);
    return { differs: true, lines: linesOf(stdout) };
  }
}

const paid = (reference: string, overrides: Partial<Order> = {}): Order => ({
  reference,
  paid: 19.99,
  refunded: 0,
  currency: 'USD',
  ...overrides,
});

describe('The script of docs/reconciliation.md', () => {
  it('finds nothing where orders and payments agree, over more than one page', async () => {
    const merchant = await Merchant.joins(gateway);
    const references = Array.from({ length: 130 }, (_, n) => `order-${n}`);
    await Promise.all(references.map((orderReference) => merchant.charges({ orderReference })));
    await merchant.charges({ orderReference: 'order-declined', customerName: 'DECLINED' });
    await eventually(
      'the outcomes',
      async () => bodyOf(await merchant.asks<{ data: unknown[] }>('GET', '/payments?status=pending'), 200).data.length,
      (pending) => pending === 0,
    );
    const orders = [...references.map((reference) => paid(reference)), paid('order-declined', { paid: 0 })];
    const result = await reconcile(merchant, orders);
    expect(result).toEqual({ differs: false, lines: ['131 orders, 130 payments, 0 differences'] });
  });

  it('names a missing payment, a missing order, a double charge, other sums and a failed refund', async () => {
    const merchant = await Merchant.joins(gateway);
    const refund = async (id: string, amount: number): Promise<string> =>
      bodyOf(await merchant.asks<{ id: string }>('POST', `/payments/${id}/refunds`, { json: { amount } }), 201).id;
    const unknown = await merchant.receives({ orderReference: 'order-unknown' });
    const first = await merchant.receives({ orderReference: 'order-twice' });
    const second = await merchant.receives({ orderReference: 'order-twice' });
    const refunded = await merchant.receives({ orderReference: 'order-refunded' });
    await refund(refunded.id, 5);
    const failing = await merchant.receives({ orderReference: 'order-failing', paymentMethod: 'pm_card_refundFail' });
    const failed = await refund(failing.id, 5);
    await eventually(
      'the failure',
      async () => bodyOf(await merchant.asks<{ status: string }>('GET', `/refunds/${failed}`), 200).status,
      (status) => status === 'failed',
    );
    const { differs, lines } = await reconcile(merchant, [
      paid('order-missing'),
      paid('order-twice'),
      paid('order-refunded', { currency: 'EUR' }),
      paid('order-failing', { paid: 20 }),
    ]);
    expect(differs).toBe(true);
    expect(lines).toEqual([
      `order-twice: charged twice, ${second.id} and ${first.id}`,
      `${unknown.id}: no order order-unknown`,
      'order-missing: paid 19.99 USD, but the gateway has no captured payment',
      `order-refunded: EUR, but ${refunded.id} is in USD`,
      `order-refunded: refunded 0, but ${refunded.id} says 5`,
      `order-failing: paid 20, but ${failing.id} captured 19.99`,
      `order-failing: refund ${failed} of 5 USD failed (refund_declined)`,
      '4 orders, 3 payments, 7 differences',
    ]);
  });

  it('is linked from its page', async () => {
    const page = await readFile(new URL('../../docs/reconciliation.md', import.meta.url), 'utf8');
    expect(page).toContain('reconcile.mjs');
  });
});
