import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { type Gateway, startGateway } from '../support/gateway.js';
import { type Answer, expectError, expectInvalid } from '../support/http.js';
import { Merchant } from '../support/merchant.js';
import { createEndpoint, signedHeaders, testEndpoint } from '../support/webhook-endpoints.js';
import { type Received, WebhookRecorder } from '../support/webhook-recorder.js';

let gateway: Gateway;
let recorder: WebhookRecorder;
beforeAll(async () => {
  [gateway, recorder] = await Promise.all([startGateway(), WebhookRecorder.start()]);
});
afterAll(async () => {
  await gateway.stop();
  await recorder.stop();
});

const BODY = '{"type":"a","data":{}}';

const signed = (
  webhook: Webhook,
  { id = `msg_${randomUUID()}`, at = new Date(), body = BODY } = {},
): Record<string, string> => ({
  'webhook-id': id,
  'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
  'webhook-signature': webhook.sign(id, at, body),
});
const withAccount = ({ webhookSecret }: Merchant): Webhook => new Webhook(webhookSecret, { format: 'raw' });
const receive = (
  merchant: Merchant,
  headers: Readonly<Record<string, string>>,
  raw: string | Uint8Array<ArrayBuffer> = BODY,
): Promise<Answer> =>
  gateway.request('POST', '/webhook-receive', { headers: { ...merchant.withKey, ...headers }, raw });
const expectVerified = ({ status, body }: Answer): void => {
  expect({ status, body }).toEqual({ status: 200, body: { status: 'verified' } });
};
const secondsAgo = (seconds: number): Date => new Date(Date.now() - seconds * 1000);

describe('POST /webhook-receive with the headers of Standard Webhooks', () => {
  it("accepts the account's secret", async () => {
    const merchant = await Merchant.joins(gateway);
    expectVerified(await receive(merchant, signed(withAccount(merchant))));
  });

  it("accepts each endpoint's secret, and the one before while it is rotated", async () => {
    const merchant = await Merchant.joins(gateway);
    const [one, two] = [await createEndpoint(merchant, recorder.url()), await createEndpoint(merchant, recorder.url())];
    const rotated = await merchant.asks<{ secret: string }>('POST', `/webhooks/endpoints/${two.id}/rotate-secret`);
    for (const secret of [one.secret, two.secret, rotated.body.secret])
      expectVerified(await receive(merchant, signed(new Webhook(secret))));
    const other = await Merchant.joins(gateway);
    expectError(await receive(other, signed(new Webhook(one.secret))), 401, 'Invalid webhook signature');
  });

  it('accepts one right signature among wrong ones', async () => {
    const merchant = await Merchant.joins(gateway);
    const headers = signed(withAccount(merchant));
    expectVerified(
      await receive(merchant, {
        ...headers,
        'webhook-signature': `v1,AAAA v2,x ${headers['webhook-signature'] ?? ''}`,
      }),
    );
  });

  it.each([
    ['more than 5 minutes old', 310],
    ['more than 5 minutes ahead', -310],
  ])('refuses a timestamp %s', async (_what, seconds) => {
    const merchant = await Merchant.joins(gateway);
    expectError(
      await receive(merchant, signed(withAccount(merchant), { at: secondsAgo(seconds) })),
      401,
      'The webhook-timestamp is more than 5 minutes off',
    );
  });

  it.each([290, -290])('accepts a timestamp %i seconds off', async (seconds) => {
    const merchant = await Merchant.joins(gateway);
    expectVerified(await receive(merchant, signed(withAccount(merchant), { at: secondsAgo(seconds) })));
  });

  it.each(['', 'now', '1e9', '-5', '1.5', '99999999999999'])('refuses the timestamp %j', async (timestamp) => {
    const merchant = await Merchant.joins(gateway);
    const answer = await receive(merchant, { ...signed(withAccount(merchant)), 'webhook-timestamp': timestamp });
    expect(answer.status).toBe(timestamp === '' ? 422 : 401);
  });

  it('refuses an id that it accepted before, of this account only; one that it refused may come again', async () => {
    const [merchant, other] = [await Merchant.joins(gateway), await Merchant.joins(gateway)];
    const id = `msg_${randomUUID()}`;
    expectError(
      await receive(merchant, signed(new Webhook('wrong', { format: 'raw' }), { id })),
      401,
      'Invalid webhook signature',
    );
    expectVerified(await receive(merchant, signed(withAccount(merchant), { id })));
    expectError(
      await receive(merchant, signed(withAccount(merchant), { id })),
      409,
      `The webhook '${id}' was received before.`,
    );
    expectVerified(await receive(other, signed(withAccount(other), { id })));
  });

  it('accepts one of many that come at once with one id', async () => {
    const merchant = await Merchant.joins(gateway);
    const headers = signed(withAccount(merchant));
    const statuses = (await Promise.all(Array.from({ length: 10 }, () => receive(merchant, headers))))
      .map(({ status }) => status)
      .sort();
    expect(statuses).toEqual([200, ...Array.from({ length: 9 }, () => 409)]);
  });

  it('refuses other bytes, another id and another time than were signed', async () => {
    const merchant = await Merchant.joins(gateway);
    const headers = signed(withAccount(merchant));
    expectError(await receive(merchant, headers, `${BODY} `), 401, 'Invalid webhook signature');
    expectError(await receive(merchant, { ...headers, 'webhook-id': 'msg_other' }), 401, 'Invalid webhook signature');
    expectError(
      await receive(merchant, { ...headers, 'webhook-timestamp': String(Number(headers['webhook-timestamp']) - 1) }),
      401,
      'Invalid webhook signature',
    );
  });

  it('wants X-Signature right as well, where it comes too', async () => {
    const merchant = await Merchant.joins(gateway);
    expectError(
      await receive(merchant, { ...signed(withAccount(merchant)), 'x-signature': '0'.repeat(64) }),
      401,
      'Invalid webhook signature',
    );
  });

  it('wants all three of them', async () => {
    const merchant = await Merchant.joins(gateway);
    const { 'webhook-id': id = '', 'webhook-signature': signature = '' } = signed(withAccount(merchant));
    expectInvalid(await receive(merchant, { 'webhook-id': id, 'webhook-signature': signature }), {
      loc: ['header', 'X-Signature'],
      type: 'missing',
    });
  });

  it('accepts what the gateway sends to an endpoint and to a webhookUrl, as it came', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await createEndpoint(merchant, recorder.url(), {
      events: ['webhook.test'],
      signatures: ['v1', 'v1a'],
    });
    const { eventId } = await testEndpoint(merchant, id);
    const payment = await merchant.charges({ customerName: 'Ünïcode ☕', webhookUrl: recorder.url() });
    const direct = await recorder.nextOf(payment.id);
    const bytes = ({ raw }: Received): Uint8Array<ArrayBuffer> => new Uint8Array(raw);
    const toEndpoint = await recorder.nextOf(eventId);
    expectVerified(await receive(merchant, signedHeaders(toEndpoint), bytes(toEndpoint)));
    expectVerified(
      await receive(
        merchant,
        { ...signedHeaders(direct), 'x-signature': String(direct.headers['x-signature']) },
        bytes(direct),
      ),
    );
  });
});
