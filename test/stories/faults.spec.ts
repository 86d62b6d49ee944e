import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSharedDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import {
  charges,
  createFault,
  exchange,
  getFault,
  listFaults,
  statusesOf,
  triesToCreateFault,
} from '../support/faults.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { type Answer, expectError, expectInvalid } from '../support/http.js';
import { bodyOf, Merchant } from '../support/merchant.js';
import { documentedOperations } from '../support/openapi-operations.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

const answered = (answer: Answer<{ id: string }> | 'lost'): Answer<{ id: string }> => {
  if (answer === 'lost') throw new Error('The answer was lost.');
  return answer;
};

describe('A charge whose answer is lost', () => {
  it('is done once; its repetition with the key gets the stored answer, and the fault tells the truth', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await createFault(merchant, {
      match: { operation: 'charge' },
      when: 'after',
      effect: { type: 'reset' },
    });
    const headers = { 'idempotency-key': 'order-17', 'x-request-id': 'first' };
    expect(await charges(merchant, { headers })).toBe('lost');
    const again = answered(await charges(merchant, { headers: { ...headers, 'x-request-id': 'second' } }));
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
    expect((await merchant.lists()).totalTransactions).toBe(1);
    const { hits, remaining, createdAt } = await getFault(merchant, id);
    expect(remaining).toBe(0);
    expect(hits).toEqual([
      {
        at: expect.any(String),
        requestId: 'first',
        operation: 'charge',
        idempotencyKey: 'order-17',
        effect: { type: 'reset' },
        when: 'after',
        objectId: again.body.id,
        moneyMoved: true,
        repeatedWith: 'same_key',
      },
    ]);
    expect(Date.parse(hits[0]?.at ?? '')).toBeGreaterThanOrEqual(Date.parse(createdAt));
  });

  it('survives that the process is killed before it is lost', async () => {
    const own = await startGateway();
    try {
      const merchant = await Merchant.joins(own);
      const { id } = await createFault(merchant, {
        match: { operation: 'charge' },
        when: 'after',
        effect: { type: 'timeout' },
      });
      const lost = charges(merchant, { headers: { 'idempotency-key': 'k', 'x-request-id': 'killed' } });
      await eventually(
        'the payment to be made',
        async () => (await own.request('GET', '/payments/all', { headers: merchant.withKey })).status,
        (status) => status === 200,
      );
      await own.kill9();
      expect(await lost).toBe('lost');
      await own.restart();
      // Whether the answer was kept before the kill or not, the payment is the same.
      const again = await eventually(
        'the lock of the key to end',
        async () => answered(await charges(merchant, { headers: { 'idempotency-key': 'k' } })),
        ({ status }) => status !== 409,
      );
      expect(again.status).toBe(201);
      expect((await merchant.lists()).totalTransactions).toBe(1);
      const { hits, remaining } = await getFault(merchant, id);
      expect(remaining).toBe(0);
      expect(hits).toEqual([
        expect.objectContaining({
          requestId: 'killed',
          objectId: again.body.id,
          moneyMoved: true,
          repeatedWith: 'same_key',
        }),
      ]);
    } finally {
      await own.stop();
    }
  });

  it('is told by the id of its request if the process died before the truth was noted', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await createFault(merchant, { when: 'after', effect: { type: 'reset' } });
    await charges(merchant, { headers: { 'x-request-id': 'noted-by-nobody' } });
    const [payment] = (await merchant.lists()).transactions;
    // As it is on the disk between the charge and the note.
    const faults = (await gateway.database()).collection<{ _id: string }>('faults');
    await faults.updateOne(
      { _id: id, 'hits.requestId': 'noted-by-nobody' },
      { $set: { 'hits.$.isResolved': false, 'hits.$.objectId': null, 'hits.$.moneyMoved': false } },
    );
    const { hits } = await getFault(merchant, id);
    expect(hits[0]).toMatchObject({ objectId: payment?.id, moneyMoved: true });
  });

  it.each([
    ['the same key', 'k1', 'k1', 'same_key', 1],
    ['another key', 'k1', 'k2', 'other_key', 2],
    ['a key after none', null, 'k2', 'other_key', 2],
    ['no key', 'k1', null, 'no_key', 2],
  ])('is seen to be repeated with %s', async (_how, first, second, repeatedWith, payments) => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await createFault(merchant, { when: 'after', effect: { type: 'empty' } });
    const keyed = (key: string | null) => ({ headers: key === null ? {} : { 'idempotency-key': key } });
    expect(await charges(merchant, keyed(first))).toBe('lost');
    expect(answered(await charges(merchant, keyed(second))).status).toBe(201);
    expect((await getFault(merchant, id)).hits).toEqual([expect.objectContaining({ repeatedWith })]);
    expect((await merchant.lists()).totalTransactions).toBe(payments);
  });

  it('is not repeated by another charge', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await createFault(merchant, { when: 'after', effect: { type: 'reset' } });
    await charges(merchant);
    await charges(merchant, { paymentAmount: 1 });
    expect((await getFault(merchant, id)).hits[0]?.repeatedWith).toBeNull();
  });

  it('that was declined moved no money', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await createFault(merchant, { when: 'after', effect: { type: 'reset' } });
    await charges(merchant, { headers: { 'x-simulate': 'generic_decline' } });
    const { hits } = await eventually(
      'the decline',
      () => getFault(merchant, id),
      (fault) => fault.hits[0]?.moneyMoved === false,
    );
    expect(hits[0]?.objectId).toMatch(/^txn_/);
  });

  it('and captures and refunds too are told', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id: authorized } = await merchant.charges({ capture: 'manual' });
    await eventually(
      'the authorization',
      () => merchant.gets(authorized),
      ({ status }) => status === 'authorized',
    );
    const fault = await createFault(merchant, {
      sequence: [{ type: 'reset' }, { type: 'empty' }],
      when: 'after',
      match: { method: 'POST', path: '/payments/txn_*/*' },
    });
    const asks = (path: string) =>
      merchant.asks('POST', `/payments/${authorized}/${path}`, { json: {} }).catch(() => null);
    expect(await asks('capture')).toBeNull();
    expect(await asks('refunds')).toBeNull();
    const { hits } = await getFault(merchant, fault.id);
    expect(hits).toEqual([
      expect.objectContaining({ operation: 'capturePayment', objectId: authorized, moneyMoved: true }),
      expect.objectContaining({
        operation: 'createRefund',
        objectId: expect.stringMatching(/^ref_/),
        moneyMoved: true,
        effect: { type: 'empty' },
      }),
    ]);
  });
});

