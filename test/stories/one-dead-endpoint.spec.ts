import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { Merchant } from '../support/merchant.js';
import {
  createEndpoint,
  getDelivery,
  type GatewayEvent,
  allEvents,
  testEndpoint,
} from '../support/webhook-endpoints.js';
import { WebhookRecorder } from '../support/webhook-recorder.js';

const ENDPOINTS = 20;
const PAYMENTS = 40;
const AT_ONCE = 4;

let gateway: Gateway;
let recorder: WebhookRecorder;
beforeAll(async () => {
  // The time-out is that of production: a dead endpoint holds its connections all through the test.
  [gateway, recorder] = await Promise.all([startGateway({ LOG_LEVEL: 'warn' }), WebhookRecorder.start()]);
});
afterAll(async () => {
  await gateway.stop();
  await recorder.stop();
});

/** Accepts connections and never answers. */
async function startDead(): Promise<{ url: string; connections: () => number; stop: () => void }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    connections: () => sockets.size,
    stop: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** From each event to its arrival at each endpoint that lives, ms: the 99th percentile. */
async function p99(name: string, deadUrl: string | null): Promise<number> {
  const merchant = await Merchant.joins(gateway);
  const alive = deadUrl === null ? ENDPOINTS : ENDPOINTS - 1;
  const paths = Array.from({ length: alive }, (_, n) => `/${name}-${n}`);
  for (const path of paths) await createEndpoint(merchant, recorder.url(path));
  if (deadUrl !== null) await createEndpoint(merchant, deadUrl);
  for (let n = 0; n < PAYMENTS; n += AT_ONCE)
    await Promise.all(Array.from({ length: AT_ONCE }, () => merchant.charges()));
  const events = await eventually(
    'every event',
    () => allEvents(merchant),
    (all) => all.length === 2 * PAYMENTS,
  );
  const received = () => recorder.received.filter(({ path }) => path.startsWith(`/${name}-`));
  await eventually(
    'every webhook to those that live',
    () => received().length,
    (came) => came >= alive * events.length,
    25_000,
  );
  const createdAt = new Map(events.map((event: GatewayEvent) => [event.id, Date.parse(event.createdAt)]));
  const delays = received()
    .map(({ at, body }) => at - (createdAt.get(body.id) ?? NaN))
    .sort((a, b) => a - b);
  expect(new Set(received().map(({ path, body }) => `${path} ${body.id}`)).size).toBe(alive * events.length);
  return delays[Math.floor(delays.length * 0.99)] ?? NaN;
}

describe('One dead endpoint among twenty', () => {
  it('delays nobody else', async () => {
    const dead = await startDead();
    try {
      const without = await p99('without', null);
      const withDead = await p99('with', dead.url);
      expect(dead.connections()).toBeGreaterThan(0);
      expect(withDead).toBeLessThan(3 * without + 500);
    } finally {
      dead.stop();
    }
  }, 60_000);

  it('has no more than 16 connections of a process, however much waits for it', async () => {
    const dead = await startDead();
    try {
      const merchant = await Merchant.joins(gateway);
      const { id } = await createEndpoint(merchant, dead.url, { events: ['payment.failed'] });
      for (let n = 0; n < 40; n++) await testEndpoint(merchant, id);
      await eventually(
        'the connections',
        () => dead.connections(),
        (count) => count === 16,
      );
      // Another account's test event passes all that waits.
      const other = await Merchant.joins(gateway);
      const endpoint = await createEndpoint(other, recorder.url('/other'));
      const delivery = await testEndpoint(other, endpoint.id);
      await recorder.nextOf(delivery.eventId, 3000);
      await eventually(
        'it to be on record',
        () => getDelivery(other, delivery.id),
        ({ status }) => status === 'succeeded',
      );
      expect(dead.connections()).toBe(16);
    } finally {
      dead.stop();
    }
  });
});
