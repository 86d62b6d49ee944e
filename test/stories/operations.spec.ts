import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { send } from '../support/http.js';
import { Merchant } from '../support/merchant.js';
import { WebhookRecorder } from '../support/webhook-recorder.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

const at = (path: string, headers: Record<string, string> = {}) => send('GET', `${gateway.url}${path}`, { headers });

describe('Health', () => {
  it('is live, and ready when the database answers and the workers run', async () => {
    expect((await at('/health/live')).body).toEqual({ status: 'ok' });
    const ready = await at('/health/ready');
    expect(ready.status).toBe(200);
    expect(ready.body).toMatchObject({ status: 'ok', database: true });
    const { workers } = ready.body as { workers: Record<string, boolean> };
    expect(Object.keys(workers).length).toBeGreaterThanOrEqual(2);
    expect(Object.values(workers).every(Boolean)).toBe(true);
  });
});

/** The samples of a metric as Prometheus reads them: labels → value. */
const samples = (text: string, name: string): Map<string, number> =>
  new Map(
    [...text.matchAll(new RegExp(`^${name}(?:\\{(.*)\\})? (\\S+)$`, 'gm'))].map(([, labels = '', value]) => [
      labels,
      Number(value),
    ]),
  );

describe('Metrics', () => {
  it('are in the text format of Prometheus', async () => {
    const { status, headers, text } = await at('/metrics');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    for (const line of text.split('\n').filter(Boolean))
      expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{.*\})? \S+)$/);
  });

  it('count requests and time them by route, not by path', async () => {
    for (let n = 0; n < 3; n++) await gateway.request('GET', `/payments/txn_metric_${n}`);
    const { text } = await at('/metrics');
    const route = 'method="GET",route="/api/v1/payments/:transaction_id"';
    expect(samples(text, 'http_requests_total').get(`${route},status="401"`)).toBe(3);
    expect(samples(text, 'http_request_duration_seconds_count').get(route)).toBe(3);
    expect(text).not.toContain('txn_metric');
  });

  it('do not grow with paths that do not exist', async () => {
    const series = async (): Promise<number> => (await at('/metrics')).text.split('\n').length;
    await gateway.request('GET', '/nowhere');
    const before = await series();
    for (let n = 0; n < 10; n++) await gateway.request('GET', `/nowhere/${n}`);
    expect(await series()).toBeLessThanOrEqual(before + 2);
  });

  it('show payments and deliveries by status, due work and its age', async () => {
    const own = await startGateway();
    const recorder = await WebhookRecorder.start();
    try {
      const merchant = await Merchant.joins(own);
      const { id } = await merchant.charges({ webhookUrl: recorder.url() });
      await merchant.receives();
      await recorder.nextOf(id);
      // The numbers come from several queries, so that one scrape may show a payment completed and still due.
      await eventually(
        'the metrics to show it',
        async () => (await send('GET', `${own.url}/metrics`)).text,
        (shown) =>
          samples(shown, 'payments').get('status="completed"') === 2 &&
          samples(shown, 'webhook_deliveries').get('status="succeeded"') === 1 &&
          ['payments', 'webhooks'].every(
            (kind) =>
              samples(shown, 'due_work').get(`kind="${kind}"`) === 0 &&
              samples(shown, 'due_work_oldest_age_seconds').get(`kind="${kind}"`) === 0,
          ),
        17_000,
      );
    } finally {
      await own.stop();
      await recorder.stop();
    }
  });
});

describe('Every answer', () => {
  it.each(['/api/v1/status', '/api/v1/nowhere', '/api/v1/protected', '/docs', '/health/live'])(
    'of %s carries security headers and does not say what it is made of',
    async (path) => {
      const { headers } = await at(path);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toContain("default-src 'self'");
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('x-frame-options')).toBeTruthy();
      expect(headers.get('referrer-policy')).toBeTruthy();
      for (const name of ['server', 'x-powered-by']) expect(headers.get(name)).toBeNull();
      expect(headers.get('x-request-id')).toBeTruthy();
    },
  );
});

describe('A page of another origin', () => {
  const ORIGIN = 'https://shop.example';
  const preflight = (to: Gateway, origin = ORIGIN) =>
    to.request('OPTIONS', '/payments/charge', {
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,x-api-key',
      },
    });

  it('may not call the API by default', async () => {
    expect(
      (await gateway.request('GET', '/status', { headers: { origin: ORIGIN } })).headers.get(
        'access-control-allow-origin',
      ),
    ).toBeNull();
    expect((await preflight(gateway)).headers.get('access-control-allow-origin')).toBeNull();
  });

  it('may where CORS_ORIGINS names it, and no other', async () => {
    const open = await startGateway({ CORS_ORIGINS: `${ORIGIN}, https://admin.example` });
    try {
      for (const origin of [ORIGIN, 'https://admin.example']) {
        const { status, headers } = await preflight(open, origin);
        expect({ status, allowed: headers.get('access-control-allow-origin') }).toEqual({
          status: 204,
          allowed: origin,
        });
        expect(headers.get('access-control-allow-methods')).toMatch(/POST/);
        expect(headers.get('access-control-allow-headers')).toMatch(/x-api-key/i);
      }
      const error = await open.request('GET', '/protected', { headers: { origin: ORIGIN } });
      expect({ status: error.status, allowed: error.headers.get('access-control-allow-origin') }).toEqual({
        status: 401,
        allowed: ORIGIN,
      });
      expect(error.headers.get('access-control-expose-headers')).toMatch(/x-request-id/i);
      expect((await preflight(open, 'https://evil.example')).headers.get('access-control-allow-origin')).not.toBe(
        'https://evil.example',
      );
      expect(
        (await open.request('GET', '/status', { headers: { origin: 'https://evil.example' } })).headers.get(
          'access-control-allow-origin',
        ),
      ).not.toBe('https://evil.example');
    } finally {
      await open.stop();
    }
  });
});
