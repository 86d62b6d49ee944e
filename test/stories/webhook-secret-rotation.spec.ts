import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { type Gateway, startGateway } from '../support/gateway.js';
import { bodyOf, Merchant } from '../support/merchant.js';
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

const v1 = (secret: string, { raw }: Received): string => createHmac('sha256', secret).update(raw).digest('hex');
const standard = (secret: string, { raw, headers }: Received): unknown =>
  new Webhook(secret, { format: 'raw' }).verify(raw, headers as Record<string, string>);
const rotate = async (merchant: Merchant) =>
  bodyOf(
    await merchant.asks<{ webhookSecret: string; previousValidUntil: string }>(
      'POST',
      '/users/me/webhook-secret/rotate',
    ),
    200,
  );

const webhookOf = async (merchant: Merchant): Promise<Received> => {
  const { id } = await merchant.charges({ webhookUrl: recorder.url() });
  return recorder.nextOf(id);
};

describe('A merchant that rotates its webhook secret', () => {
  it('gets webhooks that the old and the new secret verify', async () => {
    const merchant = await Merchant.joins(gateway);
    const { webhookSecret: fresh, previousValidUntil } = await rotate(merchant);
    expect(fresh).toMatch(/^SK_/);
    expect(fresh).not.toBe(merchant.webhookSecret);
    expect(Math.abs(Date.parse(previousValidUntil) - Date.now() - 24 * 3_600_000)).toBeLessThan(60_000);

    const webhook = await webhookOf(merchant);
    expect(webhook.headers['x-signature']).toBe(v1(fresh, webhook));
    expect(webhook.headers['x-signature-previous']).toBe(v1(merchant.webhookSecret, webhook));
    expect(String(webhook.headers['webhook-signature']).split(' ')).toHaveLength(2);
    for (const secret of [fresh, merchant.webhookSecret]) expect(standard(secret, webhook)).toEqual(webhook.body);
    expect(() => standard('SK_another', webhook)).toThrow();
  });

  it('has one signature before', async () => {
    const merchant = await Merchant.joins(gateway);
    const webhook = await webhookOf(merchant);
    expect(webhook.headers['x-signature-previous']).toBeUndefined();
    expect(String(webhook.headers['webhook-signature']).split(' ')).toHaveLength(1);
    expect(standard(merchant.webhookSecret, webhook)).toEqual(webhook.body);
  });

  it('is believed with both at the receiver meanwhile', async () => {
    const merchant = await Merchant.joins(gateway);
    const { webhookSecret: fresh } = await rotate(merchant);
    const body = '{"a":1}';
    for (const [secret, status] of [
      [fresh, 200],
      [merchant.webhookSecret, 200],
      ['SK_another', 401],
    ] as const) {
      const signature = createHmac('sha256', secret).update(body).digest('hex');
      expect(
        (
          await gateway.request('POST', '/webhook-receive', {
            headers: { ...merchant.withKey, 'x-signature': signature },
            raw: body,
          })
        ).status,
      ).toBe(status);
    }
  });

  it('ends the oldest secret when it rotates twice', async () => {
    const merchant = await Merchant.joins(gateway);
    const { webhookSecret: second } = await rotate(merchant);
    const { webhookSecret: third } = await rotate(merchant);
    const webhook = await webhookOf(merchant);
    expect(webhook.headers['x-signature']).toBe(v1(third, webhook));
    expect(webhook.headers['x-signature-previous']).toBe(v1(second, webhook));
    expect(() => standard(merchant.webhookSecret, webhook)).toThrow();
  });

  it('may do so at once: one of the secrets given out signs in the end', async () => {
    const merchant = await Merchant.joins(gateway);
    const given = await Promise.all([rotate(merchant), rotate(merchant), rotate(merchant)]);
    const webhook = await webhookOf(merchant);
    expect(given.map(({ webhookSecret }) => v1(webhookSecret, webhook))).toContain(webhook.headers['x-signature']);
  });
});

describe('A webhook secret', () => {
  it('is stored encrypted', async () => {
    const merchant = await Merchant.joins(gateway);
    const account = JSON.stringify(
      await (await gateway.database()).collection<{ _id: string }>('accounts').findOne({ _id: merchant.userId }),
    );
    const bytes = Buffer.from(merchant.webhookSecret.replace('SK_', ''), 'hex');
    for (const form of [merchant.webhookSecret, merchant.webhookSecret.slice(3), bytes.toString('base64url')])
      expect(account).not.toContain(form);
  });
});
