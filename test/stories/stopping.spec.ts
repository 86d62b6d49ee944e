import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { startGateway } from '../support/gateway.js';
import { Merchant, newCharge, newRegistration } from '../support/merchant.js';
import { WebhookRecorder } from '../support/webhook-recorder.js';

describe('SIGTERM', () => {
  it('under load ends with 0 in time, answers what runs, and loses nothing that was answered', async () => {
    const gateway = await startGateway();
    try {
      const merchant = await Merchant.joins(gateway);
      const answered: string[] = [];
      const failures: unknown[] = [];
      let stopped = false;
      const client = async (): Promise<void> => {
        while (!stopped) {
          try {
            const { status, body, text } = await merchant.triesToCharge(newCharge());
            if (status === 201) answered.push((body as { id: string }).id);
            else if (status !== 503) failures.push(`${status} ${text}`);
          } catch {
            // No connection any more.
            stopped = true;
          }
        }
      };
      const clients = Array.from({ length: 8 }, () => client());
      while (answered.length < 30) await merchant.charges();
      const started = Date.now();
      const { code, signal } = await gateway.terminate();
      stopped = true;
      await Promise.all(clients);
      expect({ code, signal }).toEqual({ code: 0, signal: null });
      expect(Date.now() - started).toBeLessThan(10_000);
      expect(failures).toEqual([]);

      await gateway.restart();
      const listed = new Set((await merchant.lists()).transactions.map(({ id }) => id));
      expect(answered.filter((id) => !listed.has(id))).toEqual([]);
    } finally {
      await gateway.stop();
    }
  });

  it('lets a request that runs be answered', async () => {
    // A registration at this cost takes long enough to be caught in the middle.
    const gateway = await startGateway({ BCRYPT_COST: '12' });
    try {
      await gateway.request('GET', '/status');
      const running = gateway.request('POST', '/users/register', { json: newRegistration() });
      // This one is answered after the first was taken, and while it is being hashed.
      await gateway.request('GET', '/status');
      const [{ status }, { code }] = await Promise.all([running, gateway.terminate()]);
      expect({ status, code }).toEqual({ status: 201, code: 0 });
    } finally {
      await gateway.stop();
    }
  });

  it('while a receiver does not answer ends in time, and the webhook comes after the restart', async () => {
    const recorder = await WebhookRecorder.start();
    const gateway = await startGateway({ WEBHOOK_TIMEOUT_MS: '60000' });
    try {
      const merchant = await Merchant.joins(gateway);
      recorder.answers('/slow', { afterMs: 60_000 });
      const { id } = await merchant.charges({ webhookUrl: recorder.url('/slow') });
      const first = await recorder.nextOf(id);
      expect(await gateway.terminate()).toEqual({ code: 0, signal: null });
      await gateway.restart();
      const second = await recorder.nextOf(id);
      expect(second.headers['webhook-id']).toBe(first.headers['webhook-id']);
    } finally {
      await gateway.stop();
      await recorder.stop();
    }
  });

  it('does not wait for connections on which nothing was ever asked', async () => {
    const gateway = await startGateway();
    const { hostname, port } = new URL(gateway.url);
    const connections = await Promise.all(
      ['', 'GET /api/v1/status HTTP/1.1\r\nHo'].map(async (begun) => {
        const connection = connect(Number(port), hostname);
        await once(connection, 'connect');
        connection.write(begun);
        return connection;
      }),
    );
    try {
      // The gateway has seen both connections when it has answered one that came later.
      await gateway.request('GET', '/status');
      // It would end with 1 when its time is up.
      expect(await gateway.terminate()).toEqual({ code: 0, signal: null });
    } finally {
      for (const connection of connections) connection.destroy();
      await gateway.stop();
    }
  });

  it('twice does not hurt', async () => {
    const gateway = await startGateway();
    try {
      process.kill(gateway.pid, 'SIGTERM');
      expect(await gateway.terminate()).toEqual({ code: 0, signal: null });
    } finally {
      await gateway.stop();
    }
  });
});
