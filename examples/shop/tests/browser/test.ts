import { test as gatewayTest } from 'mock-payment-gateway/testing/playwright';
import { Site } from '../site.ts';

export { expect } from 'mock-payment-gateway/testing/playwright';

/** Each test has a shop, `site`, with an account of its own at the gateway, `shop`. */
export const test = gatewayTest.extend<{ site: Site }>({
  site: async ({ shop }, use) => {
    const site = await Site.open(shop);
    await use(site);
    await site.close();
  },
});
