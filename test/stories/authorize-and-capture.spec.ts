import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSharedDatabase, type SharedDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { type Answer, expectInvalid, type Sent } from '../support/http.js';
import { bodyOf, Merchant, newCharge } from '../support/merchant.js';
import { WebhookRecorder } from '../support/webhook-recorder.js';

let gateway: Gateway;
let recorder: WebhookRecorder;
beforeAll(async () => {
  [gateway, recorder] = await Promise.all([
    startGateway({ PAYMENT_PROCESSING_DELAY_MS: '5' }),
    WebhookRecorder.start(),
  ]);
});
afterAll(async () => {
  await gateway.stop();
  await recorder.stop();
});

interface Payment {
  readonly id: string;
  readonly status: string;
  readonly amount: number;
  readonly amountCaptured: number;
  readonly amountRefunded: number;
  readonly failure: { readonly code: string } | null;
}

const get = async (merchant: Merchant, id: string): Promise<Payment> => (await merchant.gets(id)) as unknown as Payment;
const becomes = (merchant: Merchant, id: string, status: string): Promise<Payment> =>
  eventually(
    `payment ${id} to be ${status}`,
    () => get(merchant, id),
    (payment) => payment.status === status,
  );

/** A payment that is authorized and waits to be captured. */
async function authorizes(merchant: Merchant, charge: Readonly<Record<string, unknown>> = {}): Promise<Payment> {
  const { id } = await merchant.charges({ capture: 'manual', ...charge });
  return becomes(merchant, id, 'authorized');
}

const moves = (merchant: Merchant, id: string, move: string, json: unknown = {}): Promise<Answer<Payment>> =>
  merchant.asks<Payment>('POST', `/payments/${id}/${move}`, { json });

function expectIllegal(answer: Answer, status: string, allowed: readonly string[]): void {
  expect(answer.status).toBe(409);
  expect(answer.body).toMatchObject({ status: 409, code: 'illegal_transition', title: 'Conflict' });
  const { detail } = answer.body as { detail: string };
  expect(detail).toContain(` ${status} `);
  expect(detail.split('allowed: ')[1]?.replace('.', '').split(', ').sort()).toEqual(
    allowed.length > 0 ? [...allowed].sort() : ['nothing'],
  );
}

const eventTypes = (merchant: Merchant, count: number): Promise<string[]> =>
  eventually(
    `${count} events`,
    async () =>
      bodyOf(await merchant.asks<{ data: { type: string }[] }>('GET', '/events?limit=100'), 200)
        .data.map(({ type }) => type)
        .reverse(),
    (types) => types.length >= count,
  );

