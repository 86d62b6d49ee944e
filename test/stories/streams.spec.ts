import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startSharedDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { EventStreamReader, type Frame } from '../support/event-stream.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { bodyOf, Merchant, newCharge } from '../support/merchant.js';
import { DAY, Sandbox } from '../support/sandbox.js';
import type { GatewayEvent, Page } from '../support/webhook-endpoints.js';

/** Somebody with credentials. */
interface Caller {
  readonly gateway: Gateway;
  readonly withKey: Record<string, string>;
}

interface Logged {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

let open: EventStreamReader[] = [];
afterEach(() => {
  for (const stream of open) stream.leave();
  open = [];
});

type Headers = Readonly<Record<string, string>>;

const opens = async (path: string, headers: Headers, of = gateway): Promise<EventStreamReader> => {
  const stream = await EventStreamReader.open(`${of.api}${path}`, headers);
  open.push(stream);
  return stream;
};
const listens = (caller: Caller, search = '', headers: Headers = {}): Promise<EventStreamReader> =>
  opens(`/events/stream?${search}`, { ...caller.withKey, ...headers }, caller.gateway);
const tails = (caller: Caller, search = '', headers: Headers = {}): Promise<EventStreamReader> =>
  opens(`/request-logs/stream?${search}`, { ...caller.withKey, ...headers }, caller.gateway);

/** All events of an account, the oldest first. */
async function allEvents(caller: Caller): Promise<GatewayEvent[]> {
  const found: GatewayEvent[] = [];
  for (let search = 'limit=100'; ;) {
    const { data, hasMore } = bodyOf(
      await caller.gateway.request<Page<GatewayEvent>>('GET', `/events?${search}`, { headers: caller.withKey }),
      200,
    );
    found.push(...data);
    if (!hasMore) return found.reverse();
    search = `limit=100&startingAfter=${data.at(-1)?.id ?? ''}`;
  }
}

const typesOf = (frames: readonly Frame[]): string[] => frames.map(({ event }) => event);

describe('A stream of events', () => {
  it('begins at once, and has what happens from then on, as the list shows it', async () => {
    const merchant = await Merchant.joins(gateway);
    await merchant.receives();
    const stream = await listens(merchant);
    expect([stream.status, stream.headers]).toMatchObject([
      200,
      {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
        'x-content-type-options': 'nosniff',
        'x-request-id': expect.stringMatching(/^req_/),
        ratelimit: expect.any(String),
      },
    ]);
    await eventually(
      'the first line',
      () => stream.retryMs,
      (ms) => ms === 1000,
    );
    const { id } = await merchant.charges();
    const frames = await stream.until('both events', ({ length }) => length === 2);
    expect(typesOf(frames)).toEqual(['payment.created', 'payment.completed']);
    const listed = (await allEvents(merchant)).filter(({ data }) => data.id === id);
    expect(stream.data()).toEqual(listed);
    expect(stream.ids).toEqual(listed.map((event) => event.id));
  });

  it('takes a token as well as a key, and nothing else', async () => {
    const merchant = await Merchant.joins(gateway);
    const stream = await opens('/events/stream', merchant.withToken);
    const { id } = await merchant.charges();
    await stream.until('the charge', (frames) => frames.some(({ data }) => data.includes(id)));
    expect((await opens('/events/stream', {})).status).toBe(401);
    expect((await opens('/request-logs/stream', { 'x-api-key': 'PK_LIVE_unknown' })).status).toBe(401);
  });

  it('has only the types and the object that are asked for', async () => {
    const merchant = await Merchant.joins(gateway);
    const [completed, refunds, one] = [
      await listens(merchant, 'type=payment.completed,payment.failed'),
      await listens(merchant, 'type=refund.*'),
      await merchant.charges(),
    ];
    const ofOne = await listens(merchant, `objectId=${one.id}&type=*`);
    await merchant.seesCompleted(one.id);
    const other = await merchant.receives();
    for (const { id } of [one, other])
      bodyOf(await gateway.request('POST', `/payments/${id}/refunds`, { headers: merchant.withKey, json: {} }), 201);
    await refunds.has(4);
    await completed.has(2);
    await ofOne.until('the refund', (frames) => typesOf(frames).includes('refund.completed'));
    expect(typesOf(refunds.frames).filter((type) => !type.startsWith('refund.'))).toEqual([]);
    expect(new Set(typesOf(completed.frames))).toEqual(new Set(['payment.completed']));
    expect(ofOne.frames.filter(({ data }) => data.includes(other.id))).toEqual([]);
  });

  it("never has another account's events", async () => {
    const [one, other] = await Promise.all([Sandbox.create(gateway), Sandbox.create(gateway)]);
    const stream = await listens(one);
    const theirs = await listens(other);
    await other.charges();
    const { id } = await one.charges();
    await theirs.has(2);
    await stream.has(2);
    expect(stream.data<GatewayEvent>().map(({ data }) => data.id)).toEqual([id, id]);
  });

  it('has all that happens while a virtual clock advances over several days, and each once', async () => {
    const sandbox = await Sandbox.create(gateway);
    const stream = await listens(sandbox);
    for (let n = 0; n < 20; n += 1) await sandbox.charges({ capture: n % 2 ? 'manual' : 'automatic' });
    await sandbox.advance({ by: '3d' });
    await Promise.all(Array.from({ length: 20 }, () => sandbox.charges({ capture: 'manual' })));
    await sandbox.advance({ by: `${(10 * DAY) / 1000}s` });
    const all = (await allEvents(sandbox)).map(({ id }) => id);
    // What was captured in the three days becomes available once.
    expect(all.length).toBe(20 * 2 + 20 * 2 + 30 + 1);
    const came = await stream.has(all.length);
    expect([...came].sort()).toEqual([...all].sort());
  });

  it.each([
    ['type=payment.stolen', 'type'],
    ['type=', 'type'],
    ['type=payment.created,', 'type'],
    ['objectId=42', 'objectId'],
    ['after=log_0193a5e2c7f11b2c3d4e5f60', 'after'],
    ['limit=1', 'limit'],
  ])('is refused with %s', async (search, field) => {
    const stream = await listens(await Merchant.joins(gateway), search);
    await stream.end();
    expect([stream.status, stream.headers['content-type']]).toEqual([422, 'application/json; charset=utf-8']);
    expect(JSON.parse(stream.text)).toMatchObject({ code: 'validation_failed', detail: [{ loc: ['query', field] }] });
  });

  it('is refused with a Last-Event-ID that no such stream sent; an empty one counts as none', async () => {
    const merchant = await Merchant.joins(gateway);
    const refused = await listens(merchant, '', { 'last-event-id': 'log_0193a5e2c7f11b2c3d4e5f60' });
    await refused.end();
    expect(refused.status).toBe(422);
    expect(JSON.parse(refused.text)).toMatchObject({ detail: [{ loc: ['header', 'Last-Event-ID'] }] });
    expect((await listens(merchant, '', { 'last-event-id': '' })).status).toBe(200);
  });
});

describe('A stream of request logs', () => {
  it('has each request that matches, soon after its answer, as the list shows it', async () => {
    const merchant = await Merchant.joins(gateway);
    const [all, refused, charges] = [
      await tails(merchant),
      await tails(merchant, 'status=4xx&method=POST'),
      await tails(merchant, 'path=/api/v1/payments/charge&status=201'),
    ];
    await merchant.triesToCharge(newCharge());
    await merchant.triesToCharge(newCharge({ paymentAmount: -1 }));
    await gateway.request('GET', '/payments/txn_0193a5e2c7f11b2c3d4e5f60', { headers: merchant.withKey });
    await all.has(3);
    await refused.has(1);
    await charges.has(1);
    expect(all.data<Logged>().map(({ status }) => status)).toEqual([201, 422, 404]);
    expect(typesOf(all.frames)).toEqual(['request', 'request', 'request']);
    expect(refused.data<Logged>()).toMatchObject([{ method: 'POST', status: 422 }]);
    expect(charges.data<Logged>()).toMatchObject([{ path: '/api/v1/payments/charge', status: 201 }]);
    const { data } = bodyOf(await merchant.asks<Page<Logged>>('GET', '/request-logs?status=422'), 200);
    expect(refused.data()).toEqual(data);
  });

  it('has itself when another one has ended, and nothing more of it', async () => {
    const merchant = await Merchant.joins(gateway);
    const ending = await tails(merchant);
    const stream = await tails(merchant);
    ending.leave();
    await stream.has(1);
    expect(stream.data()).toMatchObject([{ path: '/api/v1/request-logs/stream', status: 200 }]);
    await merchant.charges();
    await stream.has(2);
    expect(stream.frames).toHaveLength(2);
  });

  it.each(['status=abc', 'status=600', 'status=9xx', 'method=BREW', 'after=evt_0193a5e2c7f11b2c3d4e5f60', 'x=1'])(
    'is refused with %s',
    async (search) => {
      const stream = await tails(await Merchant.joins(gateway), search);
      expect(stream.status).toBe(422);
    },
  );

  it('goes on where it ended', async () => {
    const sandbox = await Sandbox.create(gateway);
    const first = await tails(sandbox, 'method=POST');
    await sandbox.charges();
    const [lastId = ''] = await first.has(1);
    first.leave();
    await sandbox.charges();
    await sandbox.charges();
    const second = await tails(sandbox, 'method=POST', { 'last-event-id': lastId });
    await sandbox.charges();
    await second.has(4);
    expect(second.ids[0]).toBe(lastId);
  });
});

describe('A stream that goes on', () => {
  it('loses nothing, and what comes twice has the same id', async () => {
    const merchant = await Merchant.joins(gateway);
    const came: Frame[] = [];
    let last: string | undefined;
    const progress = { isDone: false };
    const charging = (async () => {
      for (let n = 0; n < 60; n += 1) await merchant.charges();
      progress.isDone = true;
    })();
    const readSome = async (search: string, headers: Headers, count: number): Promise<void> => {
      const stream = await listens(merchant, search, headers);
      await stream.until('some events', ({ length }) => length >= count || progress.isDone);
      stream.leave();
      came.push(...stream.frames);
      last = stream.ids.at(-1) ?? last;
    };
    await readSome('', {}, 5);
    const [firstId = ''] = came.map(({ id }) => id);
    while (!progress.isDone) await readSome('', { 'last-event-id': last ?? '' }, 30);
    await charging;
    const all = (await allEvents(merchant)).map(({ id }) => id);
    const wanted = all.slice(all.indexOf(firstId));
    await readSome(`after=${last ?? ''}`, {}, 0);
    const rest = await listens(merchant, '', { 'last-event-id': last ?? '' });
    await eventually(
      'all events',
      () => new Set([...came.map(({ id }) => id), ...rest.ids]),
      (ids) => wanted.every((id) => ids.has(id)),
    );
    const byId = new Map(came.map(({ id, data }) => [id, data]));
    for (const { id, data } of [...came, ...rest.frames]) expect(byId.get(id) ?? data).toBe(data);
  });

  it('loses nothing when the gateway is killed and starts again', async () => {
    const own = await startGateway();
    try {
      const merchant = await Merchant.joins(own);
      const first = await listens(merchant);
      const charging = Promise.allSettled(Array.from({ length: 40 }, () => merchant.charges()));
      await first.has(20);
      await own.kill9();
      await charging;
      expect(await first.end()).toBe(false);
      await own.restart();
      const second = await listens(merchant, '', { 'last-event-id': first.ids.at(-1) ?? '' });
      await merchant.charges();
      const came = (): Set<string> => new Set([...first.ids, ...second.ids]);
      await eventually(
        'all events',
        async () => (await allEvents(merchant)).map(({ id }) => id).filter((id) => !came().has(id)),
        (missing) => missing.length === 0,
      );
      expect((await allEvents(merchant)).length).toBeGreaterThan(20);
    } finally {
      await own.stop();
    }
  });

  it('from an event that is gone has what came after its time, and in a sandbox that was reset all of its new world', async () => {
    const sandbox = await Sandbox.create(gateway, { seed: 'one', clock: { now: '2026-01-31T09:00:00.000Z' } });
    const stream = await listens(sandbox);
    await sandbox.charges();
    const [id = ''] = await stream.has(1);
    await sandbox.advance({ by: '30d' });
    await sandbox.does('POST', '/sandboxes/current/reset');
    await sandbox.does('GET', '/clock');
    await sandbox.charges({ customerName: 'Another one' });
    const again = await listens(sandbox, `after=${id.slice(0, 20)}ffffffff`);
    await again.has(1);
    const merchant = await Merchant.joins(gateway);
    await merchant.charges();
    const [first] = await allEvents(merchant);
    const gone = await listens(merchant, `after=${(first?.id ?? '').slice(0, -6)}000000`);
    expect(await gone.has(2)).toContain(first?.id);
  });
});

describe('Two processes on one database', () => {
  it('have the events and requests of each other in their streams, with virtual clocks too', async () => {
    const database = await startSharedDatabase();
    const [one, other] = [
      await startGateway({ MONGODB_URI: database.uri }),
      await startGateway({ MONGODB_URI: database.uri }),
    ];
    try {
      const merchant = await Merchant.joins(one);
      const sandbox = await Sandbox.create(one);
      const [here, there, standing, logs] = [
        await opens('/events/stream', merchant.withKey, one),
        await opens('/events/stream', merchant.withKey, other),
        await opens('/events/stream', sandbox.withKey, other),
        await opens('/request-logs/stream?method=POST', merchant.withKey, other),
      ];
      await Promise.all(Array.from({ length: 20 }, () => merchant.charges()));
      for (let n = 0; n < 20; n += 1) await sandbox.charges({ capture: 'manual' });
      await sandbox.advance({ by: '8d' });
      for (const stream of [here, there]) expect(await stream.has(40)).toHaveLength(40);
      expect(await standing.has(60)).toHaveLength(60);
      expect(await logs.has(20)).toHaveLength(20);
      expect([...there.ids].sort()).toEqual((await allEvents(merchant)).map(({ id }) => id).sort());
    } finally {
      for (const stream of open) stream.leave();
      await one.stop();
      await other.stop();
      await database.stop();
    }
  });
});
