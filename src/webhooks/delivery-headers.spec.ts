import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { directHeaders, endpointHeaders } from './delivery-headers.js';
import { newKeyMaterial } from './signing-keys.js';

const message = { id: 'evt_1', body: '{"a":"é"}', at: new Date() };

describe('The headers of a delivery', () => {
  it('to an endpoint have one signature for each live key', () => {
    const keys = [newKeyMaterial('v1'), newKeyMaterial('v1a'), newKeyMaterial('v1')] as const;
    const headers = endpointHeaders(message, keys);
    expect(headers['webhook-signature']?.split(' ').map((signature) => signature.split(',')[0])).toEqual([
      'v1',
      'v1a',
      'v1',
    ]);
    for (const { secret } of [keys[0], keys[2]]) new Webhook(secret).verify(message.body, headers);
    expect(headers['webhook-timestamp']).toBe(String(Math.floor(message.at.getTime() / 1000)));
  });

  it('to a webhook URL have the v1 signature, and the one before while the secret is rotated', () => {
    const v1 = (secret: string): string => createHmac('sha256', secret).update(message.body).digest('hex');
    expect(directHeaders(message, ['SK_new', 'SK_old'])).toMatchObject({
      'x-signature': v1('SK_new'),
      'x-signature-previous': v1('SK_old'),
    });
    expect(directHeaders(message, ['SK_new'])).not.toHaveProperty('x-signature-previous');
    for (const secret of ['SK_new', 'SK_old'])
      new Webhook(secret, { format: 'raw' }).verify(message.body, directHeaders(message, ['SK_new', 'SK_old']));
  });
});