describe('A fault before the work', () => {
  it('leaves nothing done and nothing under the key', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await createFault(merchant, { effect: { type: 'status', status: 503, retryAfter: 2 } });
    const headers = { 'idempotency-key': 'k' };
    const refused = answered(await charges(merchant, { headers }));
    expectError(refused, 503, 'A fault that was asked for.');
    expect(refused.body).toMatchObject({ code: 'injected_fault' });
    expect(refused.headers.get('retry-after')).toBe('2');
    const again = answered(await charges(merchant, { headers }));
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, null]);
    expect((await getFault(merchant, id)).hits).toEqual([
      expect.objectContaining({ objectId: null, moneyMoved: false, when: 'before', repeatedWith: 'same_key' }),
    ]);
  });

  it('answers with a body of your own', async () => {
    const merchant = await Merchant.joins(gateway);
    const body = { error: { $code: 'a.b', list: [1, null] } };
    await createFault(merchant, { effect: { type: 'status', status: 429, body } });
    expect(answered(await charges(merchant))).toMatchObject({ status: 429, body });
  });

  it('lets the request go on after a latency, and tells what it did', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await createFault(merchant, { effect: { type: 'latency', ms: 150 } });
    const began = performance.now();
    const { status, body } = answered(await charges(merchant));
    expect(status).toBe(201);
    expect(performance.now() - began).toBeGreaterThanOrEqual(149);
    expect((await getFault(merchant, id)).hits).toEqual([
      expect.objectContaining({ objectId: body.id, moneyMoved: true }),
    ]);
  });
});

