import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { EventStreamReader } from '../support/event-stream.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { send } from '../support/http.js';
import { bodyOf, Merchant, systemAdmin } from '../support/merchant.js';
import { RawConnection } from '../support/raw-connection.js';
import { Sandbox } from '../support/sandbox.js';

const MAX_STREAMS = 20;

let gateway: Gateway;
let silent: EventStreamReader;
beforeAll(async () => {
  gateway = await startGateway({ JWT_TTL_SECONDS: '600' });
  // The last test looks at it: a stream without events since the first one.
  silent = await opens('/events/stream', (await Merchant.joins(gateway)).withKey);
  open = [];
});
afterAll(async () => {
  silent.leave();
  await gateway.stop();
});

let open: EventStreamReader[] = [];
afterEach(() => {
  for (const stream of open) stream.leave();
  open = [];
});

type Headers = Readonly<Record<string, string>>;

async function opens(path: string, headers: Headers, of = gateway): Promise<EventStreamReader> {
  const stream = await EventStreamReader.open(`${of.api}${path}`, headers);
  open.push(stream);
  return stream;
}

/** Takes all places of an account, as soon as they are free. */
async function takesAllPlaces(headers: Headers): Promise<EventStreamReader[]> {
  const taken: EventStreamReader[] = [];
  await eventually(
    'all places to be free',
    async () => {
      const stream = await opens(taken.length % 2 ? '/events/stream' : '/request-logs/stream', headers);
      if (stream.status === 200) taken.push(stream);
      return taken.length;
    },
    (count) => count === MAX_STREAMS,
  );
  return taken;
}

async function metric(name: string): Promise<number> {
  const { text } = await send('GET', `${gateway.url}/metrics`);
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
}

describe('A client that reads slowly', () => {
  it('gets everything, and the gateway does not keep it in memory meanwhile', async () => {
    const merchant = await Merchant.joins(gateway);
    const large = Object.fromEntries(Array.from({ length: 28 }, (_, n) => [`key-${n}`, 'x'.repeat(480)]));
    const charges = async (count: number): Promise<void> => {
      for (let n = 0; n < count; n += 10)
        await Promise.all(Array.from({ length: 10 }, () => merchant.charges({ metadata: large })));
    };
    await charges(100);
    // What these leave would come by the streams too.
    await eventually(
      'the events of the first payments',
      () =>
        merchant
          .asks<{ data: unknown[] }>('GET', '/events?type=payment.completed&limit=100')
          .then(({ body }) => body.data),
      (completed) => completed.length === 100,
    );
    const streams = await Promise.all(
      Array.from({ length: MAX_STREAMS }, () => opens('/events/stream', merchant.withKey)),
    );
    for (const stream of streams) stream.pause();
    const before = await metric('process_resident_memory_bytes');
    // Each stream has 18 MB: much more than its sockets hold.
    await charges(600);
    const { length } = await eventually(
      'the last payment to be completed',
      () => merchant.asks<{ data: unknown[] }>('GET', '/payments?status=pending').then(({ body }) => body.data),
      (pending) => pending.length === 0,
    );
    expect(length).toBe(0);
    expect((await metric('process_resident_memory_bytes')) - before).toBeLessThan(200e6);
    for (const stream of streams.slice(1)) stream.leave();
    const [slow] = streams;
    slow?.resume();
    const ids = (await slow?.has(1_200, 60_000)) ?? [];
    expect(new Set(ids).size).toBe(1_200);
  }, 180_000);
});

