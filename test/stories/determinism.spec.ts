import { describe, expect, it } from '@jest/globals';
import { ENCRYPTION_KEY, type Gateway, startGateway } from '../support/gateway.js';
import { newCharge } from '../support/merchant.js';
import { Sandbox } from '../support/sandbox.js';
import { WebhookRecorder } from '../support/webhook-recorder.js';

/** Keys, secrets and tokens, and how long something took. */
const DIFFERS: readonly [RegExp, string][] = [
  [/PK_LIVE_[0-9a-f]+/g, 'PK'],
  [/SK_[0-9a-f]+/g, 'SK'],
  [/whsec_[\w+/=]+/g, 'whsec'],
  [/"ms":[\d.]+/g, '"ms":0'],
  [/after \d+ ms/g, 'after 0 ms'],
  [/"last4":"[0-9a-f]{4}"(?=,"createdAt")/g, '"last4":"0"'],
  [/\/3ds\/(txn_[0-9a-f]{24})\/[\w.-]+/g, '/3ds/$1/token'],
  [/http:\/\/127\.0\.0\.1:\d+/g, 'http://gateway'],
  [/"expiresAt":"[^"]*"(?=,"createdAt":"2026-01-31T09:00:00.000Z","apiKey|\},?$)/g, '"expiresAt":""'],
  [/"accessToken":"[^"]*"/g, '"accessToken":""'],
];

const fixed = (text: string): string =>
  DIFFERS.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text);

/** One script that uses most of the API, and everything that was answered and sent. */
async function transcriptOf(gateway: Gateway, recorder: WebhookRecorder): Promise<string[]> {
  const transcript: string[] = [];
  const sandbox = await Sandbox.create(gateway, {
    seed: 'the same',
    clock: { now: '2026-01-31T09:00:00Z' },
    settings: { processingDelayMs: 0, webhookRetrySchedule: [0, 60, 600] },
  });
  const { created } = sandbox;
  transcript.push(created.id, created.accountId);
  const ask = async <Body>(method: string, path: string, json?: unknown, headers = {}): Promise<Body> => {
    const answer = await sandbox.asks<Body>(method, path, { ...(json !== undefined && { json }), headers });
    transcript.push(
      fixed(`${method} ${path} ${answer.status} ${answer.headers.get('x-request-id') ?? ''} ${answer.text}`),
    );
    return answer.body;
  };
  recorder.answers('/hook', { status: 500 }, { status: 429 }, { status: 500 });
  await ask('POST', '/webhooks/endpoints', { url: recorder.url() });
  await ask('POST', '/payments/charge', { ...newCharge(), paymentAmount: 'none' });
  const { id } = await ask<{ id: string }>(
    'POST',
    '/payments/charge',
    newCharge({ capture: 'manual', metadata: { a: 'b' } }),
  );
  await ask('GET', `/payments/${id}`);
  // Waits for the attempts that began with the charge.
  await ask('POST', '/clock/advance', { by: '5m' });
  await ask('GET', '/clock');
  await ask('POST', `/payments/${id}/capture`, { amount: 5 }, { 'idempotency-key': 'one' });
  await ask('POST', `/payments/${id}/capture`, { amount: 5 }, { 'idempotency-key': 'one' });
  await ask('POST', `/payments/${id}/capture`, { amount: 5 });
  await ask('POST', `/payments/${id}/refunds`, { amount: 1, reason: 'a gift' });
  const slow = await ask<{ id: string }>(
    'POST',
    '/payments/charge',
    newCharge({ paymentMethod: 'pm_card_pendingRefund' }),
  );
  await ask('POST', `/payments/${slow.id}/refunds`, {});
  await ask('POST', '/payments/charge', newCharge({ paymentMethod: 'pm_card_threeDSecure2Required' }));
  await ask('POST', '/payments/charge', newCharge({ paymentMethod: 'pm_card_chargeDeclined' }), {
    'x-request-id': 'mine',
  });
  await ask('POST', '/payment-methods', { number: '4242424242424242', expMonth: 12, expYear: 2030, cvc: '123' });
  await ask('GET', '/events/next?type=payment.failed&waitMs=0');
  await ask('POST', '/clock/advance', { toNext: true });
  await ask('POST', '/clock/advance', { by: '2d' });
  await ask('GET', '/payments?limit=100');
  await ask('GET', '/refunds?limit=100');
  await ask('GET', '/events?limit=100');
  await ask('GET', '/webhooks/deliveries?limit=100');
  await ask('GET', '/webhooks/endpoints');
  await ask('GET', `/payments/${id}/timeline`);
  await ask('POST', '/sandboxes/current/snapshots', { name: 'here' });
  for (const { path, headers, raw } of recorder.received)
    transcript.push(fixed(`${path} ${String(headers['webhook-id'])} ${raw.toString('utf8')}`));
  return transcript;
}

describe('One seed and one script on two fresh servers', () => {
  it('give the same answers, events and webhooks, byte for byte', async () => {
    const run = async (settings: Record<string, string>): Promise<string[]> => {
      const [gateway, recorder] = await Promise.all([startGateway(settings), WebhookRecorder.start()]);
      try {
        return await transcriptOf(gateway, recorder);
      } finally {
        await gateway.stop();
        await recorder.stop();
      }
    };
    const [one, other] = await Promise.all([run({}), run({ ENCRYPTION_KEY: ENCRYPTION_KEY.replace(/^00/, '7f') })]);
    expect(other).toEqual(one);
    expect(one.length).toBeGreaterThan(40);
    expect(one.join('\n')).not.toContain('~');
  });
});
