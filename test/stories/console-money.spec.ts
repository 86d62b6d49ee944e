import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { type Browser, chromium, type Locator } from 'playwright-core';
import { CHROMIUM, hasChromium, LOOPBACK_ONLY } from '../support/chromium.js';
import { settlementOf } from '../support/console-pages.js';
import { ConsoleWindow } from '../support/console-window.js';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { Sandbox } from '../support/sandbox.js';

/** Money that can be paid out at once. */
const AVAILABLE = { paymentMethod: 'pm_card_bypassPending' };

interface Row {
  readonly row: number;
  readonly transactionId: string;
}

(hasChromium ? describe : describe.skip)('Money in the console (skipped where there is no Chromium)', () => {
  let gateway: Gateway;
  let browser: Browser;
  let windows: ConsoleWindow[] = [];

  beforeAll(async () => {
    [gateway, browser] = await Promise.all([
      startGateway(),
      chromium.launch({ executablePath: CHROMIUM, args: [LOOPBACK_ONLY] }),
    ]);
  }, 60_000);
  afterAll(async () => {
    for (const window of windows) await window.close();
    windows = [];
    await browser.close();
    await gateway.stop();
  });

  /** A sandbox with a virtual clock that is signed in. */
  async function opens(): Promise<{ readonly sandbox: Sandbox; readonly window: ConsoleWindow }> {
    const sandbox = await Sandbox.create(gateway);
    const window = await ConsoleWindow.signedIn(browser, sandbox);
    windows.push(window);
    return { sandbox, window };
  }

  const button = ({ page }: ConsoleWindow, name: string): Locator => page.getByRole('button', { name, exact: true });
  const inDialog = ({ page }: ConsoleWindow, name: string): Locator =>
    page.getByRole('dialog').getByRole('button', { name, exact: true });
  const said = (window: ConsoleWindow, text: string): Promise<void> =>
    window.page.getByRole('status').getByText(text).waitFor();
  const pays = (sandbox: Sandbox, amount: number): Promise<{ id: string }> =>
    sandbox.does('POST', '/payouts', { amount, currency: 'USD' });

  describe('a dispute', () => {
    it('is answered with evidence of the reason, and its history says why it was won', async () => {
      const { sandbox, window } = await opens();
      const { page } = window;
      const payment = await sandbox.charges(AVAILABLE);
      const { id } = await sandbox.does<{ id: string }>('POST', `/payments/${payment.id}/disputes`, {
        reason: 'product_not_received',
      });
      await window.goto('/disputes?status=needs_response&stage=chargeback&reason=product_not_received');
      await page.getByText('7 d 0 h left').waitFor();
      await page.getByRole('link', { name: '19.99 USD' }).click();
      await window.heading('19.99 USD');
      await page.getByText('Shipping tracking number + Shipping carrier').waitFor();
      await page.getByLabel('Shipping tracking number').fill('00340434161094042557');
      await button(window, 'Save').click();
      await said(window, 'The evidence was saved.');
      await page.getByLabel('Shipping carrier').fill('DHL');
      await button(window, 'Submit the evidence').click();
      await page
        .getByRole('dialog')
        .getByText('Submit Shipping tracking number, Shipping carrier. It is final')
        .waitFor();
      await inDialog(window, 'Submit the evidence').click();
      await said(window, 'The evidence was submitted.');
      await sandbox.advance({ by: 'PT5S' });
      await page.getByText('Closed: won.').waitFor();
      await page.getByText('The evidence answers the reason').waitFor();
      expect(await sandbox.does('GET', `/disputes/${id}`)).toMatchObject({
        status: 'won',
        evidence: { shippingTrackingNumber: '00340434161094042557', shippingCarrier: 'DHL' },
      });
      window.expectQuiet();
    });

    it('is accepted, after the sentence that says what it costs', async () => {
      const { sandbox, window } = await opens();
      const payment = await sandbox.charges(AVAILABLE);
      const { id } = await sandbox.does<{ id: string }>('POST', `/payments/${payment.id}/disputes`, {
        reason: 'fraudulent',
        amount: 5,
      });
      await window.goto(`/disputes/${id}`);
      await button(window, 'Accept').click();
      await window.page.getByText('The customer keeps 5.00 USD').waitFor();
      await inDialog(window, 'Accept').click();
      await said(window, 'The dispute was accepted.');
      await window.page.getByText('Closed: accepted.').waitFor();
      window.expectQuiet();
    });
  });

  describe('the balance', () => {
    it('is paid out to a bank that refuses it, and is available again', async () => {
      const { sandbox, window } = await opens();
      const { page } = window;
      await sandbox.charges(AVAILABLE);
      await window.goto('/balance');
      await page.getByRole('region', { name: 'Available' }).getByText('19.11 USD').waitFor();
      await page.getByText('Books balance').waitFor();
      await page.getByRole('figure', { name: 'Balance in USD over time' }).waitFor();
      await button(window, 'New payout').click();
      const amount = page.getByLabel('Amount in USD');
      expect(await amount.inputValue()).toBe('19.11');
      await amount.fill('500');
      await inDialog(window, 'Pay out').click();
      await page.getByRole('alert').getByText('The payout was not made.').waitFor();
      await amount.fill('10');
      await page.getByText('19.11 USD can be paid out; 9.11 USD stay available.').waitFor();
      await page.getByLabel('Bank account').selectOption('ba_account_closed');
      await inDialog(window, 'Pay out').click();
      await said(window, 'The payout was made.');
      await window.heading('10.00 USD');
      await sandbox.advance({ by: 'P3D' });
      await page.getByText('account_closed: The bank account is closed.').waitFor();
      await page.getByRole('link', { name: 'Settlement report' }).click();
      await window.heading('Settlement in USD');
      await window.goto('/balance?type=payout_failed');
      await page.getByRole('region', { name: 'Available' }).getByText('19.11 USD').waitFor();
      await page.getByRole('cell', { name: 'payout failed' }).waitFor();
    });

    it('is paid out by a schedule, and a pending payout is canceled', async () => {
      const { sandbox, window } = await opens();
      const { page } = window;
      await sandbox.charges(AVAILABLE);
      await window.goto('/balance');
      await page.getByLabel('Payouts in USD').selectOption('daily');
      await said(window, 'The payout schedule of USD was changed.');
      const { id } = await pays(sandbox, 5);
      await window.goto(`/balance/payouts/${id}`);
      await button(window, 'Cancel payout').click();
      await inDialog(window, 'Cancel payout').click();
      await said(window, 'The payout was canceled.');
      await sandbox.advance({ by: 'P1D' });
      await window.goto('/balance?tab=payouts');
      await page.getByText('by schedule').waitFor();
      await page.getByText('canceled').waitFor();
      window.expectQuiet();
    });
  });

  it('an exercise is played: what was found, missed and wrongly accused is marked in its table', async () => {
    const { sandbox, window } = await opens();
    const { page } = window;
    for (const paymentAmount of [10, 20, 30, 40]) await sandbox.charges({ ...AVAILABLE, paymentAmount });
    const { id: payoutId } = await pays(sandbox, 90);
    const settlementId = await settlementOf(sandbox, payoutId);
    const { rows: real } = await sandbox.does<{ rows: Row[] }>('GET', `/settlements/${settlementId}`);
    await window.goto(`/settlements/${settlementId}`);
    const downloading = page.waitForEvent('download');
    await button(window, 'Download CSV').click();
    const file = await downloading;
    expect(file.suggestedFilename()).toBe(`${settlementId}.csv`);
    expect(await readFile(await file.path(), 'utf8')).toContain(real[0]?.transactionId);

    await button(window, 'Practice').click();
    for (const kind of ['duplicate row', 'wrong amount', 'wrong date', 'unknown payment', 'wrong currency'])
      await page.getByRole('checkbox', { name: kind }).uncheck();
    await page.getByLabel('How many').fill('2');
    await page.getByLabel('Seed').fill('monday');
    await inDialog(window, 'Begin').click();
    await window.heading('Exercise');
    await page.getByLabel('Row 1 is').waitFor();
    const [, id = ''] = /exercises\/(ex_\w+)/.exec(page.url()) ?? [];
    const { report } = await sandbox.does<{ report: { rows: Row[] } }>('GET', `/exercises/${id}`);
    const shown = report.rows.map(({ transactionId }) => transactionId);
    const missing = real.find(({ transactionId }) => !shown.includes(transactionId))?.transactionId ?? '';
    await page.getByRole('textbox', { name: 'Transaction' }).fill(missing);
    await button(window, 'Add').click();
    await page.getByLabel('Row 1 is').selectOption('wrong_date');
    await button(window, 'Answer').click();
    await page.getByText('Answer with 2 findings.').waitFor();
    await inDialog(window, 'Answer').click();
    await page.getByText('0 of 100').waitFor();
    await page.getByText('1 found, 1 missed, 1 wrongly accused.').waitFor();
    await page.getByText('found: missing row').waitFor();
    await page.getByRole('cell').getByText('missed: wrong fee').waitFor();
    await page.getByRole('cell').getByText('wrongly accused: wrong date').waitFor();
    await page.reload();
    await page.getByText('0 of 100').waitFor();
    window.expectQuiet();
  });

  it('the T-accounts of a payment say why each amount stands where it does', async () => {
    const { sandbox, window } = await opens();
    const { page } = window;
    const { id } = await sandbox.charges();
    await window.goto(`/payments/${id}`);
    await page.getByRole('tab', { name: 'T-accounts' }).click();
    const pending = page.getByRole('region', { name: 'T-account pending' });
    await pending.getByText('The merchant is owed the amount without the fee').waitFor();
    await pending.getByText('19.11 USD').first().waitFor();
    await page.getByRole('region', { name: 'T-account fees' }).getByText('0.88 USD').first().waitFor();
    window.expectQuiet();
  });

  it('figures are read again when something happens, without a reload', async () => {
    const { sandbox, window } = await opens();
    await window.goto('/balance');
    await window.page.getByText('Every payment, refund, dispute and payout moves money').waitFor();
    await sandbox.charges(AVAILABLE);
    await window.page.getByRole('region', { name: 'Available' }).getByText('19.11 USD').waitFor();
    await eventually(
      'the transaction to come by itself',
      () => window.page.getByRole('cell', { name: '19.11 USD' }).count(),
      (count) => count > 0,
    );
    window.expectQuiet();
  });
});
