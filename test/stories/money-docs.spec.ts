import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Gateway, startGateway } from '../support/gateway.js';
import { Sandbox } from '../support/sandbox.js';
import type { Page } from '../support/webhook-endpoints.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

const GUIDE = readFileSync(new URL('../../docs/money.md', import.meta.url), 'utf8');

/** The cells of the table below this heading, without its head. */
function tableBelow(heading: string): string[][] {
  const section = GUIDE.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe('The example of docs/money.md', () => {
  it('is what the gateway does, to the last cent', async () => {
    const sandbox = await Sandbox.create(gateway, {
      clock: { now: '2026-01-29T09:00:00.000Z' },
      settings: { processingDelayMs: 0, disputeDelayMs: 5000, disputeReviewMs: 5000 },
    });
    const { id } = await sandbox.charges({ paymentAmount: 100 });
    const disputeId = async (): Promise<string> =>
      (await sandbox.does<Page<{ id: string }>>('GET', '/disputes')).data[0]?.id ?? '';
    const steps: (() => Promise<unknown>)[] = [
      () => Promise.resolve(),
      () => sandbox.charges({ paymentAmount: 50, paymentMethod: 'pm_card_createDispute' }),
      () => sandbox.advance({ by: '5s' }),
      () => sandbox.does('POST', `/payments/${id}/refunds`, { amount: 20 }),
      () => sandbox.advance({ to: '2026-02-02T00:00:00.000Z' }),
      async () => {
        await sandbox.does('POST', `/disputes/${await disputeId()}/evidence`, {
          uncategorizedText: 'winning_evidence',
        });
        await sandbox.does('POST', `/disputes/${await disputeId()}/submit`);
        await sandbox.advance({ by: '5s' });
      },
      () => sandbox.does('POST', '/payouts', { amount: 100, currency: 'USD' }),
      () => sandbox.advance({ by: '2d' }),
    ];
    const accounts = ['pending', 'available', 'reserved', 'in_transit', 'customers', 'fees', 'bank'];
    const seen: (string | undefined)[][] = [];
    for (const step of steps) {
      await step();
      const { data } = await sandbox.does<{ data: { account: string; amountText: string }[] }>(
        'GET',
        '/ledger/accounts',
      );
      seen.push(accounts.map((name) => data.find(({ account }) => account === name)?.amountText));
    }
    expect(seen).toEqual(tableBelow('An example').map(([, ...sums]) => sums));
  });
});

describe('The guide to money', () => {
  it('has a row for each type of entry that the API has', () => {
    const { components } = JSON.parse(readFileSync(new URL('../../openapi.json', import.meta.url), 'utf8')) as {
      components: { schemas: Record<string, { enum?: string[] }> };
    };
    const rows = tableBelow('Postings').map(([type]) => type?.replaceAll('`', ''));
    expect(rows).toEqual(components.schemas.LedgerEntryType?.enum);
  });
});