describe('How often a fault hits', () => {
  it('follows a sequence, then ends', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id, times, remaining } = await createFault(merchant, {
      match: { operation: 'charge' },
      sequence: [{ type: 'status', status: 503 }, null, { type: 'reset' }],
    });
    expect([times, remaining]).toEqual([3, 3]);
    expect(await statusesOf(merchant, 4)).toEqual([503, 201, 'lost', 201]);
    const fault = await getFault(merchant, id);
    expect(fault.remaining).toBe(0);
    expect(fault.hits.map(({ effect }) => effect)).toEqual([{ type: 'status', status: 503 }, { type: 'reset' }]);
  });

  it('follows times and skip', async () => {
    const merchant = await Merchant.joins(gateway);
    await createFault(merchant, {
      match: { operation: 'charge' },
      effect: { type: 'status', status: 500 },
      times: 2,
      skip: 1,
    });
    expect(await statusesOf(merchant, 4)).toEqual([201, 500, 500, 201]);
  });

  it('follows its probability', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await createFault(merchant, {
      match: { operation: 'listPaymentsByPage' },
      effect: { type: 'status', status: 500 },
      times: null,
      probability: 0.3,
    });
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => merchant.asks('GET', '/payments').then(({ status }) => status)),
    );
    const hits = answers.filter((status) => status === 500).length;
    expect(hits).toBeGreaterThan(30);
    expect(hits).toBeLessThan(90);
    const fault = await getFault(merchant, id);
    expect(fault.remaining).toBeNull();
    expect(fault.hits).toHaveLength(Math.min(hits, 100));
    expect((await merchant.asks('GET', '/events')).status).toBe(200);
  });

  it('is never more than times, however many requests come at once', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await createFault(merchant, {
      match: { operation: 'charge' },
      effect: { type: 'status', status: 503 },
    });
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => charges(merchant, { paymentAmount: n + 1 })),
    );
    expect(answers.filter((answer) => answered(answer).status === 503)).toHaveLength(1);
    expect((await getFault(merchant, id)).hits).toHaveLength(1);
  });

  it('is decided by the oldest fault that matches and can still hit', async () => {
    const merchant = await Merchant.joins(gateway);
    await createFault(merchant, { match: { path: '/payments/charge' }, effect: { type: 'status', status: 500 } });
    await createFault(merchant, { match: { operation: 'charge' }, effect: { type: 'status', status: 503 } });
    expect(await statusesOf(merchant, 3)).toEqual([500, 503, 201]);
  });
});

describe('A fault hits', () => {
  it('only what it matches', async () => {
    const merchant = await Merchant.joins(gateway);
    await createFault(merchant, {
      match: { operation: 'charge', method: 'POST', path: '/payments/*', metadata: { case: '17' } },
      effect: { type: 'status', status: 503 },
      times: null,
    });
    expect(await statusesOf(merchant, 1)).toEqual([201]);
    expect(answered(await charges(merchant, { metadata: { case: '18' } })).status).toBe(201);
    expect(answered(await charges(merchant, { metadata: { case: '17', more: 'x' } })).status).toBe(503);
    expect((await merchant.asks('GET', '/payments')).status).toBe(200);
  });

  it('only its account', async () => {
    const [merchant, other] = await Promise.all([Merchant.joins(gateway), Merchant.joins(gateway)]);
    const { id } = await createFault(merchant, { effect: { type: 'reset' }, times: null });
    expect(await statusesOf(other, 2)).toEqual([201, 201]);
    expect((await other.asks('GET', `/faults/${id}`)).status).toBe(404);
    expect((await other.asks('DELETE', `/faults/${id}`)).status).toBe(404);
    expect((await listFaults(other)).data).toEqual([]);
  });

  it('never the routes that arrange it', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await createFault(merchant, { effect: { type: 'reset' }, times: null });
    expect((await getFault(merchant, id)).hits).toEqual([]);
    expect((await merchant.asks('GET', '/clock')).status).not.toBe(500);
    const header = { headers: { 'x-fault': 'before; reset' } };
    expect((await merchant.asks('GET', '/faults', header)).status).toBe(200);
    expect((await merchant.asks('DELETE', '/faults')).status).toBe(204);
    expect(await statusesOf(merchant, 1)).toEqual([201]);
  });

  it('each operation of the document that needs credentials, by its name', async () => {
    const merchant = await Merchant.joins(gateway);
    const answer = await triesToCreateFault(merchant, { match: { operation: 'nothing' }, effect: { type: 'reset' } });
    const [{ ctx } = { ctx: {} }] = (answer.body as unknown as { detail: { ctx: { expected?: string } }[] }).detail;
    const names = [...(ctx.expected ?? '').matchAll(/'([^']+)'/g)].map(([, name = '']) => name);
    const allowed = names.filter((name) => !name.includes(' '));
    expect(names).toContain('POST /v1/payment_intents/{id}/confirm');
    expect(names.filter((name) => name.includes('/test_helpers/'))).toEqual([]);
    const exempt = /^\/api\/v1\/(?:faults|clock|sandboxes|snapshots|certifications)\b/;
    const documented = documentedOperations()
      .filter(({ path, security = [] }) => security.length > 0 && !exempt.test(path))
      .map(({ operationId }) => operationId)
      .filter((name) => name !== 'receiveWebhook');
    expect(allowed.sort()).toEqual([...documented, 'capture', 'void', 'cancel', 'refund', 'authenticate'].sort());
  });
});

