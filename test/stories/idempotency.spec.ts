import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Document } from 'mongodb';
import { startSharedDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { type Answer, expectError, expectInvalid } from '../support/http.js';
import { type Charged, Merchant, newCharge, newRegistration } from '../support/merchant.js';
import {
  createEndpoint,
  type Delivery,
  finished,
  listDeliveries,
  ownPath,
  testEndpoint,
} from '../support/webhook-endpoints.js';
import { WebhookRecorder } from '../support/webhook-recorder.js';

let gateway: Gateway;
let recorder: WebhookRecorder;
beforeAll(async () => {
  [gateway, recorder] = await Promise.all([startGateway({ WEBHOOK_RETRY_SCHEDULE: '0' }), WebhookRecorder.start()]);
});
afterAll(async () => {
  await gateway.stop();
  await recorder.stop();
});

/** A POST that can be made twice: by whom, to where, with what. */
interface Change {
  readonly merchant: Merchant;
  readonly path: string;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status: number;
  /** How often the change was made, by what the gateway shows of it. */
  readonly made?: () => Promise<number>;
}

const send = ({ merchant, path, json, headers = merchant.withKey }: Change, key: string): Promise<Answer> =>
  merchant.gateway.request('POST', path, {
    headers: { ...headers, 'idempotency-key': key },
    ...(json !== undefined && { json }),
  });

const count = async (merchant: Merchant, path: string): Promise<number> =>
  (await merchant.asks<{ data: unknown[] }>('GET', path)).body.data.length;

const seesStatus = (merchant: Merchant, id: string, wanted: string) =>
  eventually(
    `payment ${id} to be ${wanted}`,
    () => merchant.gets(id),
    ({ status }) => status === wanted,
  );

const authorized = async (merchant: Merchant): Promise<string> => {
  const { id } = await merchant.charges({ capture: 'manual' });
  await seesStatus(merchant, id, 'authorized');
  return id;
};

const eventsOf = async (merchant: Merchant, type: string): Promise<number> =>
  count(merchant, `/events?limit=100&type=${type}`);

const failedDelivery = async (merchant: Merchant): Promise<Delivery> => {
  const { id } = await createEndpoint(merchant, recorder.url(ownPath(recorder, { status: 500 })));
  return finished(merchant, (await testEndpoint(merchant, id)).id);
};

/** Every POST that makes or changes something. */
const CHANGES: Readonly<Record<string, () => Promise<Change>>> = {
  'a charge': async () => {
    const merchant = await Merchant.joins(gateway);
    return {
      merchant,
      path: '/payments/charge',
      json: newCharge(),
      status: 201,
      made: async () => (await merchant.lists()).totalTransactions,
    };
  },
  'a registration': async () => {
    const merchant = await Merchant.joins(gateway);
    return { merchant, path: '/users/register', json: newRegistration(), headers: {}, status: 201 };
  },
  'a new API key': async () => {
    const merchant = await Merchant.joins(gateway);
    return {
      merchant,
      path: '/users/me/api-keys',
      json: { name: 'CI' },
      headers: merchant.withToken,
      status: 201,
      made: async () => (await count(merchant, '/users/me/api-keys')) - 1,
    };
  },
  'a rotation of the webhook secret': async () => {
    const merchant = await Merchant.joins(gateway);
    return { merchant, path: '/users/me/webhook-secret/rotate', headers: merchant.withToken, status: 200 };
  },
  'a new payment method': async () => {
    const merchant = await Merchant.joins(gateway);
    const json = { number: '4242424242424242', expMonth: 12, expYear: 2040, cvc: '123' };
    return { merchant, path: '/payment-methods', json, status: 201, made: () => count(merchant, '/payment-methods') };
  },
  'a capture': async () => {
    const merchant = await Merchant.joins(gateway);
    return {
      merchant,
      path: `/payments/${await authorized(merchant)}/capture`,
      json: { amount: 5 },
      status: 200,
      made: () => eventsOf(merchant, 'payment.completed'),
    };
  },
  'a void': async () => {
    const merchant = await Merchant.joins(gateway);
    return {
      merchant,
      path: `/payments/${await authorized(merchant)}/void`,
      status: 200,
      made: () => eventsOf(merchant, 'payment.voided'),
    };
  },
  'an authentication': async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await merchant.charges({ paymentMethod: 'pm_card_authenticationRequired' });
    return {
      merchant,
      path: `/payments/${id}/authenticate`,
      json: { result: 'succeeded' },
      status: 200,
      made: () => eventsOf(merchant, 'payment.completed'),
    };
  },
  'a refund': async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await merchant.receives();
    return {
      merchant,
      path: `/payments/${id}/refunds`,
      json: { amount: 5 },
      status: 201,
      made: () => count(merchant, '/refunds'),
    };
  },
  'a cancellation of a refund': async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await merchant.receives({ paymentMethod: 'pm_card_pendingRefund' });
    const refund = await merchant.asks<{ id: string }>('POST', `/payments/${id}/refunds`, { json: {} });
    return {
      merchant,
      path: `/refunds/${refund.body.id}/cancel`,
      status: 200,
      made: () => eventsOf(merchant, 'refund.canceled'),
    };
  },
  'a new webhook endpoint': async () => {
    const merchant = await Merchant.joins(gateway);
    return {
      merchant,
      path: '/webhooks/endpoints',
      json: { url: recorder.url() },
      status: 201,
      made: () => count(merchant, '/webhooks/endpoints'),
    };
  },
  "a rotation of an endpoint's secret": async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await createEndpoint(merchant, recorder.url());
    return { merchant, path: `/webhooks/endpoints/${id}/rotate-secret`, json: { overlapHours: 1 }, status: 200 };
  },
  'a test event': async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await createEndpoint(merchant, recorder.url());
    return {
      merchant,
      path: `/webhooks/endpoints/${id}/test`,
      status: 201,
      made: () => count(merchant, '/webhooks/deliveries'),
    };
  },
  'a redelivery': async () => {
    const merchant = await Merchant.joins(gateway);
    return {
      merchant,
      path: `/webhooks/deliveries/${(await failedDelivery(merchant)).id}/redeliver`,
      status: 200,
      made: () => count(merchant, '/webhooks/deliveries'),
    };
  },
  'a redelivery of all that failed': async () => {
    const merchant = await Merchant.joins(gateway);
    const { endpointId } = await failedDelivery(merchant);
    return {
      merchant,
      path: `/webhooks/endpoints/${String(endpointId)}/redeliver`,
      json: { since: '2020-01-01' },
      status: 200,
    };
  },
};

