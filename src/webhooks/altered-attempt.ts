import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

/** How an attempt differs from one that nobody changes. */
export type Alteration =
  | { readonly kind: 'drop' }
  /** Until a time of the account's clock, or until a later delivery to the target was sent. */
  | { readonly kind: 'hold'; readonly until: Date; readonly forNext: boolean }
  | { readonly kind: 'repeat'; readonly count: number }
  | { readonly kind: 'corrupt' }
  | { readonly kind: 'sign'; readonly as: 'wrong' | 'none' | 'stale' | 'other_secret' }
  | { readonly kind: 'slow'; readonly ms: number };

type Headers = Readonly<Record<string, string>>;

/** Signs the message for a time, with secrets that are derived from the true ones. */
export type SignAt = (agoMs: number, secretOf: (secret: string) => string) => Headers;

const STALE_MS = 10 * 60_000;
const SLOW_PARTS = 10;

export const sameSecret = (secret: string): string => secret;

/** What is sent in place of the rightly signed body. */
export function alterMessage(how: Alteration, sign: SignAt, body: string): { headers: Headers; body: string } {
  const headers = sign(0, sameSecret);
  if (how.kind === 'corrupt') return { headers, body: corrupted(body) };
  if (how.kind !== 'sign') return { headers, body };
  switch (how.as) {
    case 'wrong':
      return { headers: withSignatures(headers, wrong), body };
    case 'none':
      return { headers: withSignatures(headers, () => null), body };
    case 'stale':
      return { headers: sign(STALE_MS, sameSecret), body };
    case 'other_secret':
      return { headers: sign(0, otherSecret), body };
  }
}

/** The body in parts over a time, the last one at its end. */
export async function* slowly(body: string, ms: number, aborted: AbortSignal): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(body);
  const size = Math.max(1, Math.ceil(bytes.length / SLOW_PARTS));
  for (let from = 0; from < bytes.length; from += size) {
    await delay(ms / SLOW_PARTS, undefined, { signal: aborted });
    yield bytes.subarray(from, from + size);
  }
}

/** Still JSON, so that only a check of the signature notices. */
function corrupted(body: string): string {
  return body.endsWith('}') ? `${body.slice(0, -1)},"corrupted":true}` : `${body} `;
}

function withSignatures(headers: Headers, change: (value: string) => string | null): Headers {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => {
      if (!name.includes('signature')) return [[name, value]];
      const changed = change(value);
      return changed === null ? [] : [[name, changed]];
    }),
  );
}

/** Changes the first character of each signature. */
function wrong(value: string): string {
  return value
    .split(' ')
    .map((signature) => {
      const at = signature.indexOf(',') + 1;
      const first = signature.charAt(at) === 'a' ? 'b' : 'a';
      return `${signature.slice(0, at)}${first}${signature.slice(at + 1)}`;
    })
    .join(' ');
}

/** A secret of the same form that nobody has. */
function otherSecret(secret: string): string {
  const digest = createHash('sha256').update(`another secret ${secret}`).digest();
  const prefix = /^whs(?:ec|k)_/.exec(secret)?.[0];
  return prefix === undefined ? `SK_${digest.toString('hex')}` : `${prefix}${digest.toString('base64')}`;
}
