import { hash, randomBytes } from 'node:crypto';

/** A new API key: 192 random bits. */
export function newApiKey(): string {
  return `PK_LIVE_${randomBytes(24).toString('hex')}`;
}

/** A new webhook secret of an account: 256 random bits. */
export function newWebhookSecret(): string {
  return `SK_${randomBytes(32).toString('hex')}`;
}

/** What is stored of an API key: it has too much entropy to need a slow hash. */
export function hashApiKey(key: string): string {
  return hash('sha256', key, 'hex');
}