describe('A repetition under the same Idempotency-Key', () => {
  it.each(Object.keys(CHANGES))(
    'of %s gets the first answer again, secrets included, and changes nothing',
    async (what) => {
      const change = await (CHANGES[what] as () => Promise<Change>)();
      const key = randomUUID();
      const first = await send(change, key);
      expect({ status: first.status, replayed: first.headers.get('idempotency-replayed') }).toEqual({
        status: change.status,
        replayed: null,
      });
      const again = await send(change, `"${key}"`);
      expect({ status: again.status, text: again.text, replayed: again.headers.get('idempotency-replayed') }).toEqual({
        status: change.status,
        text: first.text,
        replayed: 'true',
      });
      expect(again.headers.get('content-type')).toBe(first.headers.get('content-type'));
      if (change.made) expect(await eventually('the change to be told', change.made, (made) => made > 0)).toBe(1);
    },
  );

  /*
   * The state that a crash between the change and the stored answer leaves: the change is there, the
   * record has no answer, and nobody is at work on it. (Real crashes: test/crash.)
   */
  it.each(Object.keys(CHANGES))(
    'of %s whose process died before the answer was stored finds the change made, and makes no second',
    async (what) => {
      const change = await (CHANGES[what] as () => Promise<Change>)();
      const records = (await gateway.database()).collection<{ _id: string; status: number | null }>(
        'idempotency_records',
      );
      const before = new Set((await records.find({}, { projection: { _id: 1 } }).toArray()).map(({ _id }) => _id));
      const key = randomUUID();
      const first = await send(change, key);
      expect(first.status).toBe(change.status);
      const [own] = (await records.find({}).toArray()).filter(({ _id }) => !before.has(_id));
      await records.updateOne(
        { _id: own?._id ?? '' },
        { $set: { status: null, sealedBody: null, lockedUntil: new Date(0) } },
      );

      const again = await send(change, key);
      expect({ status: again.status, replayed: again.headers.get('idempotency-replayed') }).toEqual({
        status: change.status,
        replayed: null,
      });
      const idOf = ({ body }: Answer): unknown =>
        (body as { id?: string; userId?: string }).id ?? (body as { userId?: string }).userId;
      expect(idOf(again)).toBe(idOf(first));
      if (change.made) expect(await eventually('the change to be told', change.made, (made) => made > 0)).toBe(1);
      expect((await send(change, key)).text).toBe(again.text);
    },
  );

  it('of a charge that was refused for its state gets the same refusal', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await merchant.receives();
    const change: Change = { merchant, path: `/payments/${id}/capture`, json: {}, status: 409 };
    const [first, again] = [await send(change, 'k'), await send(change, 'k')];
    expectError(first, 409, expect.stringContaining('completed'));
    // It names its own request, as every error does.
    expectError(again, 409, (first.body as { detail: string }).detail);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect((again.body as { requestId: string }).requestId).not.toBe((first.body as { requestId: string }).requestId);
  });

  it('gets the same answer after a restart', async () => {
    const own = await startGateway();
    try {
      const merchant = await Merchant.joins(own);
      const change: Change = { merchant, path: '/payments/charge', json: newCharge(), status: 201 };
      const first = await send(change, 'order-1');
      await own.kill9();
      await own.restart();
      const again = await send(change, 'order-1');
      expect({ text: again.text, replayed: again.headers.get('idempotency-replayed') }).toEqual({
        text: first.text,
        replayed: 'true',
      });
    } finally {
      await own.stop();
    }
  });
});

