import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { Merchant } from '../support/merchant.js';
import { RawConnection } from '../support/raw-connection.js';
import { Sandbox } from '../support/sandbox.js';
import type { GatewayEvent } from '../support/webhook-endpoints.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

const next = (merchant: Merchant, search: string) => merchant.asks<GatewayEvent>('GET', `/events/next?${search}`);

describe('The next event', () => {
  it('about an object is answered at once if it is stored already, the oldest first', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await merchant.receives();
    const first = await next(merchant, `objectId=${id}`);
    expect([first.status, first.body.type]).toEqual([200, 'payment.created']);
    const second = await next(merchant, `objectId=${id}&after=${first.body.id}`);
    expect(second.body.type).toBe('payment.completed');
    const typed = await next(merchant, `objectId=${id}&type=payment.completed`);
    expect(typed.body).toEqual(second.body);
  });

  it('is waited for, without asking again and again', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await merchant.charges();
    const { status, body } = await next(merchant, `objectId=${id}&type=payment.completed&waitMs=10000`);
    expect([status, body]).toMatchObject([200, { type: 'payment.completed', data: { id } }]);
  });

  it('without an object is a new one: those of before do not count', async () => {
    const merchant = await Merchant.joins(gateway);
    const before = await merchant.receives();
    await next(merchant, `objectId=${before.id}&type=payment.completed`);
    let found: GatewayEvent | null = null;
    void next(merchant, 'type=payment.completed').then(({ body }) => (found = body));
    const since: string[] = [];
    // The first of them may be made before the request has begun to wait.
    const event = await eventually(
      'the request to be answered',
      async () => {
        since.push((await merchant.charges()).id);
        return found;
      },
      (answer) => answer !== null,
    );
    expect(since).toContain(event?.data.id);
  });

  it('does not come: 204 after the time that was asked for', async () => {
    const merchant = await Merchant.joins(gateway);
    const began = Date.now();
    const { status, text } = await next(merchant, 'waitMs=120');
    expect([status, text]).toEqual([204, '']);
    expect(Date.now() - began).toBeGreaterThanOrEqual(119);
    expect((await next(merchant, 'waitMs=0')).status).toBe(204);
  });

  it('is one of the own account, in sandboxes too', async () => {
    const [one, other] = await Promise.all([Sandbox.create(gateway), Sandbox.create(gateway)]);
    const waiting = one.asks<GatewayEvent>('GET', '/events/next?waitMs=10000');
    await other.charges();
    const { id } = await one.charges();
    expect((await waiting).body.data).toMatchObject({ id });
    await one.does('DELETE', '/sandboxes/current');
  });

  it.each([
    ['waitMs=60001', 'waitMs'],
    ['waitMs=soon', 'waitMs'],
    ['type=payment.stolen', 'type'],
    ['after=txn_0193a5e2c7f11b2c3d4e5f60', 'after'],
    ['objectId=42', 'objectId'],
    ['event=1', 'event'],
  ])('is refused with %s', async (search, field) => {
    const merchant = await Merchant.joins(gateway);
    const { status, body } = await next(merchant, search);
    expect([status, body]).toMatchObject([422, { detail: [{ loc: ['query', field] }] }]);
  });

  it('is waited for by a hundred requests of an account at most, until their clients go', async () => {
    const sandbox = await Sandbox.create(gateway);
    const { host } = new URL(gateway.url);
    const ask = `GET /api/v1/events/next?waitMs=60000 HTTP/1.1\r\nhost: ${host}\r\nx-api-key: ${sandbox.created.apiKey}\r\n\r\n`;
    const clients = Array.from({ length: 110 }, () => new RawConnection(gateway.url).send(ask));
    await eventually(
      'the places to be taken',
      () => Promise.resolve(clients.filter(({ received }) => received.includes(' 429 ')).length),
      (refused) => refused === 10,
    );
    const refused = await sandbox.asks('GET', '/events/next?waitMs=0');
    expect(refused.body).toMatchObject({ code: 'too_many_open_requests' });
    for (const client of clients) client.leave();
    await eventually(
      'the places to be free again',
      () => sandbox.asks('GET', '/events/next?waitMs=0'),
      ({ status }) => status === 204,
    );
  });
});

it('Clients that leave before they were authenticated keep no place of their account', async () => {
  const { withKey } = await Sandbox.create(gateway);
  const key = String(withKey['x-api-key']);
  const request = `GET /api/v1/events/next?waitMs=60000 HTTP/1.1\r\nhost: gateway\r\nx-api-key: ${key}\r\n\r\n`;
  for (let n = 0; n < 120; n += 1) {
    const connection = new RawConnection(gateway.url).send(request);
    setTimeout(() => {
      connection.leave();
    }, 2);
  }
  await eventually(
    'a place to be free',
    () => gateway.request('GET', '/events/next?waitMs=0', { headers: { 'x-api-key': key } }),
    ({ status }) => status === 204,
  );
  await new Promise((resolve) => setTimeout(resolve, 500));
  const { status } = await gateway.request('GET', '/events/next?waitMs=0', { headers: { 'x-api-key': key } });
  expect(status).toBe(204);
});
