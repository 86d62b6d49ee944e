import { createPublicKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { ed25519Key, newKeyMaterial, sharedSecretBytes } from './signing-keys.js';

describe('Key material', () => {
  it('of v1 is whsec_ and the base64 of 24 to 64 bytes, another each time', () => {
    const [one, two] = [newKeyMaterial('v1'), newKeyMaterial('v1')];
    expect(one).toEqual({ version: 'v1', secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]+=*$/), publicKey: null });
    expect(sharedSecretBytes(one.secret).length).toBeGreaterThanOrEqual(24);
    expect(sharedSecretBytes(one.secret).length).toBeLessThanOrEqual(64);
    expect(one.secret).not.toBe(two.secret);
  });

  it('of v1a is whsk_ (seed and public key) and the whpk_ that belongs to it', () => {
    const { secret, publicKey } = newKeyMaterial('v1a');
    expect(secret).toMatch(/^whsk_/);
    expect(Buffer.from(secret.slice(5), 'base64')).toHaveLength(64);
    const derived = createPublicKey(ed25519Key(secret)).export({ format: 'der', type: 'spki' }).subarray(-32);
    expect(`whpk_${derived.toString('base64')}`).toBe(publicKey);
  });
});