describe('Open streams', () => {
  it('are 20 of an account at most, of both kinds together; others still get theirs', async () => {
    const [one, other] = await Promise.all([Merchant.joins(gateway), Merchant.joins(gateway)]);
    const [first] = await takesAllPlaces(one.withKey);
    const refused = await opens('/events/stream', one.withToken);
    await refused.end();
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '1']);
    expect(JSON.parse(refused.text)).toMatchObject({ code: 'too_many_open_requests' });
    expect((await opens('/events/stream', other.withKey)).status).toBe(200);
    first?.leave();
    await eventually(
      'a place to be free',
      () => opens('/events/stream', one.withKey),
      ({ status }) => status === 200,
    );
  });

  it('leave nothing behind after 1,000 connects and disconnects, whenever the client leaves', async () => {
    const merchant = await Merchant.joins(gateway);
    for (const stream of await takesAllPlaces(merchant.withKey)) stream.leave();
    const handles = await metric('nodejs_active_handles_total');
    const { host } = new URL(gateway.url);
    for (let round = 0; round < 50; round += 1) {
      const path = round % 2 ? '/events/stream' : '/request-logs/stream?status=2xx';
      await Promise.all(
        Array.from({ length: 10 }, async () => {
          const stream = await EventStreamReader.open(`${gateway.api}${path}`, merchant.withKey);
          stream.leave();
        }),
      );
      const gone = Array.from({ length: 10 }, () =>
        new RawConnection(gateway.url).send(
          `GET /api/v1${path} HTTP/1.1\r\nhost: ${host}\r\nx-api-key: ${merchant.apiKey}\r\n\r\n`,
        ),
      );
      await delay(round % 10);
      for (const connection of gone) connection.leave();
    }
    for (const stream of await takesAllPlaces(merchant.withKey)) stream.leave();
    await eventually(
      'the handles to be closed',
      () => metric('nodejs_active_handles_total'),
      (count) => count <= handles + 5,
    );
    expect(gateway.log.filter(({ level }) => Number(level) >= 40)).toEqual([]);
  }, 60_000);

  it('give their places back whatever a fault does to them', async () => {
    const effects = ['status=418', 'latency=20', 'reset', 'empty', 'garbage', 'cut', 'drip=1000', 'timeout'];
    const { host } = new URL(gateway.url);
    for (const effect of effects) {
      for (const when of ['before', 'after']) {
        const merchant = await Merchant.joins(gateway);
        await Promise.all(
          Array.from({ length: 10 }, async () => {
            const connection = new RawConnection(gateway.url).send(
              `GET /api/v1/events/stream HTTP/1.1\r\nhost: ${host}\r\nx-api-key: ${merchant.apiKey}\r\nx-fault: ${when}; ${effect}\r\n\r\n`,
            );
            await Promise.race([
              connection.closed,
              effect === 'timeout'
                ? delay(100)
                : eventually(
                    `an answer with ${when}; ${effect}`,
                    () => connection.received,
                    (text) => text.includes('\r\n\r\n'),
                  ),
            ]);
            connection.leave();
          }),
        );
        await takesAllPlaces(merchant.withKey);
        for (const stream of open) stream.leave();
      }
    }
    const merchant = await Merchant.joins(gateway);
    bodyOf(
      await gateway.request('POST', '/faults', {
        headers: merchant.withKey,
        json: { match: {}, effect: { type: 'reset' }, when: 'after', times: 1 },
      }),
      201,
    );
    await expect(opens('/events/stream', merchant.withKey)).rejects.toThrow();
    await takesAllPlaces(merchant.withKey);
    expect(gateway.log.filter(({ level }) => Number(level) >= 50)).toEqual([]);
  }, 60_000);

  it('count once against the rate limit, and are no latency in the metrics', async () => {
    const merchant = await Merchant.joins(gateway);
    const before = await opens('/events/stream', merchant.withKey);
    await merchant.charges();
    await before.has(2);
    await delay(1_000);
    before.leave();
    const remaining = (stream: EventStreamReader): number =>
      Number(/r=(\d+)/.exec(String(stream.headers.ratelimit))?.[1]);
    const next = await opens('/events/stream', merchant.withKey);
    expect(remaining(before) - remaining(next)).toBe(1);
    const latency = (bound: string): Promise<number> =>
      metric(`http_request_duration_seconds_bucket\\{le="${bound}",method="GET",route="/api/v1/events/stream"\\}`);
    expect(await latency('1')).toBe(await latency('\\+Inf'));
  });
});

