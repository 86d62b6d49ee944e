import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Gateway, runUntilItEnds, startGateway } from '../support/gateway.js';
import { Merchant } from '../support/merchant.js';
import { WebhookRecorder } from '../support/webhook-recorder.js';

let gateway: Gateway;
let recorder: WebhookRecorder;
beforeAll(async () => {
  [gateway, recorder] = await Promise.all([startGateway({ WEBHOOK_RETRY_SCHEDULE: '1,1' }), WebhookRecorder.start()]);
});
afterAll(async () => {
  await gateway.stop();
  await recorder.stop();
});

describe('A retry schedule that begins with a wait', () => {
  it('puts the first attempt off by it', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await merchant.charges({ webhookUrl: recorder.url() });
    const { at, body } = await recorder.nextOf(id);
    expect(at - Date.parse(body.timestamp)).toBeGreaterThanOrEqual(1_000);
  });
});

describe('A connection string of several hosts', () => {
  it('is read, and a set that cannot be reached is one sentence without its password', async () => {
    const uri = 'mongodb://shop:secret@127.0.0.1:1,127.0.0.1:2/payments?replicaSet=rs0&serverSelectionTimeoutMS=300';
    const { code, stderr } = await runUntilItEnds({ MONGODB_URI: uri });
    expect(code).toBe(1);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain('The database at mongodb://');
    expect(stderr).toContain('127.0.0.1:1,127.0.0.1:2');
    expect(stderr).not.toContain('secret');
  });
});