describe('An Idempotency-Key', () => {
  const charge = (merchant: Merchant, key: string, overrides: Readonly<Record<string, unknown>> = {}) =>
    send({ merchant, path: '/payments/charge', json: newCharge(overrides), status: 201 }, key);

  it('that was used with another payload is refused', async () => {
    const merchant = await Merchant.joins(gateway);
    const first = await charge(merchant, 'order-1');
    const other = await charge(merchant, 'order-1', { paymentAmount: 20 });
    expectInvalid(other, { loc: ['header', 'Idempotency-Key'], type: 'idempotency_key_reused', input: 'order-1' });
    expect(other.body).toMatchObject({ code: 'idempotency_key_reused' });
    expect((await charge(merchant, 'order-1')).text).toBe(first.text);
    expect((await merchant.lists()).totalTransactions).toBe(1);
  });

  it('does not mind how the same JSON is spaced', async () => {
    const merchant = await Merchant.joins(gateway);
    const headers = { ...merchant.withKey, 'idempotency-key': 'spaced' };
    const first = await gateway.request('POST', '/payments/charge', { headers, raw: JSON.stringify(newCharge()) });
    const again = await gateway.request('POST', '/payments/charge', {
      headers,
      raw: JSON.stringify(newCharge(), null, 2),
    });
    expect(again.text).toBe(first.text);
  });

  it('is the same quoted and bare', async () => {
    const merchant = await Merchant.joins(gateway);
    const answers = [await charge(merchant, 'a b\\c'), await charge(merchant, '"a b\\\\c"')];
    expect(answers[1]?.text).toBe(answers[0]?.text);
  });

  it("belongs to its account: somebody else's is another", async () => {
    const [one, two] = [await Merchant.joins(gateway), await Merchant.joins(gateway)];
    const [first, second] = [await charge(one, 'shared'), await charge(two, 'shared')];
    expect({ status: second.status, replayed: second.headers.get('idempotency-replayed') }).toEqual({
      status: 201,
      replayed: null,
    });
    expect((second.body as Charged).id).not.toBe((first.body as Charged).id);
  });

  it('belongs to its route: another route, or another object, may use it again', async () => {
    const merchant = await Merchant.joins(gateway);
    const [a, b] = [await merchant.receives(), await merchant.receives()];
    const refund = (id: string): Promise<Answer> =>
      send({ merchant, path: `/payments/${id}/refunds`, json: { amount: 1 }, status: 201 }, 'k');
    expect([(await refund(a.id)).status, (await refund(b.id)).status, (await charge(merchant, 'k')).status]).toEqual([
      201, 201, 201,
    ]);
    expect((await refund(b.id)).headers.get('idempotency-replayed')).toBe('true');
  });

  it.each([
    ['""', 'string_too_short'],
    ['x'.repeat(256), 'string_too_long'],
    ['"half', 'string_pattern_mismatch'],
  ])('%# that is no key is refused', async (key, type) => {
    const merchant = await Merchant.joins(gateway);
    expectInvalid(await charge(merchant, key), { loc: ['header', 'Idempotency-Key'], type });
  });

  it('of 255 characters is taken', async () => {
    const merchant = await Merchant.joins(gateway);
    expect((await charge(merchant, 'x'.repeat(255))).status).toBe(201);
  });

  it('is free again after a 422, a 401 and malformed JSON', async () => {
    const merchant = await Merchant.joins(gateway);
    expect((await charge(merchant, 'again', { paymentAmount: -1 })).status).toBe(422);
    expect(
      (
        await gateway.request('POST', '/payments/charge', {
          headers: { 'x-api-key': 'PK_LIVE_wrong', 'idempotency-key': 'again' },
          json: newCharge(),
        })
      ).status,
    ).toBe(401);
    expect(
      (
        await gateway.request('POST', '/payments/charge', {
          headers: { ...merchant.withKey, 'idempotency-key': 'again' },
          raw: '{',
        })
      ).status,
    ).toBe(422);
    const right = await charge(merchant, 'again');
    expect({ status: right.status, replayed: right.headers.get('idempotency-replayed') }).toEqual({
      status: 201,
      replayed: null,
    });
  });

  it('is free again after a 429', async () => {
    const limited = await startGateway({ RATE_LIMIT: 'write=1/1' });
    try {
      const merchant = await Merchant.joins(limited);
      const attempt = (n: number): Promise<Answer> => charge(merchant, `limited-${n}`);
      const answers = await Promise.all([1, 2, 3, 4].map(attempt));
      const refused = answers.findIndex(({ status }) => status === 429);
      expect(refused).toBeGreaterThanOrEqual(0);
      const answer = await eventually(
        'the limit to end',
        () => attempt(refused + 1),
        ({ status }) => status !== 429,
      );
      expect({ status: answer.status, replayed: answer.headers.get('idempotency-replayed') }).toEqual({
        status: 201,
        replayed: null,
      });
    } finally {
      await limited.stop();
    }
  });
});