describe('An authorization', () => {
  it('holds the amount and takes none of it', async () => {
    const merchant = await Merchant.joins(gateway);
    expect(await authorizes(merchant, { paymentAmount: 50.25 })).toMatchObject({
      status: 'authorized',
      amount: 50.25,
      amountCaptured: 0,
      amountRefunded: 0,
      capture: 'manual',
      failure: null,
    });
    expect(await eventTypes(merchant, 2)).toEqual(['payment.created', 'payment.authorized']);
  });

  it.each([[{}], [{ amount: 50.25 }], [{ amount: null }]])('is captured whole by %j', async (json) => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await authorizes(merchant, { paymentAmount: 50.25 });
    expect(bodyOf(await moves(merchant, id, 'capture', json), 200)).toMatchObject({
      id,
      status: 'completed',
      amount: 50.25,
      amountCaptured: 50.25,
      amountRefunded: 0,
    });
    expect(await get(merchant, id)).toMatchObject({ status: 'completed', amountCaptured: 50.25 });
    expect(await eventTypes(merchant, 3)).toEqual(['payment.created', 'payment.authorized', 'payment.completed']);
  });

  it('is captured without any body, too', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await authorizes(merchant);
    expect(bodyOf(await merchant.asks<Payment>('POST', `/payments/${id}/capture`), 200)).toMatchObject({
      status: 'completed',
      amountCaptured: 19.99,
    });
  });

  it('is captured in part, once: the rest is released', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await authorizes(merchant, { paymentAmount: 50.25 });
    expect(bodyOf(await moves(merchant, id, 'capture', { amount: 0.01 }), 200)).toMatchObject({
      status: 'completed',
      amount: 50.25,
      amountCaptured: 0.01,
    });
    expectIllegal(await moves(merchant, id, 'capture', { amount: 1 }), 'completed', ['refunds']);
    expect(await get(merchant, id)).toMatchObject({ amountCaptured: 0.01 });
  });

  it.each([
    [{ amount: 100_000_000_000 }, 'less_than_equal'],
    [{ amount: 0 }, 'greater_than'],
    [{ amount: -1 }, 'greater_than'],
    [{ amount: 1.001 }, 'decimal_max_places'],
    [{ amount: '1' }, 'decimal_type'],
  ])('is not captured by %j', async (json, type) => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await authorizes(merchant, { paymentAmount: 50.25 });
    expectInvalid(await moves(merchant, id, 'capture', json), { loc: ['body', 'amount'], type, input: json.amount });
    expect(await get(merchant, id)).toMatchObject({ status: 'authorized', amountCaptured: 0 });
  });

  it.each([50.26, 99_999_999_999])('is not captured by %d, which is more than was authorized', async (amount) => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await authorizes(merchant, { paymentAmount: 50.25 });
    const answer = await moves(merchant, id, 'capture', { amount });
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({
      code: 'amount_too_large',
      detail: 'Only 50.25 USD of this payment can be captured.',
    });
    expect(await get(merchant, id)).toMatchObject({ status: 'authorized', amountCaptured: 0 });
  });

  it.each([
    ['JPY', 500, 1, 1.5],
    ['KWD', 1.234, 0.001, 0.0001],
    ['CLF', 1.2345, 0.0001, 0.00001],
  ])('in %s is captured in the minor units of its currency', async (currency, paymentAmount, part, tooFine) => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await authorizes(merchant, { currency, paymentAmount });
    expectInvalid(await moves(merchant, id, 'capture', { amount: tooFine }), {
      loc: ['body', 'amount'],
      type: 'decimal_max_places',
    });
    expect(bodyOf(await moves(merchant, id, 'capture', { amount: part }), 200)).toMatchObject({
      amount: paymentAmount,
      amountCaptured: part,
    });
  });

  it('is voided, and cannot be captured then', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await authorizes(merchant, { webhookUrl: recorder.url() });
    expect(bodyOf(await moves(merchant, id, 'void'), 200)).toMatchObject({
      status: 'voided',
      amountCaptured: 0,
      failure: null,
    });
    expectIllegal(await moves(merchant, id, 'capture'), 'voided', []);
    expect(await eventTypes(merchant, 3)).toEqual(['payment.created', 'payment.authorized', 'payment.voided']);
    await recorder.nextOf(id);
    await recorder.nextOf(id);
    expect(
      recorder
        .allOf(id)
        .map(({ body }) => [body.event, body.data.status])
        .sort(),
    ).toEqual([
      ['payment.authorized', 'authorized'],
      ['payment.voided', 'voided'],
    ]);
  });

  it('that is declined fails, also where it is only to be authorized', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await merchant.charges({ capture: 'manual', paymentMethod: 'pm_card_chargeDeclined' });
    expect((await becomes(merchant, id, 'failed')).failure?.code).toBe('card_declined');
  });

  it('of another account is not found, and stays as it is', async () => {
    const [merchant, other] = await Promise.all([Merchant.joins(gateway), Merchant.joins(gateway)]);
    const { id } = await authorizes(merchant);
    for (const move of ['capture', 'void', 'authenticate', 'refunds']) {
      const answer = await moves(other, id, move, move === 'authenticate' ? { result: 'succeeded' } : {});
      expect([answer.status, (answer.body as unknown as { code: string }).code]).toEqual([404, 'payment_not_found']);
    }
    expect(await get(merchant, id)).toMatchObject({ status: 'authorized' });
  });

  it('is listed and queried with what was captured', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await authorizes(merchant, { paymentAmount: 10 });
    expect((await merchant.queries('status=authorized')).transactions.map((payment) => payment.id)).toEqual([id]);
    await moves(merchant, id, 'capture', { amount: 4 });
    expect((await merchant.lists()).transactions[0]).toMatchObject({
      id,
      amount: 10,
      amountCaptured: 4,
      amountRefunded: 0,
    });
  });
});

