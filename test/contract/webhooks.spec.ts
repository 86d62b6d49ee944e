import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Gateway, startGateway } from '../support/gateway.js';
import { expectError, expectInvalid } from '../support/http.js';
import { Merchant } from '../support/merchant.js';
import { WebhookRecorder } from '../support/webhook-recorder.js';

let gateway: Gateway;
let merchant: Merchant;
let recorder: WebhookRecorder;
beforeAll(async () => {
  [gateway, recorder] = await Promise.all([startGateway(), WebhookRecorder.start()]);
  merchant = await Merchant.joins(gateway);
});
afterAll(async () => {
  await gateway.stop();
  await recorder.stop();
});

const sign = (secret: string, body: string | Buffer): string => createHmac('sha256', secret).update(body).digest('hex');

describe('The webhook that is sent', () => {
  it('has exactly the form of the contract', async () => {
    const payment = await merchant.charges({ paymentAmount: 1000.5, webhookUrl: recorder.url('/a%20path?with=query') });
    const { body, headers, raw, path } = await recorder.nextOf(payment.id);
    expect(body).toEqual({
      event: 'payment.completed',
      id: payment.id,
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      data: { customerName: 'Acme Corporation', amount: 1000.5, currency: 'USD', status: 'completed' },
    });
    expect(Object.keys(body)).toEqual(['event', 'id', 'timestamp', 'data']);
    expect(path).toBe('/a%20path?with=query');
    expect(headers['content-type']).toMatch(/^application\/json/);
    expect(headers['x-signature']).toBe(sign(merchant.webhookSecret, raw));
  });

  it('says completed only after it is', async () => {
    const { id } = await merchant.charges({ webhookUrl: recorder.url() });
    await recorder.nextOf(id);
    expect((await merchant.gets(id)).status).toBe('completed');
  });

  it('carries the headers of Standard Webhooks', async () => {
    const { id } = await merchant.charges({ webhookUrl: recorder.url() });
    const { headers } = await recorder.nextOf(id);
    expect(headers['webhook-id']).toMatch(/^\S+$/);
    expect(headers['webhook-timestamp']).toMatch(/^\d{10}$/);
    expect(headers['webhook-signature']).toMatch(/^v1,[A-Za-z0-9+/]{43}=$/);
  });

  it('is accepted by POST /webhook-receive as it came', async () => {
    const { id } = await merchant.charges({ customerName: 'Ünïcode "quoted" ☕', webhookUrl: recorder.url() });
    const { raw, headers } = await recorder.nextOf(id);
    const answer = await gateway.request('POST', '/webhook-receive', {
      headers: { ...merchant.withKey, 'x-signature': String(headers['x-signature']) },
      raw: new Uint8Array(raw),
    });
    expect({ status: answer.status, body: answer.body }).toEqual({ status: 200, body: { status: 'verified' } });
  });
});

describe('POST /webhook-receive', () => {
  const receive = (
    raw: string | Uint8Array<ArrayBuffer>,
    signature: string,
    headers: Record<string, string> = merchant.withKey,
  ) => gateway.request('POST', '/webhook-receive', { headers: { ...headers, 'x-signature': signature }, raw });
  const verified = { status: 200, body: { status: 'verified' } };

  it.each([
    '{"a":1,"b":[1,2]}',
    '{ "a" : 1 }',
    '{"a": 1.0}',
    '{"b":1,"a":{"z":null}}',
    '{"text":"a  b\\n\\"c\\" , : d"}',
    '{"unicode":"\\u00e9é"}',
  ])('accepts the signature of the raw bytes of %s', async (body) => {
    expect(await receive(body, sign(merchant.webhookSecret, body))).toMatchObject(verified);
  });

  it.each([
    ['{ "a" : 1, "b": [ 1, 2 ] }', '{"a":1,"b":[1,2]}'],
    ['{"amount": 1000.50, "text": "a , b : c"}', '{"amount":1000.50,"text":"a , b : c"}'],
    [
      '{\n  "event": "payment.completed",\n  "data": {\n    "amount": 1000.0\n  }\n}\n',
      '{"event":"payment.completed","data":{"amount":1000.0}}',
    ],
  ])('accepts the signature of the compact form of %j', async (sent, compact) => {
    expect(await receive(sent, sign(merchant.webhookSecret, compact))).toMatchObject(verified);
  });

  it('refuses a signature of other bytes', async () => {
    const body = '{"amount":1000.5}';
    const right = sign(merchant.webhookSecret, body);
    expectError(await receive('{"amount":1000.6}', right), 401, 'Invalid webhook signature');
    expectError(await receive(`${body} x`, right), 401, 'Invalid webhook signature');
    expectError(
      await receive('{"a":"b c"}', sign(merchant.webhookSecret, '{"a":"bc"}')),
      401,
      'Invalid webhook signature',
    );
  });

  it.each([
    ['upper case', (right: string) => right.toUpperCase()],
    ['a prefix', (right: string) => `sha256=${right}`],
    ['a part', (right: string) => right.slice(0, 32)],
    ['other text', () => 'ü'.repeat(32)],
  ])('refuses %s in place of the lower-case hex signature', async (_what, change) => {
    const body = '{"a":1}';
    const signature = Buffer.from(change(sign(merchant.webhookSecret, body)), 'utf8').toString('latin1');
    expectError(await receive(body, signature), 401, 'Invalid webhook signature');
  });

  it("refuses a signature with another account's secret", async () => {
    const other = await Merchant.joins(gateway);
    const body = '{"a":1}';
    expectError(await receive(body, sign(other.webhookSecret, body)), 401, 'Invalid webhook signature');
    expect(await receive(body, sign(other.webhookSecret, body), other.withKey)).toMatchObject(verified);
  });

  it('refuses an unknown key in its own words', async () => {
    const body = '{"a":1}';
    expectError(
      await receive(body, sign(merchant.webhookSecret, body), { 'x-api-key': 'PK_LIVE_unknown' }),
      401,
      'Invalid X-API-Key',
    );
  });

  it('names each missing header', async () => {
    const post = (headers: Record<string, string>) =>
      gateway.request('POST', '/webhook-receive', { headers, json: { a: 1 } });
    expectInvalid(
      await post({}),
      { loc: ['header', 'X-API-Key'], type: 'missing' },
      { loc: ['header', 'X-Signature'], type: 'missing' },
    );
    expectInvalid(await post(merchant.withKey), { loc: ['header', 'X-Signature'], type: 'missing' });
    expectInvalid(await post({ 'x-signature': 'x' }), { loc: ['header', 'X-API-Key'], type: 'missing' });
  });
});