describe('X-Fault', () => {
  it('asks for a fault of its own request, which is listed', async () => {
    const merchant = await Merchant.joins(gateway);
    expect(await charges(merchant, { headers: { 'x-fault': 'after; reset', 'idempotency-key': 'k' } })).toBe('lost');
    expect(answered(await charges(merchant, { headers: { 'idempotency-key': 'k' } })).status).toBe(201);
    const { data } = await listFaults(merchant);
    expect(data).toEqual([
      expect.objectContaining({
        source: 'header',
        when: 'after',
        effect: { type: 'reset' },
        remaining: 0,
        hits: [expect.objectContaining({ moneyMoved: true, repeatedWith: 'same_key' })],
      }),
    ]);
    expect((await merchant.lists()).totalTransactions).toBe(1);
  });

  it('is refused where it is malformed, with what is allowed', async () => {
    const merchant = await Merchant.joins(gateway);
    const answer = answered(await charges(merchant, { headers: { 'x-fault': 'after; explode' } }));
    expectInvalid(answer, {
      loc: ['header', 'X-Fault'],
      type: 'enum',
      ctx: { expected: "'status', 'latency', 'timeout', 'reset', 'empty', 'cut', 'garbage' or 'drip'" },
    });
    expect((await merchant.asks('GET', '/payments')).body).toMatchObject({ data: [] });
  });

  it('drops its oldest faults when there are too many, and never those that were asked for by a request', async () => {
    const merchant = await Merchant.joins(gateway);
    const unused = { match: { metadata: { case: 'never' } }, effect: { type: 'reset' } };
    const asked = await Promise.all(Array.from({ length: 99 }, () => createFault(merchant, unused)));
    const status = async (wanted: number): Promise<void> => {
      const answer = await merchant.asks('GET', '/payments', { headers: { 'x-fault': `before; status=${wanted}` } });
      expect(answer.status).toBe(wanted);
    };
    await status(500);
    await status(501);
    const { data } = await listFaults(merchant, 'limit=100');
    expect(data).toHaveLength(100);
    expect(data.filter(({ source }) => source === 'api')).toHaveLength(asked.length);
    expect(data.find(({ source }) => source === 'header')?.effect).toEqual({ type: 'status', status: 501 });
    expectError(
      await triesToCreateFault(merchant, unused),
      409,
      'A user can have at most 100 faults; delete some first.',
    );
  });
});

