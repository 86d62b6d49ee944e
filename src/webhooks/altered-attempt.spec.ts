import { describe, expect, it } from '@jest/globals';
import { type Alteration, alterMessage, type SignAt, slowly } from './altered-attempt.js';

const body = '{"id":"evt_1"}';
const sign: SignAt = (agoMs, secretOf) => ({
  'webhook-id': 'evt_1',
  'webhook-timestamp': String(1000 - agoMs / 1000),
  'webhook-signature': `v1,${secretOf('whsec_a')} v1a,${secretOf('whsk_b')}`,
  'x-signature': secretOf('SK_c'),
});
const plain = sign(0, (secret) => secret);

describe('An altered message', () => {
  it('is changed after it was signed', () => {
    const { headers, body: sent } = alterMessage({ kind: 'corrupt' }, sign, body);
    expect(headers).toEqual(plain);
    expect(JSON.parse(sent)).toEqual({ id: 'evt_1', corrupted: true });
  });

  it.each<[Alteration & { kind: 'sign' }, (headers: Readonly<Record<string, string>>) => void]>([
    [
      { kind: 'sign', as: 'wrong' },
      (headers) => {
        expect(headers['webhook-signature']).toBe('v1,ahsec_a v1a,ahsk_b');
        expect(headers['x-signature']).toBe('aK_c');
      },
    ],
    [
      { kind: 'sign', as: 'none' },
      (headers) => {
        expect(Object.keys(headers)).toEqual(['webhook-id', 'webhook-timestamp']);
      },
    ],
    [
      { kind: 'sign', as: 'stale' },
      (headers) => {
        expect(headers).toEqual({ ...plain, 'webhook-timestamp': '400' });
      },
    ],
    [
      { kind: 'sign', as: 'other_secret' },
      (headers) => {
        expect(headers['webhook-signature']).toMatch(/^v1,whsec_[A-Za-z0-9+/]{43}= v1a,whsk_[A-Za-z0-9+/]{43}=$/);
        expect(headers['x-signature']).toMatch(/^SK_[0-9a-f]{64}$/);
      },
    ],
  ])('%j', (how, check) => {
    const altered = alterMessage(how, sign, body);
    expect(altered.body).toBe(body);
    check(altered.headers);
  });

  it('stays as it is where only its sending changes', () => {
    expect(alterMessage({ kind: 'repeat', count: 2 }, sign, body)).toEqual({ headers: plain, body });
  });

  it('is complete when it is sent slowly', async () => {
    const parts: Buffer[] = [];
    for await (const part of slowly(body, 10, new AbortController().signal)) parts.push(part);
    expect(parts.length).toBeGreaterThan(1);
    expect(Buffer.concat(parts).toString()).toBe(body);
  });
});
