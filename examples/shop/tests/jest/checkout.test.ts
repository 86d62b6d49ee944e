import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { useGateway } from 'mock-payment-gateway/testing/jest';
import { Site } from '../site.ts';

describe('With an account for each test', () => {
  const { shop } = useGateway();
  let site: Site;
  beforeEach(async () => {
    site = await Site.open(shop);
  });
  afterEach(() => site.close());

  it('the customer is charged when the parcel leaves', async () => {
    const order = await site.buy({ article: 'kettle' });
    await site.press(order, 'ship');
    const { data } = await shop.webhooks.next('payment.completed');
    expect(data).toMatchObject({ orderReference: order, amountCaptured: 89.95 });
    expect(await site.read(order)).toContain('on its way, and paid');
  });

  it('the customer is told why a card is declined', async () => {
    const order = await site.buy({ card: 'pm_card_chargeDeclinedInsufficientFunds' });
    const { data } = await shop.event('payment.failed');
    expect(data.failure).toMatchObject({ declineCode: 'insufficient_funds', advice: 'try_another_card' });
    expect(await site.read(order)).toContain(data.failure?.message);
  });
});

describe('With a clock that stands still', () => {
  const { shop } = useGateway({ clock: { now: '2026-01-31T09:00:00Z' } });

  it('a customer who does not come back from 3-D Secure has not paid', async () => {
    const site = await Site.open(shop);
    const order = await site.buy({ card: 'pm_card_authenticationRequired' });
    expect(await site.read(order)).toContain('Your bank wants to be sure that it is you.');
    await shop.clock.advance('30m');
    expect(await site.read(order)).toContain('Your bank declined the payment.');
    await site.close();
  });
});
