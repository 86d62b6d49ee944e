import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createFault, exchange, listFaults } from '../support/faults.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { Merchant } from '../support/merchant.js';
import { RawConnection } from '../support/raw-connection.js';
import { eventually, within } from '../support/eventually.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

/** The head and the body of what came. */
function parts(received: Buffer): { head: string; body: string } {
  const [head = '', ...rest] = received.toString('latin1').split('\r\n\r\n');
  return { head, body: rest.join('\r\n\r\n') };
}

const announced = (head: string): number => Number(/^content-length: (\d+)$/im.exec(head)?.[1]);

const moments = [
  ['before', 503, 0],
  ['after', 201, 1],
] as const;

describe.each(moments)('On the wire, %s the work,', (when, status, payments) => {
  const made = async (merchant: Merchant): Promise<number> =>
    ((await merchant.asks('GET', '/payments')).body as { data: unknown[] }).data.length;

  it('`reset` resets the connection', async () => {
    const merchant = await Merchant.joins(gateway);
    expect(await exchange(merchant, `${when}; reset`)).toMatchObject({ end: 'reset', received: Buffer.alloc(0) });
    expect(await made(merchant)).toBe(payments);
  });

  it('`empty` closes it without a byte', async () => {
    const merchant = await Merchant.joins(gateway);
    expect(await exchange(merchant, `${when}; empty`)).toMatchObject({ end: 'closed', received: Buffer.alloc(0) });
    expect(await made(merchant)).toBe(payments);
  });

  it('`cut` announces more than it sends', async () => {
    const merchant = await Merchant.joins(gateway);
    const { end, received } = await exchange(merchant, `${when}; cut`);
    const { head, body } = parts(received);
    expect([end, head.split(' ')[1]]).toEqual(['closed', String(status)]);
    expect(body.length).toBeGreaterThan(0);
    expect(body.length).toBeLessThan(announced(head));
    expect(() => JSON.parse(body) as unknown).toThrow();
    expect(await made(merchant)).toBe(payments);
  });

  it('`garbage` is no HTTP', async () => {
    const merchant = await Merchant.joins(gateway);
    const { end, received } = await exchange(merchant, `${when}; garbage`);
    expect([end, received.length > 0, received.subarray(0, 4).toString()]).not.toContain('HTTP');
    expect(end).toBe('closed');
    expect(received.length).toBeGreaterThan(100);
    expect(await made(merchant)).toBe(payments);
  });

  it('`drip` sends all, slowly', async () => {
    const merchant = await Merchant.joins(gateway);
    const { received, ms } = await exchange(merchant, `${when}; drip=300`);
    const { head, body } = parts(received);
    expect(head.split(' ')[1]).toBe(String(status));
    expect(body).toHaveLength(announced(head));
    expect(JSON.parse(body)).toEqual(expect.any(Object));
    // 100 ms for each 30 bytes, the last ones not counted.
    expect(ms).toBeGreaterThan((body.length / 300) * 1000 - 150);
    expect(await made(merchant)).toBe(payments);
  });

  it('`status` is a whole answer', async () => {
    const merchant = await Merchant.joins(gateway);
    const { head, body } = parts((await exchange(merchant, `${when}; status=418; retryAfter=7`)).received);
    expect(head).toMatch(/^HTTP\/1\.1 418 /);
    expect(head).toMatch(/^retry-after: 7$/im);
    expect(head).toMatch(/^content-type: application\/json/im);
    expect(body).toHaveLength(announced(head));
    expect(JSON.parse(body)).toMatchObject({ code: 'injected_fault', status: 418 });
    expect(await made(merchant)).toBe(payments);
  });

  it('`latency` is the true answer, later', async () => {
    const merchant = await Merchant.joins(gateway);
    const { received, ms } = await exchange(merchant, `${when}; latency=200`);
    expect(parts(received).head).toMatch(/^HTTP\/1\.1 201 /);
    expect(ms).toBeGreaterThanOrEqual(199);
    expect(await made(merchant)).toBe(1);
  });

  it('`timeout` never answers', async () => {
    const merchant = await Merchant.joins(gateway);
    const connection = new RawConnection(gateway.url);
    const body = JSON.stringify({ customerName: 'Acme', paymentAmount: 1, currency: 'USD' });
    connection.send(
      `POST /api/v1/payments/charge HTTP/1.1\r\nhost: x\r\nx-api-key: ${merchant.apiKey}\r\nx-fault: ${when}; timeout\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    await expect(within('an answer', 500, connection.closed)).rejects.toThrow();
    expect(connection.received).toBe('');
    expect((await listFaults(merchant)).data[0]?.hits).toEqual([
      expect.objectContaining({ moneyMoved: payments === 1 }),
    ]);
    connection.leave();
    expect(await made(merchant)).toBe(payments);
  });
});

describe('Requests that faults hold', () => {
  it('are at most 50 of one account; beyond that the effect ends at once', async () => {
    const [merchant, other] = await Promise.all([Merchant.joins(gateway), Merchant.joins(gateway)]);
    const effect = { type: 'timeout' };
    for (const each of [merchant, other])
      await createFault(each, { match: { operation: 'listPaymentsByPage' }, effect, times: null });
    let ended = 0;
    const opens = (by: Merchant): RawConnection => {
      const connection = new RawConnection(gateway.url);
      void connection.closed.then(() => (ended += 1));
      return connection.send(`GET /api/v1/payments HTTP/1.1\r\nhost: x\r\nx-api-key: ${by.apiKey}\r\n\r\n`);
    };
    const held = Array.from({ length: 50 }, () => opens(merchant));
    await eventually(
      'all of them to be hit',
      async () => (await listFaults(merchant)).data[0]?.hits.length,
      (hits) => hits === 50,
    );
    expect(await opens(merchant).answer()).toBe('');
    expect(await exchange(merchant, 'after; drip=1')).toMatchObject({ end: 'closed', received: Buffer.alloc(0) });
    const { received, ms } = await exchange(merchant, 'before; latency=9000');
    expect(parts(received).head).toMatch(/^HTTP\/1\.1 201 /);
    expect(ms).toBeLessThan(5_000);
    held.push(opens(other));
    held[0]?.leave();
    await eventually(
      'the place to be free again',
      () => exchange(merchant, 'before; latency=100'),
      ({ ms: waited }) => waited >= 99,
    );
    expect(ended).toBe(2);
    for (const connection of held) connection.leave();
  });
});