describe('A capture other than automatic or manual', () => {
  it('is refused', async () => {
    const merchant = await Merchant.joins(gateway);
    expectInvalid(await merchant.triesToCharge(newCharge({ capture: 'later' })), {
      loc: ['body', 'capture'],
      type: 'enum',
    });
  });
});

/** The table of the design: the moves that a payment in each state can make. */
const ALLOWED = {
  pending: ['cancel'],
  requires_action: ['authenticate', 'cancel'],
  authorized: ['capture', 'void'],
  completed: ['refunds'],
  refunded: [],
  voided: [],
  canceled: [],
  failed: [],
} as const satisfies Record<string, readonly string[]>;
type State = keyof typeof ALLOWED;

const BRINGS: Readonly<Record<State, (merchant: Merchant) => Promise<string>>> = {
  pending: async (merchant) => (await merchant.charges({ customerName: 'PENDING' })).id,
  requires_action: async (merchant) => (await merchant.charges({ paymentMethod: 'pm_card_authenticationRequired' })).id,
  authorized: async (merchant) => (await authorizes(merchant)).id,
  completed: async (merchant) => (await merchant.receives()).id,
  refunded: async (merchant) => {
    const { id } = await merchant.receives();
    bodyOf(await moves(merchant, id, 'refunds'), 201);
    return id;
  },
  voided: async (merchant) => {
    const { id } = await authorizes(merchant);
    bodyOf(await moves(merchant, id, 'void'), 200);
    return id;
  },
  canceled: async (merchant) => {
    const { id } = await merchant.charges({ customerName: 'PENDING' });
    bodyOf(await moves(merchant, id, 'cancel'), 200);
    return id;
  },
  failed: async (merchant) => {
    const { id } = await merchant.charges({ customerName: 'DECLINED' });
    await becomes(merchant, id, 'failed');
    return id;
  },
};

const TRIED: readonly { readonly move: string; readonly sent: Sent; readonly legal: Partial<Record<State, string>> }[] =
  [
    { move: 'capture', sent: {}, legal: { authorized: 'completed' } },
    { move: 'void', sent: {}, legal: { authorized: 'voided' } },
    {
      move: 'cancel',
      sent: {},
      legal: { pending: 'canceled', requires_action: 'canceled', canceled: 'canceled' },
    },
    { move: 'authenticate', sent: { json: { result: 'succeeded' } }, legal: { requires_action: 'completed' } },
    { move: 'authenticate', sent: { json: { result: 'failed' } }, legal: { requires_action: 'failed' } },
    { move: 'refunds', sent: { json: {} }, legal: { completed: 'refunded' } },
  ];

describe('Every pair of state and move', () => {
  const pairs = (Object.keys(ALLOWED) as State[]).flatMap((state) =>
    TRIED.map((tried) => ({
      state,
      ...tried,
      sentBody: JSON.stringify(tried.sent.json ?? {}),
      leadsTo: tried.legal[state] ?? 'a refusal',
    })),
  );
  const proofs = new Map<object, Promise<void>>();
  beforeAll(() => {
    for (const pair of pairs) {
      const proof = proves(pair.state, pair);
      proof.catch(() => undefined);
      proofs.set(pair, proof);
    }
  });

  async function proves(state: State, { move, sent, legal }: (typeof TRIED)[number]): Promise<void> {
    const merchant = await Merchant.joins(gateway);
    const id = await BRINGS[state](merchant);
    const before = await get(merchant, id);
    expect(before.status).toBe(state);
    const answer = await merchant.asks('POST', `/payments/${id}/${move}`, sent);
    const to = legal[state];
    if (to === undefined) {
      expectIllegal(answer, state, ALLOWED[state]);
      expect(await get(merchant, id)).toEqual(before);
    } else {
      expect([200, 201]).toContain(answer.status);
      expect((await get(merchant, id)).status).toBe(to);
    }
  }

  it.each(pairs.map((pair) => ({ ...pair, pair })))(
    'is as in the table: $state, $move $sentBody, to $leadsTo',
    ({ pair }) => proofs.get(pair),
  );
});