describe('A stream ends', () => {
  it('when its API key is deleted; the stream of another key goes on', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id, apiKey } = bodyOf(
      await merchant.asks<{ id: string; apiKey: string }>('POST', '/users/me/api-keys', { json: { name: 'Other' } }),
      201,
    );
    const [ending, going] = [
      await opens('/events/stream', { 'x-api-key': apiKey }),
      await opens('/events/stream', merchant.withKey),
    ];
    bodyOf(await merchant.asks('DELETE', `/users/me/api-keys/${id}`), 204);
    expect(await ending.end()).toBe(true);
    await merchant.charges();
    await going.has(2);
  });

  it('when its token is revoked', async () => {
    const merchant = await Merchant.joins(gateway);
    const again = await merchant.logsInAgain();
    const [events, logs, going] = [
      await opens('/events/stream', again.withToken),
      await opens('/request-logs/stream', again.withToken),
      await opens('/events/stream', merchant.withToken),
    ];
    bodyOf(await again.asks('POST', '/users/logout'), 204);
    expect(await Promise.all([events.end(), logs.end()])).toEqual([true, true]);
    await merchant.charges();
    await going.has(2);
  });

  it('when its token has expired', async () => {
    const own = await startGateway({ JWT_TTL_SECONDS: '2' });
    try {
      const merchant = await Merchant.joins(own);
      const stream = await opens('/events/stream', merchant.withToken, own);
      expect([stream.status, await stream.end()]).toEqual([200, true]);
    } finally {
      await own.stop();
    }
  });

  it('when its account is deleted', async () => {
    const merchant = await Merchant.joins(gateway);
    const streams = [
      await opens('/events/stream', merchant.withKey),
      await opens('/events/stream', merchant.withToken),
    ];
    bodyOf(await (await systemAdmin(gateway)).deletes('users', merchant.userId), 200);
    expect(await Promise.all(streams.map((stream) => stream.end()))).toEqual([true, true]);
  });

  it.each([
    ['deleted', (sandbox: Sandbox) => sandbox.does('DELETE', '/sandboxes/current')],
    ['reset', (sandbox: Sandbox) => sandbox.does('POST', '/sandboxes/current/reset')],
    [
      'restored',
      async (sandbox: Sandbox) => {
        const { id } = await sandbox.snapshot();
        await sandbox.does('POST', '/sandboxes/current/restore', { snapshot: id });
      },
    ],
  ])('when its sandbox is %s', async (_how, ends) => {
    const sandbox = await Sandbox.create(gateway);
    const streams = [
      await opens('/events/stream', sandbox.withKey),
      await opens('/request-logs/stream', sandbox.withToken),
    ];
    await sandbox.charges();
    await ends(sandbox);
    expect(await Promise.all(streams.map((stream) => stream.end()))).toEqual([true, true]);
  });

  it('when the process stops, which it does in time with exit code 0, whether clients read or not', async () => {
    const own = await startGateway();
    try {
      const merchant = await Merchant.joins(own);
      const large = Object.fromEntries(Array.from({ length: 28 }, (_, n) => [`key-${n}`, 'x'.repeat(480)]));
      const reading = await opens('/events/stream', merchant.withKey, own);
      const stuck = await opens('/events/stream', merchant.withKey, own);
      stuck.pause();
      for (let n = 0; n < 60; n += 1)
        await Promise.all(Array.from({ length: 10 }, () => merchant.charges({ metadata: large })));
      const begun = Date.now();
      expect(await own.terminate()).toEqual({ code: 0, signal: null });
      expect(Date.now() - begun).toBeLessThan(5_000);
      expect(await reading.end()).toBe(true);
    } finally {
      await own.stop();
    }
  }, 60_000);
});

it('A stream without events has a comment every 15 seconds, so that no proxy closes it', async () => {
  await eventually(
    'a heartbeat',
    () => silent.comments,
    (comments) => comments.length > 0,
    20_000,
  );
  expect(silent.frames).toEqual([]);
});
