import { createHmac, createPublicKey, timingSafeEqual, verify } from 'node:crypto';
import type { components } from './api.js';

/** What the gateway sends to webhook endpoints. */
export type WebhookEvent = components['schemas']['WebhookDto'];

/** The headers of a request, as fetch, Node and web frameworks have them. Names in any case. */
export type WebhookHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

export interface VerifyOptions {
  /** How old a message may be, and how far ahead of this machine's clock, in seconds; 300. */
  readonly toleranceSeconds?: number;
  /** The time to compare with; now. */
  readonly now?: Date;
}

/** The message is not one that the gateway signed just now: answer 400, and do nothing else. */
export class WebhookVerificationError extends Error {
  override readonly name = 'WebhookVerificationError';
}

/** DER of an ed25519 public key, before its 32 bytes (RFC 8410). */
const ED25519_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/**
 * Checks the signature of a webhook (Standard Webhooks) and returns its event.
 *
 * @param body exactly as received: parsing and printing JSON again changes it
 * @param secret the endpoint's `whsec_…` or `whpk_…`, or the account's `SK_…`; several while a secret is rotated
 * @throws WebhookVerificationError
 */
export function verifyWebhook(
  body: string | Uint8Array,
  headers: WebhookHeaders,
  secret: string | readonly string[],
  { toleranceSeconds = 300, now = new Date() }: VerifyOptions = {},
): WebhookEvent {
  const id = header(headers, 'webhook-id');
  const timestamp = header(headers, 'webhook-timestamp');
  const signatures = header(headers, 'webhook-signature');
  if (!/^\d{1,12}$/.test(timestamp)) throw new WebhookVerificationError('The webhook-timestamp is not a number.');
  const distance = Math.abs(now.getTime() / 1000 - Number(timestamp));
  if (distance > toleranceSeconds)
    throw new WebhookVerificationError(`The webhook-timestamp is more than ${toleranceSeconds} s off.`);
  const content = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), Buffer.from(body)]);
  const given = signatures.split(' ');
  const secrets = typeof secret === 'string' ? [secret] : secret;
  if (!secrets.some((candidate) => given.some((signature) => isSignedWith(candidate, signature, content))))
    throw new WebhookVerificationError('No webhook-signature fits the body and the secret.');
  return JSON.parse(Buffer.from(body).toString('utf8')) as WebhookEvent;
}

function isSignedWith(secret: string, signature: string, content: Buffer): boolean {
  const [version, value = ''] = signature.split(',', 2);
  const bytes = Buffer.from(value, 'base64');
  if (secret.startsWith('whpk_')) {
    if (version !== 'v1a') return false;
    const raw = Buffer.from(secret.slice('whpk_'.length), 'base64');
    const key = createPublicKey({ key: Buffer.concat([ED25519_PREFIX, raw]), format: 'der', type: 'spki' });
    return verify(null, content, key, bytes);
  }
  if (version !== 'v1') return false;
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : secret;
  const expected = createHmac('sha256', key).update(content).digest();
  return expected.length === bytes.length && timingSafeEqual(expected, bytes);
}

function isHeaders(headers: WebhookHeaders): headers is Headers {
  return typeof headers.get === 'function';
}

function header(headers: WebhookHeaders, name: string): string {
  const value = isHeaders(headers)
    ? headers.get(name)
    : Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  if (typeof value !== 'string' || value === '')
    throw new WebhookVerificationError(`The ${name} header is missing, so the gateway did not send this.`);
  return value;
}
