import { createHmac, generateKeyPairSync, verify } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { equalInConstantTime, signAsymmetric, signedContent, signShared, signV1 } from './sign.js';

const now = (): number => Math.floor(Date.now() / 1000);

describe('The v1 signature', () => {
  it('is the lower-case hex HMAC-SHA256 of known text', () => {
    // RFC 4231, test case 2.
    expect(signV1('Jefe', 'what do ya want for nothing?')).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
  });

  it('is of the bytes: a text and its UTF-8 have the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(signV1('secret', text)).toBe(signV1('secret', Buffer.from(text, 'utf8')));
      }),
    );
  });
});

describe('The signature of Standard Webhooks', () => {
  it('is verified by the library of that project', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 24, maxLength: 64 }),
        fc.stringMatching(/^[a-z]+_[0-9a-f]{1,30}$/),
        fc.jsonValue(),
        (bytes, id, value) => {
          const [key, body, timestamp] = [Buffer.from(bytes), JSON.stringify(value), now()];
          const headers = {
            'webhook-id': id,
            'webhook-timestamp': String(timestamp),
            'webhook-signature': signShared(key, signedContent(id, timestamp, body)),
          };
          expect(new Webhook(`whsec_${key.toString('base64')}`).verify(body, headers)).toEqual(JSON.parse(body));
        },
      ),
    );
  });

  it('is not that of another id, time, body or key', () => {
    const key = Buffer.alloc(32, 1);
    const right = signShared(key, signedContent('evt_1', 1_700_000_000, '{}'));
    expect(right).toBe(`v1,${createHmac('sha256', key).update('evt_1.1700000000.{}').digest('base64')}`);
    for (const other of [
      signShared(key, signedContent('evt_2', 1_700_000_000, '{}')),
      signShared(key, signedContent('evt_1', 1_700_000_001, '{}')),
      signShared(key, signedContent('evt_1', 1_700_000_000, '{ }')),
      signShared(Buffer.alloc(32, 2), signedContent('evt_1', 1_700_000_000, '{}')),
    ]) {
      expect(other).not.toBe(right);
    }
  });

  it('by ed25519 is verified with the public key alone', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const content = signedContent('evt_1', 1_700_000_000, '{"a":"é"}');
    const [version, signature = ''] = signAsymmetric(privateKey, content).split(',');
    expect(version).toBe('v1a');
    expect(verify(null, Buffer.from('evt_1.1700000000.{"a":"é"}'), publicKey, Buffer.from(signature, 'base64'))).toBe(
      true,
    );
    expect(verify(null, Buffer.from('evt_1.1700000001.{"a":"é"}'), publicKey, Buffer.from(signature, 'base64'))).toBe(
      false,
    );
  });
});

describe('equalInConstantTime', () => {
  it('says what === says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (a, b) => {
        expect(equalInConstantTime(a, b)).toBe(a === b);
        expect(equalInConstantTime(a, a)).toBe(true);
      }),
    );
  });
});
