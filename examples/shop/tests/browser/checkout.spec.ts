import { browser } from './browser.ts';
import { expect, test } from './test.ts';

test.skip(browser === undefined, 'There is no Chromium.');

test('a customer authenticates with 3-D Secure, and the parcel leaves', async ({ page, shop, site }) => {
  await page.goto(site.url);
  await page.getByLabel('Teapot').check();
  await page.getByLabel('Your name').fill('Ada Lovelace');
  await page.getByLabel('Card').selectOption({ label: 'Visa ending in 3184, which asks for 3-D Secure' });
  await page.getByRole('button', { name: 'Pay' }).click();

  // The page of the bank, at the gateway.
  expect(page.url()).toContain(shop.url);
  await page.getByRole('button', { name: 'Complete authentication' }).click();

  expect(page.url()).toContain(site.url);
  await expect(page.getByRole('status')).toContainText('You are charged when it leaves.');
  await page.getByRole('button', { name: 'Ship' }).click();
  await expect(page.getByRole('status')).toContainText('on its way, and paid');
  await page.getByRole('button', { name: 'Refund' }).click();
  await expect(page.getByRole('status')).toContainText('You have your money back.');
  await shop.event('refund.completed');
});

test('a customer who fails 3-D Secure is not charged, and may try again', async ({ page, shop, site }) => {
  await page.goto(site.url);
  await page.getByLabel('Your name').fill('Ada Lovelace');
  await page.getByLabel('Card').selectOption('pm_card_authenticationRequired');
  await page.getByRole('button', { name: 'Pay' }).click();
  await page.getByRole('button', { name: 'Fail authentication' }).click();
  await expect(page.getByRole('status')).toContainText('Your bank declined the payment.');
  const { data } = await shop.event('payment.failed');
  expect(data.amountCaptured).toBe(0);

  await page.getByLabel('Card').selectOption('pm_card_visa');
  await page.getByRole('button', { name: 'Pay' }).click();
  await expect(page.getByRole('status')).toContainText('Thank you!');
});
