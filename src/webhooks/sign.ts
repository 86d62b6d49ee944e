import { createHmac, timingSafeEqual } from 'node:crypto';

/** The v1 signature: lower-case hex HMAC-SHA256 of the bytes with the account's webhook secret. */
export function signV1(secret: string, body: string | Buffer): string {
  return createHmac('sha256', secret).update(body).digest('hex');
}

/**
 * The Standard Webhooks signature `v1,<base64 HMAC-SHA256>` of `id.timestamp.body`.
 *
 * @param key for a `whsec_` secret the bytes behind the prefix, for an account's `SK_` secret its text
 * @param timestamp unix seconds
 */
export function signStandard(key: string | Buffer, id: string, timestamp: number, body: string): string {
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}

/** Compares without telling by its time how much was right. */
export function equalInConstantTime(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}