describe('Parallel requests with one key', () => {
  it('make one payment: each of 50 gets the 201 or a 409 that says when to come again', async () => {
    const merchant = await Merchant.joins(gateway);
    const change: Change = { merchant, path: '/payments/charge', json: newCharge(), status: 201 };
    const answers = await Promise.all(Array.from({ length: 50 }, () => send(change, 'parallel')));
    const done = answers.filter(({ status }) => status === 201);
    expect(done.length).toBeGreaterThan(0);
    expect(new Set(done.map(({ text }) => text)).size).toBe(1);
    expect(done.filter(({ headers }) => headers.get('idempotency-replayed') === null)).toHaveLength(1);
    for (const conflict of answers.filter(({ status }) => status !== 201)) {
      expectError(conflict, 409, expect.stringContaining('still running'));
      expect(conflict.headers.get('retry-after')).toBe('1');
    }
    expect((await merchant.lists()).totalTransactions).toBe(1);
  });

  it('to a slow route: the second is told that the first is still running', async () => {
    const slow = await startGateway({ BCRYPT_COST: '13' });
    try {
      const register = () => slow.request('POST', '/users/register', { headers: { 'idempotency-key': 'slow' }, json });
      const json = newRegistration();
      const first = register();
      const second = await eventually(
        'the first to have begun',
        register,
        ({ status }) => status === 409 || status === 201,
      );
      expectError(second, 409, expect.stringContaining('still running'));
      const answer = await first;
      expect(answer.status).toBe(201);
      expect((await register()).text).toBe(answer.text);
    } finally {
      await slow.stop();
    }
  });

  it('to a route that runs longer than its lock: who lost the key stores no answer, and the run that has it does', async () => {
    // A hash that takes a while, so that the key can be lost while it is computed.
    const slow = await startGateway({ BCRYPT_COST: '13' });
    try {
      const json = newRegistration();
      const register = () =>
        slow.request<{ userId: string }>('POST', '/users/register', {
          headers: { 'idempotency-key': 'outlasted' },
          json,
        });
      interface Stored extends Document {
        readonly _id: string;
        readonly status: number | null;
        readonly sealedBody: string | null;
        readonly lockedUntil: Date;
      }
      const records = (await slow.database()).collection<Stored>('idempotency_records');
      const first = register();
      await eventually(
        'the first to have begun',
        () => records.countDocuments({ status: null }),
        (count) => count === 1,
      );
      // As a second run takes the key over, once the lock of the first has ended.
      const lockedUntil = new Date(Date.now() + 60_000);
      expect((await records.updateOne({ status: null }, { $set: { lockedUntil } })).modifiedCount).toBe(1);
      const { status, body } = await first;
      expect(status).toBe(201);
      expect(await records.find().toArray()).toMatchObject([{ status: null, sealedBody: null, lockedUntil }]);
      expectError(await register(), 409, expect.stringContaining('still running'));

      // The second run ended without an answer: the next one finds what the first has made, and its answer is kept.
      await records.updateOne({ status: null }, { $set: { lockedUntil: new Date(0) } });
      const third = await register();
      expect(third.status).toBe(201);
      expect(third.body.userId).toBe(body.userId);
      expect(third.headers.get('idempotency-replayed')).toBeNull();
      const replayed = await register();
      expect(replayed.headers.get('idempotency-replayed')).toBe('true');
      expect(replayed.text).toBe(third.text);
    } finally {
      await slow.stop();
    }
  });

  it('by two processes on one database make one payment as well', async () => {
    const database = await startSharedDatabase();
    const both = await Promise.all([
      startGateway({ MONGODB_URI: database.uri }),
      startGateway({ MONGODB_URI: database.uri }),
    ]);
    try {
      const merchant = await Merchant.joins(both[0]);
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, n) =>
          both[n % 2 === 0 ? 0 : 1].request('POST', '/payments/charge', {
            headers: { ...merchant.withKey, 'idempotency-key': 'two' },
            json: newCharge(),
          }),
        ),
      );
      expect(answers.filter(({ status }) => status !== 201 && status !== 409)).toEqual([]);
      expect((await merchant.lists()).totalTransactions).toBe(1);
    } finally {
      await Promise.all(both.map((one) => one.stop()));
      await database.stop();
    }
  });
});

