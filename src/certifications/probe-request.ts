import { directHeaders } from '../webhooks/delivery-headers.js';
import { sharedSecretBytes } from '../webhooks/signing-keys.js';
import type { CertificationStyle } from './checks.js';
import type { ProbeMessage } from './probe-messages.js';

/** How far off the timestamp of a stale message is, in ms. Receivers allow 5 minutes. */
const STALE_MS = 600_000;

/** How a message is signed, in the words of the evidence. */
export const SIGNINGS = {
  right: 'signed with the right secret',
  wrong: 'signed with another secret',
  malformed: 'with a signature that is no signature',
  missing: 'without a signature',
  altered: 'with one digit of the amount changed after signing',
  stale: 'rightly signed, with a webhook-timestamp 10 minutes in the past',
  future: 'rightly signed, with a webhook-timestamp 10 minutes in the future',
  unknown_first: 'with two signatures: first by a new secret that the handler does not know, then by the known one',
  unknown_last: 'with two signatures: first by the known secret, then by one that the handler does not know',
} as const;
export type Signing = keyof typeof SIGNINGS;

export interface ProbeSecrets {
  readonly style: CertificationStyle;
  /** What the handler verifies with. */
  readonly known: string;
  readonly unknown: string;
}

export interface ProbeRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The request that carries a message, signed at `now`. */
export function probeRequest(
  message: ProbeMessage,
  signing: Signing,
  { style, known, unknown }: ProbeSecrets,
  now: Date,
): ProbeRequest {
  const offset = signing === 'stale' ? -STALE_MS : signing === 'future' ? STALE_MS : 0;
  const at = new Date(now.getTime() + offset);
  const keys = secretsFor(signing, known, unknown).map(signingKey);
  const headers = Object.entries(directHeaders({ id: message.id, body: message.body, at }, keys)).filter(
    ([name]) => style === 'v1' || !name.startsWith('x-'),
  );
  return {
    headers: Object.fromEntries(headers.flatMap(([name, value]) => signatureAs(signing, name, value))),
    body: signing === 'altered' ? altered(message.body) : message.body,
  };
}

/** The bytes behind `whsec_`; of any other secret its text. */
function signingKey(secret: string): string | Buffer {
  return secret.startsWith('whsec_') ? sharedSecretBytes(secret) : secret;
}

function secretsFor(signing: Signing, known: string, unknown: string): string[] {
  if (signing === 'wrong') return [unknown];
  if (signing === 'unknown_first') return [unknown, known];
  if (signing === 'unknown_last') return [known, unknown];
  return [known];
}

/** The header, without it or with another value if it is a signature and this probe wants so. */
function signatureAs(signing: Signing, name: string, value: string): (readonly [string, string])[] {
  if (!name.endsWith('signature')) return [[name, value]];
  if (signing === 'missing') return [];
  if (signing === 'malformed') return [[name, name === 'x-signature' ? 'no-signature' : 'v1,bm8gc2lnbmF0dXJl']];
  return [[name, value]];
}

/** Another amount of the same length. */
function altered(body: string): string {
  return body.replace(/"amount":(\d)/, (_, digit: string) => `"amount":${(Number(digit) % 9) + 1}`);
}
