import { createPrivateKey, generateKeyPairSync, randomBytes, randomInt } from 'node:crypto';
import type { SignatureVersion } from './webhook-endpoint.schema.js';

/** Key material in the forms of Standard Webhooks. */
export interface KeyMaterial {
  readonly version: SignatureVersion;
  /** `whsec_` or `whsk_` and base64. */
  readonly secret: string;
  /** `whpk_` and base64; null for a shared secret. */
  readonly publicKey: string | null;
}

const SECRET_BYTES = 32;
const RAW_KEY_BYTES = 32;

// PKCS #8 of an ed25519 private key is this and the 32 bytes of the seed (RFC 8410).
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

export function newKeyMaterial(version: SignatureVersion): KeyMaterial {
  if (version === 'v1')
    return { version, secret: `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`, publicKey: null };
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const seed = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-RAW_KEY_BYTES);
  const rawPublic = publicKey.export({ format: 'der', type: 'spki' }).subarray(-RAW_KEY_BYTES);
  return {
    version,
    secret: `whsk_${Buffer.concat([seed, rawPublic]).toString('base64')}`,
    publicKey: `whpk_${rawPublic.toString('base64')}`,
  };
}

const DIALECT_SECRET_LENGTH = 32;
const LETTERS_AND_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** A secret as the dialect's users know it, which is base64 too: so both kinds of signatures can use it. */
export function newDialectSecret(): KeyMaterial {
  const characters = Array.from({ length: DIALECT_SECRET_LENGTH }, () =>
    LETTERS_AND_DIGITS.charAt(randomInt(LETTERS_AND_DIGITS.length)),
  );
  return { version: 'v1', secret: `whsec_${characters.join('')}`, publicKey: null };
}

/** The bytes behind `whsec_`. */
export function sharedSecretBytes(secret: string): Buffer {
  return Buffer.from(secret.slice('whsec_'.length), 'base64');
}

/** The private key behind `whsk_`. */
export function ed25519Key(secret: string) {
  const seed = Buffer.from(secret.slice('whsk_'.length), 'base64').subarray(0, RAW_KEY_BYTES);
  return createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' });
}
