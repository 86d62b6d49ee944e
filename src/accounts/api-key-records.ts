import type { ApiKey } from './account.schema.js';
import { hashApiKey, newApiKey, type KeyStyle } from './credentials.js';
import { newKeyPair } from './stripe-keys.js';

/** A key as its owner gets it. */
export interface PlainKeys {
  readonly apiKey: string;
  /** The publishable key that belongs to it, in the style of Stripe. */
  readonly publishableKey?: string;
}

export function newPlainKeys(style: KeyStyle): PlainKeys {
  if (style === 'gateway') return { apiKey: newApiKey() };
  const { secretKey, publishableKey } = newKeyPair();
  return { apiKey: secretKey, publishableKey };
}

/** What is stored of a key: the key itself, then its publishable key if it has one. */
export function apiKeyRecords(
  { id, name }: Pick<ApiKey, 'id' | 'name'>,
  { apiKey, publishableKey }: PlainKeys,
  now: Date,
): [ApiKey, ...ApiKey[]] {
  const record = (key: string, kind: Pick<ApiKey, 'style' | 'publishable'> = {}): ApiKey => ({
    id,
    name,
    hash: hashApiKey(key),
    last4: key.slice(-4),
    createdAt: now,
    lastUsedAt: null,
    ...kind,
  });
  if (publishableKey === undefined) return [record(apiKey)];
  return [record(apiKey, { style: 'stripe' }), record(publishableKey, { style: 'stripe', publishable: true })];
}