describe('A stored answer', () => {
  it('with a secret cannot be read in the database', async () => {
    const merchant = await Merchant.joins(gateway);
    const register: Change = { merchant, path: '/users/register', json: newRegistration(), headers: {}, status: 201 };
    const endpoint: Change = { merchant, path: '/webhooks/endpoints', json: { url: recorder.url() }, status: 201 };
    const apiKey: Change = {
      merchant,
      path: '/users/me/api-keys',
      json: { name: 'CI' },
      headers: merchant.withToken,
      status: 201,
    };
    const bodies = (
      await Promise.all([register, endpoint, apiKey].map((change) => send(change, `sealed-${randomUUID()}`)))
    ).map(({ body }) => body as Record<string, string>);
    const secrets = bodies
      .flatMap(({ apiKey: key, webhookSecret, secret }) => [key, webhookSecret, secret])
      .filter((each): each is string => each !== undefined);
    expect(secrets).toHaveLength(4);
    const database = await gateway.database();
    for (const { name } of await database.listCollections().toArray()) {
      const text = JSON.stringify(await database.collection(name).find({}).toArray());
      expect(
        secrets.filter((secret) => text.includes(secret)).map((secret) => `${name}: ${secret.slice(0, 6)}`),
      ).toEqual([]);
    }
  });

  it('is kept 24 hours', async () => {
    const records = (await gateway.database()).collection<{ expiresAt: Date }>('idempotency_records');
    const [record] = await records.find({}).toArray();
    const hours = ((record?.expiresAt.getTime() ?? 0) - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(23.8);
    expect(hours).toBeLessThanOrEqual(24);
    expect(await records.indexes()).toContainEqual(
      expect.objectContaining({ key: { purgeAt: 1 }, expireAfterSeconds: 0 }),
    );
  });
});

describe('Redeliveries under one key', () => {
  it('are one attempt more, however often they are asked for', async () => {
    const merchant = await Merchant.joins(gateway);
    const delivery = await failedDelivery(merchant);
    const change: Change = { merchant, path: `/webhooks/deliveries/${delivery.id}/redeliver`, status: 200 };
    for (let n = 0; n < 3; n++) {
      expect((await send(change, 'once')).status).toBe(200);
      await finished(merchant, delivery.id);
    }
    const [{ attempts }] = (await listDeliveries(merchant)).data as [Delivery];
    expect(attempts).toHaveLength(2);
  });
});
