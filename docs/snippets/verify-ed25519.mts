import { createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import process from 'node:process';

// An ed25519 key in the form that node:crypto reads is this and the 32 bytes of the key (RFC 8410).
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

/** Whether the raw bytes of `body` came from the gateway, within five minutes; `publicKey` is the endpoint's `whpk_…`. */
export function verifyAsymmetric(publicKey: string, id: string, timestamp: string, signatures: string, body: Uint8Array): boolean {
  if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) <= 300)) return false;
  const der = Buffer.concat([SPKI, Buffer.from(publicKey.slice('whpk_'.length), 'base64')]);
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  const content = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
  return signatures.split(' ').some((signature) => signature.startsWith('v1a,') && verify(null, content, key, Buffer.from(signature.slice('v1a,'.length), 'base64')));
}

// The body on standard input, key and headers in the environment; exit code 0 where it is right.
const { WEBHOOK_PUBLIC_KEY = '', WEBHOOK_ID = '', WEBHOOK_TIMESTAMP = '', WEBHOOK_SIGNATURE = '' } = process.env;
const right = verifyAsymmetric(WEBHOOK_PUBLIC_KEY, WEBHOOK_ID, WEBHOOK_TIMESTAMP, WEBHOOK_SIGNATURE, readFileSync(0));
console.log(right ? 'verified' : 'refused');
process.exitCode = right ? 0 : 1;