describe('Faults', () => {
  it('are created as they were sent, listed by page, and deleted', async () => {
    const merchant = await Merchant.joins(gateway);
    const sent = {
      match: { operation: 'refund', metadata: { 'a.b': 'x', $c: 'y' } },
      when: 'after',
      effect: { type: 'latency', p50: 5, p99: 20 },
      times: 7,
      skip: 1,
      probability: 0.5,
    };
    const first = await createFault(merchant, sent);
    expect(first).toEqual({
      ...sent,
      id: expect.stringMatching(/^flt_[0-9a-f]{24}$/),
      source: 'api',
      sequence: null,
      remaining: 7,
      hits: [],
      createdAt: expect.any(String),
    });
    const second = await createFault(merchant, {
      effect: { type: 'drop' },
      match: { event: 'payment.*' },
      times: null,
    });
    expect(second).toMatchObject({ when: null, times: null, remaining: null });
    expect(await getFault(merchant, first.id)).toEqual(first);
    expect(await listFaults(merchant, 'limit=1')).toEqual({ data: [second], hasMore: true });
    expect(await listFaults(merchant, `startingAfter=${second.id}`)).toEqual({ data: [first], hasMore: false });
    expect((await merchant.asks('DELETE', `/faults/${first.id}`)).status).toBe(204);
    expectError(await merchant.asks('GET', `/faults/${first.id}`), 404, `Fault '${first.id}' not found for this user.`);
    expect((await merchant.asks('DELETE', '/faults')).status).toBe(204);
    expect((await listFaults(merchant)).data).toEqual([]);
    const account = await (
      await gateway.database()
    )
      .collection<{ _id: string }>('accounts')
      .findOne({ _id: merchant.userId });
    expect(account).not.toHaveProperty('hasFaults');
  });

  it('are created once by a repeated request', async () => {
    const merchant = await Merchant.joins(gateway);
    const request = { headers: { 'idempotency-key': randomUUID() }, json: { effect: { type: 'reset' } } };
    const [one, two] = [
      await merchant.asks('POST', '/faults', request),
      await merchant.asks('POST', '/faults', request),
    ];
    expect(two.body).toEqual(one.body);
    expect((await listFaults(merchant)).data).toHaveLength(1);
  });

  it.each<[object, (string | number)[], string]>([
    [{}, ['body', 'effect'], 'missing'],
    [{ effect: 'reset' }, ['body', 'effect'], 'dict_type'],
    [{ effect: { type: 'explode' } }, ['body', 'effect', 'type'], 'enum'],
    [{ effect: { type: 'status', status: 200 } }, ['body', 'effect', 'status'], 'greater_than_equal'],
    [{ effect: { type: 'reset' }, when: 'later' }, ['body', 'when'], 'enum'],
    [{ effect: { type: 'reset' }, times: 0 }, ['body', 'times'], 'greater_than_equal'],
    [{ effect: { type: 'reset' }, skip: -1 }, ['body', 'skip'], 'greater_than_equal'],
    [{ effect: { type: 'reset' }, probability: 2 }, ['body', 'probability'], 'less_than_equal'],
    [{ effect: { type: 'reset' }, probability: '1' }, ['body', 'probability'], 'float_type'],
    [{ effect: { type: 'reset' }, match: [] }, ['body', 'match'], 'dict_type'],
    [{ effect: { type: 'reset' }, match: { operation: 'pay' } }, ['body', 'match', 'operation'], 'enum'],
    [{ effect: { type: 'reset' }, match: { event: '*' } }, ['body', 'match', 'event'], 'extra_forbidden'],
    [{ effect: { type: 'drop' }, match: { path: '/x' } }, ['body', 'match', 'path'], 'extra_forbidden'],
    [{ sequence: [] }, ['body', 'sequence'], 'list_length'],
    [{ sequence: [{ type: 'x' }] }, ['body', 'sequence', 0, 'type'], 'enum'],
    [{ effect: { type: 'reset' }, more: 1 }, ['body', 'more'], 'extra_forbidden'],
  ])('refuse %j', async (fault, loc, type) => {
    const merchant = await Merchant.joins(gateway);
    expectInvalid(await triesToCreateFault(merchant, { ...fault }), { loc, type });
  });

  it('are in the request log', async () => {
    const merchant = await Merchant.joins(gateway);
    await exchange(merchant, 'before; reset');
    await exchange(merchant, 'after; garbage');
    const logs = await eventually(
      'both requests in the log',
      async () =>
        bodyOf(
          await merchant.asks<{ data: { path: string; status: number }[] }>(
            'GET',
            '/request-logs?path=/api/v1/payments/charge',
          ),
          200,
        ).data,
      ({ length }) => length === 2,
    );
    expect(logs.map(({ status }) => status)).toEqual([201, 503]);
  });

  it('do not delay the end of the process', async () => {
    const own = await startGateway();
    try {
      const merchant = await Merchant.joins(own);
      const open = ['before; timeout', 'before; latency=60000', 'after; drip=1'].map((fault) =>
        charges(merchant, { headers: { 'x-fault': fault } }),
      );
      await eventually(
        'all three to be hit, and the slow answer to begin',
        () => listFaults(merchant),
        ({ data }) => data.length === 3 && data.some(({ hits }) => hits[0]?.moneyMoved),
      );
      expect(await own.terminate()).toEqual({ code: 0, signal: null });
      await Promise.allSettled(open);
    } finally {
      await own.stop();
    }
  });
});

/** A gateway in production on a database of its own. */
async function startProduction(settings: Readonly<Record<string, string>>) {
  const database = await startSharedDatabase();
  const own = await startGateway({ ...settings, MONGODB_URI: database.uri });
  return {
    gateway: own,
    stop: async () => {
      await own.stop();
      await database.stop();
    },
  };
}

describe('In production', () => {
  const production = { NODE_ENV: 'production' };

  it('faults are off: routes are closed, the header is ignored', async () => {
    const own = await startProduction(production);
    try {
      const merchant = await Merchant.joins(own.gateway);
      for (const [method, path] of [
        ['POST', '/faults'],
        ['GET', '/faults'],
        ['DELETE', '/faults'],
        ['GET', '/faults/flt_1'],
        ['DELETE', '/faults/flt_1'],
      ] as const)
        expectError(
          await merchant.asks(method, path, method === 'POST' ? { json: { effect: { type: 'reset' } } } : {}),
          403,
          'Faults are off on this gateway; set FAULTS=on.',
        );
      expect(answered(await charges(merchant, { headers: { 'x-fault': 'after; reset' } })).status).toBe(201);
    } finally {
      await own.stop();
    }
  });

  it('FAULTS=on opens them', async () => {
    const own = await startProduction({ ...production, FAULTS: 'on' });
    try {
      const merchant = await Merchant.joins(own.gateway);
      await createFault(merchant, { effect: { type: 'status', status: 503 } });
      expect(answered(await charges(merchant)).status).toBe(503);
    } finally {
      await own.stop();
    }
  });
});