describe('Of 50 who capture and void one payment at the same time', () => {
  let database: SharedDatabase;
  let two: Gateway[] = [];
  beforeAll(async () => {
    database = await startSharedDatabase();
    two = await Promise.all(
      [1, 2].map(() => startGateway({ PAYMENT_PROCESSING_DELAY_MS: '5', MONGODB_URI: database.uri })),
    );
  });
  afterAll(async () => {
    await Promise.all(two.map((each) => each.stop()));
    await database.stop();
  });

  it.each([
    ['in one process', () => [gateway]],
    ['in two processes', () => two],
  ])('%s one wins, and the others are told 409 with what is allowed then', async (_where, processes) => {
    const targets = processes();
    const first = targets[0] ?? gateway;
    const merchant = await Merchant.joins(first);
    const { id } = await authorizes(merchant, { paymentAmount: 50 });
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        (targets[n % targets.length] ?? first).request<Payment>(
          'POST',
          `/payments/${id}/${n % 4 < 2 ? 'capture' : 'void'}`,
          { headers: merchant.withToken, json: n % 4 < 2 ? { amount: n + 1 } : {} },
        ),
      ),
    );
    const won = answers.findIndex(({ status }) => status === 200);
    const payment = await get(merchant, id);
    expect(payment).toEqual(answers[won]?.body);
    expect(payment).toMatchObject(
      won % 4 < 2 ? { status: 'completed', amountCaptured: won + 1 } : { status: 'voided', amountCaptured: 0 },
    );
    for (const answer of answers.filter((_, n) => n !== won))
      expectIllegal(answer, payment.status, payment.status === 'voided' ? [] : ['refunds']);
    expect(await eventTypes(merchant, 3)).toEqual([
      'payment.created',
      'payment.authorized',
      payment.status === 'voided' ? 'payment.voided' : 'payment.completed',
    ]);
  });
});

describe('An authorization that is not captured', () => {
  it('expires: it is voided by the gateway, also where it was killed in between', async () => {
    const short = await startGateway({ PAYMENT_PROCESSING_DELAY_MS: '5', AUTHORIZATION_EXPIRES_AFTER_SECONDS: '2' });
    try {
      const merchant = await Merchant.joins(short);
      const captured = await authorizes(merchant);
      const left = await authorizes(merchant, { webhookUrl: recorder.url() });
      bodyOf(await moves(merchant, captured.id, 'capture'), 200);
      await short.kill9();
      await short.restart();
      expect((await get(merchant, left.id)).status).toMatch(/^(authorized|voided)$/);
      expect(await becomes(merchant, left.id, 'voided')).toMatchObject({ amountCaptured: 0, failure: null });
      expectIllegal(await moves(merchant, left.id, 'capture'), 'voided', []);
      await recorder.next(({ body }) => body.id === left.id && body.event === 'payment.voided');
      expect(await get(merchant, captured.id)).toMatchObject({ status: 'completed', amountCaptured: 19.99 });
      const types = await eventTypes(merchant, 6);
      expect(types.filter((type) => type === 'payment.voided')).toHaveLength(1);
      const { data } = bodyOf(
        await merchant.asks<{ data: { kind: string; text: string }[] }>('GET', `/payments/${left.id}/timeline`),
        200,
      );
      expect(data.find(({ text }) => text.startsWith('From authorized to voided'))?.text).toContain(
        'by the gateway, when it was due',
      );
    } finally {
      await short.stop();
    }
  });
});
