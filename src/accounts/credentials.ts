import { hash, randomBytes } from 'node:crypto';

/** The `passwordHash` of an account without a password: no password has this hash. */
export const NO_PASSWORD = '-';

/** In which form a key is written: the gateway's own, or that of the Stripe-compatible dialect. */
export const KEY_STYLES = ['gateway', 'stripe'] as const;
export type KeyStyle = (typeof KEY_STYLES)[number];

/** Creates an API key with 192 random bits. */
export function newApiKey(): string {
  return `PK_LIVE_${randomBytes(24).toString('hex')}`;
}

/** Creates a webhook secret for an account, with 256 random bits. */
export function newWebhookSecret(): string {
  return `SK_${randomBytes(32).toString('hex')}`;
}

/** Returns the hash under which an API key is stored. A key has enough entropy for a fast hash. */
export function hashApiKey(key: string): string {
  return hash('sha256', key, 'hex');
}
