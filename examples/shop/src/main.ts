import { createClient } from 'mock-payment-gateway/client';
import { createShop, type ShopSettings } from './shop.ts';

const { env } = process;
const port = Number(env.PORT ?? 4000);
const publicUrl = env.PUBLIC_URL ?? `http://127.0.0.1:${port}`;
const gatewayUrl = env.GATEWAY_URL ?? 'http://127.0.0.1:3000';

/** Without an account of its own, the shop takes a new one of the gateway, and keeps its orders as long as that. */
async function tryOut(): Promise<Pick<ShopSettings, 'apiKey' | 'webhookSecret' | 'database'>> {
  const { apiKey } = await createClient({ url: gatewayUrl }).sandboxes.create({ name: 'Example shop' });
  const { secret } = await createClient({ url: gatewayUrl, apiKey }).webhookEndpoints.create({
    url: `${publicUrl}/webhooks`,
  });
  return { apiKey, webhookSecret: secret ?? '', database: ':memory:' };
}

const account =
  env.GATEWAY_API_KEY && env.WEBHOOK_SECRET
    ? { apiKey: env.GATEWAY_API_KEY, webhookSecret: env.WEBHOOK_SECRET, database: env.DATABASE ?? 'shop.sqlite' }
    : await tryOut();

const shop = createShop({ gatewayUrl, publicUrl, ...account });
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void shop.close());
await shop.listen({ port, host: '127.0.0.1' });
console.log(`The shop is open: ${publicUrl}`);
