import { signAsymmetric, signDialect, signedContent, signShared, signV1 } from './sign.js';
import { ed25519Key, sharedSecretBytes } from './signing-keys.js';
import type { SignatureVersion } from './webhook-endpoint.schema.js';

/** The message of an attempt: `id` is the same for all retries; `at` becomes `webhook-timestamp`. */
interface Message {
  readonly id: string;
  readonly body: string;
  readonly at: Date;
}

function standardHeaders({ id, at }: Message, signatures: readonly string[]): Record<string, string> {
  return {
    'content-type': 'application/json',
    'user-agent': 'mock-payment-gateway/1',
    'webhook-id': id,
    'webhook-timestamp': String(unixSeconds(at)),
    'webhook-signature': signatures.join(' '),
  };
}

/** To an endpoint: one Standard Webhooks signature for each live key, and the dialect's where that is spoken. */
export function endpointHeaders(
  message: Message,
  keys: readonly { version: SignatureVersion; secret: string }[],
  speaksDialect = false,
): Record<string, string> {
  const content = signedContent(message.id, unixSeconds(message.at), message.body);
  const signatures = keys.map(({ version, secret }) =>
    version === 'v1' ? signShared(sharedSecretBytes(secret), content) : signAsymmetric(ed25519Key(secret), content),
  );
  return {
    ...standardHeaders(message, signatures),
    ...(speaksDialect && {
      'stripe-signature': signDialect(
        keys.filter(({ version }) => version === 'v1').map(({ secret }) => secret),
        unixSeconds(message.at),
        message.body,
      ),
    }),
  };
}

/**
 * To a payment's webhook URL: the v1 header and, beside it, those of Standard Webhooks. While the secret is rotated,
 * both sign.
 */
export function directHeaders(message: Message, secrets: readonly (string | Buffer)[]): Record<string, string> {
  const content = signedContent(message.id, unixSeconds(message.at), message.body);
  const [current = '', previous] = secrets;
  return {
    ...standardHeaders(
      message,
      secrets.map((secret) => signShared(secret, content)),
    ),
    'x-signature': signV1(current, message.body),
    ...(previous !== undefined && { 'x-signature-previous': signV1(previous, message.body) }),
  };
}

function unixSeconds(at: Date): number {
  return Math.floor(at.getTime() / 1000);
}
