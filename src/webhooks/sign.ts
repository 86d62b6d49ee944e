import { createHmac, type KeyObject, sign, timingSafeEqual } from 'node:crypto';

/** The v1 contract's signature: lower-case hex HMAC-SHA256 of the bytes with the account's webhook secret. */
export function signV1(secret: string | Buffer, body: string | Buffer): string {
  return createHmac('sha256', secret).update(body).digest('hex');
}

/**
 * What Standard Webhooks signs.
 *
 * @param timestamp unix seconds
 */
export function signedContent(id: string, timestamp: number, body: string | Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${id}.${timestamp}.`), Buffer.from(body)]);
}

/**
 * The Standard Webhooks signature `v1,<base64 HMAC-SHA256>`.
 *
 * @param key for a `whsec_` secret the bytes behind the prefix, for an account's `SK_` secret its text
 */
export function signShared(key: string | Buffer, content: Buffer): string {
  return `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
}

/** The Standard Webhooks signature `v1a,<base64 ed25519>`. */
export function signAsymmetric(key: KeyObject, content: Buffer): string {
  return `v1a,${sign(null, content, key).toString('base64')}`;
}

/** The dialect's signature `t=<unix seconds>,v1=<hex>`, one for each secret: the key is the whole text of the secret. */
export function signDialect(secrets: readonly string[], timestamp: number, body: string): string {
  const content = `${timestamp}.${body}`;
  return [`t=${timestamp}`, ...secrets.map((secret) => `v1=${signV1(secret, content)}`)].join(',');
}

/** Compares in constant time. */
export function equalInConstantTime(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}
