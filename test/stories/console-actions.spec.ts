import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Browser, chromium, type Locator } from 'playwright-core';
import { CHROMIUM, hasChromium, LOOPBACK_ONLY } from '../support/chromium.js';
import { makeObjects } from '../support/console-pages.js';
import { consoleLink, ConsoleWindow } from '../support/console-window.js';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { bodyOf, login, Merchant, PASSWORD } from '../support/merchant.js';
import { Sandbox } from '../support/sandbox.js';
import { createEndpoint, getEndpoint, listDeliveries } from '../support/webhook-endpoints.js';
import { WebhookRecorder } from '../support/webhook-recorder.js';

(hasChromium ? describe : describe.skip)('In the console (skipped where there is no Chromium)', () => {
  let gateway: Gateway;
  let recorder: WebhookRecorder;
  let browser: Browser;
  let windows: ConsoleWindow[] = [];

  beforeAll(async () => {
    [gateway, recorder, browser] = await Promise.all([
      startGateway({ PAYMENT_PROCESSING_DELAY_MS: '5', REFUND_DELAY_MS: '600000' }),
      WebhookRecorder.start(),
      chromium.launch({ executablePath: CHROMIUM, args: [LOOPBACK_ONLY] }),
    ]);
  }, 60_000);
  afterAll(async () => {
    for (const window of windows) await window.close();
    windows = [];
    await browser.close();
    await gateway.stop();
    await recorder.stop();
  });

  /** An account that is signed in: a new one, unless one is given. */
  async function opens<Account extends Merchant | Sandbox = Merchant>(
    given?: Account,
  ): Promise<{ readonly merchant: Account; readonly window: ConsoleWindow }> {
    const merchant = given ?? ((await Merchant.joins(gateway)) as Account);
    const window = await ConsoleWindow.signedIn(browser, merchant);
    windows.push(window);
    return { merchant, window };
  }

  const button = ({ page }: ConsoleWindow, name: string): Locator => page.getByRole('button', { name, exact: true });
  const inDialog = ({ page }: ConsoleWindow, name: string): Locator =>
    page.getByRole('dialog').getByRole('button', { name, exact: true });
  const inMenu = async (window: ConsoleWindow, name: string): Promise<void> => {
    await button(window, 'More').click();
    await window.page.getByRole('menuitem', { name, exact: true }).click();
  };
  const said = (window: ConsoleWindow, text: string): Promise<void> =>
    window.page.getByRole('status').getByText(text).waitFor();
  const status = async (merchant: Merchant, id: string, expected: string): Promise<void> => {
    await eventually(
      `payment ${id} to be ${expected}`,
      () => merchant.gets(id),
      (payment) => payment.status === expected,
    );
  };
  async function paymentIs(
    merchant: Merchant,
    expected: string,
    charge: Readonly<Record<string, unknown>> = {},
  ): Promise<string> {
    const { id } = await merchant.charges({ customerName: 'Jenny Rosen', ...charge });
    await status(merchant, id, expected);
    return id;
  }

  describe('a visitor', () => {
    it('signs in by e-mail and password to the page that was asked for, stays signed in, and signs out', async () => {
      const merchant = await Merchant.joins(gateway);
      const window = await ConsoleWindow.open(browser, gateway);
      windows.push(window);
      const { page } = window;
      await window.goto('/refunds?status=failed');
      await page.getByLabel('E-mail').fill(merchant.email);
      await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
      await button(window, 'Sign in').click();
      await window.heading('Refunds');
      expect(page.url()).toBe(`${gateway.url}/console/refunds?status=failed`);
      await page.reload();
      await window.heading('Refunds');
      const stored = await page.evaluate<string>(
        'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])',
      );
      expect(stored).not.toMatch(/eyJ|PK_|SK_|mpg_console/);
      await page.getByRole('button', { name: /^Account/ }).click();
      await page.getByRole('menuitem', { name: 'Sign out' }).click();
      await window.heading('Sign in');
      await page.reload();
      await window.heading('Sign in');
      window.expectQuiet();
    });

    it('is signed out also where the page is left before the gateway has answered', async () => {
      const { window } = await opens();
      const { page } = window;
      // Held until the page is gone: it can't know what became of it.
      await page.route('**/console/session', async (route) => {
        if (route.request().method() !== 'DELETE') await route.continue();
      });
      const asked = page.waitForRequest((request) => request.method() === 'DELETE');
      await page.getByRole('button', { name: /^Account/ }).click();
      await page.getByRole('menuitem', { name: 'Sign out' }).click();
      await window.heading('Sign in');
      await asked;
      await page.reload();
      await window.heading('Sign in');
      window.expectQuiet();
    });

    it('is told what is wrong with a password', async () => {
      const window = await ConsoleWindow.open(browser, gateway);
      windows.push(window);
      await window.goto('/login');
      await window.page.getByLabel('E-mail').fill('nobody@acme.example');
      await window.page.getByRole('textbox', { name: 'Password' }).fill('not the password');
      await button(window, 'Sign in').click();
      await window.page.getByRole('alert').getByText('Invalid email or password.').waitFor();
    });

    it('signs in by a link once, and the link is not in the address any more', async () => {
      const merchant = await Merchant.joins(gateway);
      const link = await consoleLink(merchant);
      const [first, second] = [await ConsoleWindow.open(browser, gateway), await ConsoleWindow.open(browser, gateway)];
      windows.push(first, second);
      await first.page.goto(link);
      await first.heading('Home');
      expect(first.page.url()).toBe(`${gateway.url}/console/`);
      await second.page.goto(link);
      await second.page.getByRole('alert').getByText('mpg console').waitFor();
    });
  });

  describe('a payment', () => {
    it('is charged with a test value, by the form, and its program is shown', async () => {
      const { merchant, window } = await opens();
      const { page } = window;
      await window.goto('/charge');
      await page.getByRole('combobox', { name: 'Test value' }).click();
      await page.getByRole('combobox', { name: 'Test value' }).fill('pm_card_chargeDeclinedInsufficientFunds');
      await page.getByRole('option', { name: /pm_card_chargeDeclinedInsufficientFunds/ }).click();
      await page.getByLabel('Order').fill('order-99');
      await page.getByRole('figure', { name: 'The charge by curl' }).getByText('order-99').waitFor();
      await page.getByRole('tab', { name: 'Python' }).click();
      await page.getByRole('figure', { name: 'The charge in Python' }).getByText('"order-99"').waitFor();
      await button(window, 'Charge').click();
      await page.getByText('insufficient_funds').first().waitFor();
      expect((await merchant.lists()).transactions).toMatchObject([{ status: 'failed' }]);
      window.expectQuiet();
    });

    it('is charged with a test card of the list', async () => {
      const { window } = await opens();
      await window.goto('/test-values');
      await window.page.getByLabel('Find').fill('4242424242424242');
      await window.page.getByRole('link', { name: 'Charge with 4242424242424242' }).click();
      await button(window, 'Charge').click();
      await window.page.getByText('visa •••• 4242').waitFor();
    });

    it('says what is wrong with a charge, with the request id', async () => {
      const { window } = await opens();
      await window.goto('/charge');
      await window.page.getByLabel('Currency').fill('XXX');
      await button(window, 'Charge').click();
      const alert = window.page.getByRole('alert');
      await alert.getByText('Nothing was charged.').waitFor();
      await alert.getByText(/^req_/).click();
      expect(await window.page.evaluate('navigator.clipboard.readText()')).toMatch(/^req_/);
    });

    it('is captured in part, after the sentence that says so', async () => {
      const { merchant, window } = await opens();
      const id = await paymentIs(merchant, 'authorized', { capture: 'manual' });
      await window.goto(`/payments/${id}`);
      await button(window, 'Capture').click();
      const amount = window.page.getByLabel('Amount in USD');
      expect(await amount.inputValue()).toBe('19.99');
      await amount.fill('10');
      await window.page
        .getByText('Capture 10.00 USD from Jenny Rosen. 9.99 USD of the authorization is released.')
        .waitFor();
      await inDialog(window, 'Capture').click();
      await said(window, 'The payment was captured.');
      expect(await merchant.gets(id)).toMatchObject({ status: 'completed', amountCaptured: 10 });
      await button(window, 'Refund').waitFor();
      window.expectQuiet();
    });

    it('is refunded in parts, with what is left as the amount', async () => {
      const { merchant, window } = await opens();
      const id = await paymentIs(merchant, 'completed');
      await window.goto(`/payments/${id}`);
      await button(window, 'Refund').click();
      await window.page.getByLabel('Amount in USD').fill('12.50');
      await window.page.getByLabel('Reason').fill('damaged');
      await window.page.getByText('Refund 12.50 USD to Jenny Rosen. 7.49 USD can still be refunded.').waitFor();
      await inDialog(window, 'Refund').click();
      await said(window, 'The refund was made.');
      await window.page.getByText('12.50 USD').first().waitFor();
      await button(window, 'Refund').click();
      expect(await window.page.getByLabel('Amount in USD').inputValue()).toBe('7.49');
      window.expectQuiet();
    });

    it('that asks for more than is left is refused in the gateway’s own words, and nothing changes', async () => {
      const { merchant, window } = await opens();
      const id = await paymentIs(merchant, 'completed');
      await window.goto(`/payments/${id}`);
      await button(window, 'Refund').click();
      await window.page.getByLabel('Amount in USD').fill('500');
      await inDialog(window, 'Refund').click();
      await window.page.getByRole('alert').getByText('Nothing was changed.').waitFor();
      expect(await merchant.gets(id)).toMatchObject({ amountRefunded: 0 });
    });

    it.each([
      ['succeeded', 'authenticates', 'completed'],
      ['failed', 'fails to', 'failed'],
    ])('is authenticated in place of the customer: %s', async (_result, choice, expected) => {
      const { merchant, window } = await opens();
      const id = await paymentIs(merchant, 'requires_action', { paymentMethod: 'pm_card_authenticationRequired' });
      await window.goto(`/payments/${id}`);
      await button(window, 'Authenticate').click();
      await window.page.getByRole('radio', { name: choice }).check();
      await inDialog(window, 'Authenticate').click();
      await said(window, 'The challenge was answered.');
      await status(merchant, id, expected);
    });

    it.each([
      ['Void', 'authorized', 'voided', { capture: 'manual' }],
      ['Cancel payment', 'pending', 'canceled', { customerName: 'PENDING' }],
    ])('has the move “%s” where it is %s', async (move, before, after, charge) => {
      const { merchant, window } = await opens();
      const id = await paymentIs(merchant, before, charge);
      await window.goto(`/payments/${id}`);
      await inMenu(window, move);
      await inDialog(window, move).click();
      await status(merchant, id, after);
      await window.page.getByText(after).first().waitFor();
    });

    it('is deleted after its dialog, and not without it', async () => {
      const { merchant, window } = await opens();
      const id = await paymentIs(merchant, 'completed');
      await window.goto(`/payments/${id}`);
      await inMenu(window, 'Delete');
      await inDialog(window, 'Keep as it is').click();
      await inMenu(window, 'Delete');
      await inDialog(window, 'Delete').click();
      await window.heading('Payments');
      expect((await merchant.gateway.request('GET', `/payments/${id}`, { headers: merchant.withKey })).status).toBe(
        404,
      );
    });

    it('leads from each line of its story to what is behind it', async () => {
      const { merchant, window } = await opens();
      const endpoint = await createEndpoint(merchant, recorder.url());
      const id = await paymentIs(merchant, 'completed');
      await eventually(
        'a delivery',
        () => listDeliveries(merchant, `endpoint=${endpoint.id}&status=succeeded`),
        ({ data }) => data.length >= 2,
      );
      const follow = async (prefix: string, title: RegExp): Promise<void> => {
        await window.goto(`/payments/${id}`);
        await window.page
          .getByRole('listitem')
          .getByRole('link', { name: new RegExp(`^${prefix}`) })
          .first()
          .click();
        await window.heading(title);
      };
      await follow('req_', /^Request log$/);
      await window.page.getByText('POST /api/v1/payments/charge').first().waitFor();
      await follow('evt_', /^payment\.created$/);
      await follow('whd_', /^payment\./);
      window.expectQuiet();
    });
  });

  it('a pending refund is canceled', async () => {
    const { merchant, window } = await opens();
    const id = await paymentIs(merchant, 'completed', { paymentMethod: 'pm_card_pendingRefund' });
    const refund = bodyOf(
      await merchant.asks<{ id: string }>('POST', `/payments/${id}/refunds`, { json: { amount: 5 } }),
      201,
    );
    await window.goto(`/refunds/${refund.id}`);
    await button(window, 'Cancel refund').click();
    await inDialog(window, 'Cancel refund').click();
    await said(window, 'The refund was canceled.');
    expect(bodyOf(await merchant.asks('GET', `/refunds/${refund.id}`), 200)).toMatchObject({ status: 'canceled' });
  });

  describe('a webhook endpoint', () => {
    it('is created with its secret shown once, tested, edited, rotated and deleted', async () => {
      const { merchant, window } = await opens();
      const { page } = window;
      await window.goto('/webhooks');
      await button(window, 'New endpoint').first().click();
      await page.getByRole('textbox', { name: 'URL' }).fill(recorder.url());
      await inDialog(window, 'Create').click();
      await page
        .getByRole('dialog')
        .getByText(/^whsec_/)
        .waitFor();
      await inDialog(window, 'Done').click();
      await window.heading(recorder.url());
      const [, id = ''] = /webhooks\/(we_\w+)/.exec(page.url()) ?? [];

      await button(window, 'Send a test').click();
      await window.heading('webhook.test');
      await page.getByText('delivered').first().waitFor();
      await button(window, 'Redeliver').click();
      await said(window, 'It is being sent again.');
      await page.getByText('Attempt 2', { exact: false }).first().waitFor();

      await window.goto(`/webhooks/${id}`);
      await button(window, 'Edit').click();
      await page.getByLabel('Description').fill('The shop');
      await inDialog(window, 'Save').click();
      await said(window, 'The endpoint was saved.');
      expect(await getEndpoint(merchant, id)).toMatchObject({ description: 'The shop', events: ['*'] });

      await inMenu(window, 'Rotate secret');
      await inDialog(window, 'Rotate secret').click();
      await page
        .getByRole('dialog')
        .getByText(/^whsec_/)
        .waitFor();
      await inDialog(window, 'Done').click();
      await inMenu(window, 'Redeliver');
      await inDialog(window, 'Redeliver').click();
      await said(window, 'The events are being sent again.');
      await inMenu(window, 'Delete');
      await inDialog(window, 'Delete').click();
      await window.heading('Webhooks');
      expect((await merchant.asks('GET', `/webhooks/endpoints/${id}`)).status).toBe(404);
    });

    it('marks what the second answer says differently', async () => {
      const { merchant, window } = await opens();
      const objects = await makeObjects(merchant, recorder);
      await window.goto(objects['a delivery']);
      await window.page.getByText('not yet').first().waitFor();
      await window.page.getByText('Attempt 2', { exact: false }).first().waitFor();
    });
  });

  it('a handler is judged, and its report is shown', async () => {
    const { window } = await opens();
    await window.goto('/certifications');
    await window.page.getByLabel('URL of the handler').fill(recorder.url());
    await button(window, 'Begin').click();
    await window.page.getByText(/^Score: \d+ of 100$/).waitFor({ timeout: 40_000 });
    await window.page.getByText('valid signature').waitFor();
  }, 60_000);

  it('a key is made, shown once, and deleted', async () => {
    const { window } = await opens();
    await window.goto('/keys');
    await button(window, 'New key').click();
    await window.page.getByLabel('Name').fill('CI');
    await inDialog(window, 'Create').click();
    const key = await window.page
      .getByRole('dialog')
      .getByText(/^PK_LIVE_/)
      .textContent();
    await inDialog(window, 'Done').click();
    const asks = (): Promise<number> =>
      gateway.request('GET', '/payments', { headers: { 'x-api-key': key ?? '' } }).then(({ status: code }) => code);
    expect(await asks()).toBe(200);
    await window.page.getByRole('row', { name: /CI/ }).getByRole('button', { name: 'Delete' }).click();
    await inDialog(window, 'Delete').click();
    await said(window, 'The key was deleted.');
    expect(await asks()).toBe(401);
    await button(window, 'Rotate').click();
    await inDialog(window, 'Rotate').click();
    await window.page.getByRole('dialog').getByText(/^SK_/).waitFor();
  });

  it('name, e-mail and password are changed', async () => {
    const { merchant, window } = await opens();
    await window.goto('/account');
    await window.page.getByRole('textbox', { name: 'Name' }).fill('Renamed & Co');
    await window.page.getByRole('textbox', { name: 'E-mail' }).fill(`new-${merchant.email}`);
    await button(window, 'Save').click();
    await said(window, 'Your account was changed.');
    await window.page.getByRole('button', { name: 'Account: Renamed & Co' }).waitFor();
    await window.page.getByRole('textbox', { name: 'Current password' }).fill(PASSWORD);
    await window.page.getByRole('textbox', { name: 'New password' }).fill('another password');
    await button(window, 'Change the password').click();
    await said(window, 'Your password was changed.');
    expect((await login(gateway, `new-${merchant.email}`, 'another password')).userId).toBe(merchant.userId);
    await window.goto('/payments');
    await window.heading('Payments');
    window.expectQuiet();
  });

  it('a fault is added, shows the truth about its hit, and is removed', async () => {
    const { merchant, window } = await opens();
    await window.goto('/sandbox');
    await button(window, 'Add fault').click();
    await said(window, 'The fault was added.');
    expect((await merchant.triesToCharge({ customerName: 'A', paymentAmount: 1, currency: 'USD' })).status).toBe(503);
    await window.page.getByText('money moved').waitFor();
    await button(window, 'Remove').click();
    await inDialog(window, 'Remove').click();
    await said(window, 'The fault was removed.');
  });

  it('a virtual clock is advanced, and a sandbox goes back to a snapshot and is emptied', async () => {
    const sandbox = await Sandbox.create(gateway);
    const { window } = await opens(sandbox);
    const { page } = window;
    await sandbox.charges({ customerName: 'Ada Lovelace' });
    await window.goto('/sandbox');
    await page.getByLabel('Name').fill('one payment');
    await button(window, 'Make a snapshot').click();
    await said(window, 'The snapshot was made.');
    await button(window, '+1 d').click();
    await eventually(
      'the clock to move',
      () => sandbox.clock(),
      ({ now }) => now.startsWith('2026-02-01'),
    );
    await page.getByRole('textbox', { name: 'By' }).fill('2h');
    await button(window, 'Advance').click();
    await eventually(
      'the clock to move',
      () => sandbox.clock(),
      ({ now }) => now === '2026-02-01T11:00:00.000Z',
    );
    await sandbox.charges({ customerName: 'Grace Hopper' });
    await button(window, 'Restore').click();
    await inDialog(window, 'Restore').click();
    await said(window, 'The sandbox is as it was.');
    await window.goto('/payments');
    await page.getByText('Ada Lovelace').waitFor();
    expect(await page.getByText('Grace Hopper').count()).toBe(0);
    await page.getByRole('button', { name: /^Virtual clock/ }).click();
    await page.getByRole('menuitem', { name: '+1 h' }).click();
    await window.goto('/sandbox');
    await button(window, 'Reset').click();
    await inDialog(window, 'Reset').click();
    await said(window, 'The sandbox is empty.');
    await window.goto('/payments');
    await page.getByText('Every payment that is charged stands here').waitFor();
    await window.goto('/sandbox');
    await button(window, 'Delete').click();
    await inDialog(window, 'Delete').click();
    await window.heading('Sign in');
  }, 60_000);

  it('a checkout session is expired', async () => {
    const { merchant, window } = await opens();
    const objects = await makeObjects(merchant, recorder);
    await window.goto(objects['a checkout session']);
    await window.page.getByText('Tea').waitFor();
    await button(window, 'Expire').click();
    await inDialog(window, 'Expire').click();
    await said(window, 'The session was expired.');
    await window.page.getByText('expired').first().waitFor();
  });

  it('an administrator gives a role, and deletes an account', async () => {
    const [user, admin] = await Promise.all([Merchant.joins(gateway), Merchant.systemAdmin(gateway)]);
    const { window } = await opens(admin);
    await window.goto(`/users?search=${encodeURIComponent(user.email)}`);
    await window.page.getByLabel('Role of Acme Corporation').selectOption('admin');
    await said(window, 'The role of Acme Corporation was changed.');
    expect(bodyOf(await user.asks('GET', '/users/me'), 200)).toMatchObject({ role: 'admin' });
    await window.page
      .getByRole('row', { name: new RegExp(user.email) })
      .getByRole('button', { name: 'Delete' })
      .click();
    await inDialog(window, 'Delete').click();
    await said(window, 'The account was deleted.');
    expect((await user.asks('GET', '/users/me')).status).toBe(401);
  });

  it('nobody but an administrator finds the users', async () => {
    const { window } = await opens();
    expect(await window.page.getByRole('link', { name: 'Users' }).count()).toBe(0);
    await window.goto('/users');
    await window.heading('There is no such page');
    window.expectQuiet();
  });
});
