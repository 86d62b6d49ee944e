import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSharedDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { type Answer, expectError, expectInvalid } from '../support/http.js';
import { bodyOf, Merchant, newCharge, systemAdmin } from '../support/merchant.js';
import { DAY, later, Sandbox, type SandboxBody, SECOND, START } from '../support/sandbox.js';
import { standard } from '../support/webhook-endpoints.js';
import { WebhookRecorder } from '../support/webhook-recorder.js';

let gateway: Gateway;
let recorder: WebhookRecorder;
beforeAll(async () => {
  [gateway, recorder] = await Promise.all([
    startGateway({ PAYMENT_PROCESSING_DELAY_MS: '5', DISPUTE_DELAY_MS: '20', DISPUTE_REVIEW_MS: '20' }),
    WebhookRecorder.start(),
  ]);
});
afterAll(async () => {
  await gateway.stop();
  await recorder.stop();
});

interface Dispute {
  readonly id: string;
  readonly paymentId: string;
  readonly stage: string;
  readonly status: string;
  readonly reason: string;
  readonly amount: number;
  readonly currency: string;
  readonly fee: number;
  readonly evidenceDueBy: string;
  readonly createdAt: string;
  readonly evidence: Readonly<Record<string, string>> | null;
  readonly history:
    { readonly at: string; readonly type: string; readonly status: string; readonly why: string | null }[] | null;
}

type Fields = Readonly<Record<string, unknown>>;

/** From the completion to the dispute, and from the evidence to the outcome. */
const DELAY_MS = 5 * SECOND;

const newSandbox = (on = gateway): Promise<Sandbox> =>
  Sandbox.create(on, {
    clock: { now: START },
    settings: { processingDelayMs: 0, disputeDelayMs: DELAY_MS, disputeReviewMs: DELAY_MS, settlementDelayDays: 0 },
  });

const lists = async (sandbox: Sandbox, search = ''): Promise<Dispute[]> =>
  (await sandbox.does<{ data: Dispute[] }>('GET', `/disputes?${search}`)).data;
const gets = (sandbox: Sandbox, id: string): Promise<Dispute> => sandbox.does<Dispute>('GET', `/disputes/${id}`);
const saves = (sandbox: Sandbox, id: string, evidence: Fields): Promise<Dispute> =>
  sandbox.does<Dispute>('POST', `/disputes/${id}/evidence`, evidence);
const submits = (sandbox: Sandbox, id: string): Promise<Dispute> =>
  sandbox.does<Dispute>('POST', `/disputes/${id}/submit`);
const opens = (sandbox: Sandbox, paymentId: string, fields: Fields = {}): Promise<Dispute> =>
  sandbox.does<Dispute>('POST', `/payments/${paymentId}/disputes`, { reason: 'fraudulent', ...fields });
const disputeEvents = async (sandbox: Sandbox, objectId: string): Promise<[string, unknown, unknown][]> =>
  (await sandbox.events(`objectId=${objectId}&limit=100`))
    .filter(({ type }) => type.startsWith('dispute.'))
    .map(({ type, data }): [string, unknown, unknown] => [type.slice('dispute.'.length), data.stage, data.status])
    .reverse();

function expectRefused(answer: Answer, code: string): void {
  expect([answer.status, (answer.body as { code: string }).code]).toEqual([409, code]);
}

/** A payment of 100 that is disputed as a whole. */
async function disputed(fields: Fields = {}): Promise<{ sandbox: Sandbox; paymentId: string; dispute: Dispute }> {
  const sandbox = await newSandbox();
  const { id: paymentId } = await sandbox.charges({ paymentAmount: 100 });
  return { sandbox, paymentId, dispute: await opens(sandbox, paymentId, fields) };
}

describe('A test card', () => {
  it.each([
    ['pm_card_createDispute', [['fraudulent', 'chargeback', 19.99, 15]]],
    ['pm_card_createDisputeProductNotReceived', [['product_not_received', 'chargeback', 19.99, 15]]],
    ['pm_card_createDisputeInquiry', [['general', 'inquiry', 19.99, 0]]],
    [
      'pm_card_createMultipleDisputes',
      [
        ['product_not_received', 'chargeback', 9.99, 15],
        ['fraudulent', 'chargeback', 10, 15],
      ],
    ],
  ])('%s is disputed when its time has come, and not before', async (paymentMethod, expected) => {
    const sandbox = await newSandbox();
    const { id } = await sandbox.charges({ paymentMethod });
    await sandbox.advance({ by: 'PT4S' });
    expect(await lists(sandbox)).toEqual([]);
    await sandbox.advance({ by: 'PT1S' });
    const disputes = await lists(sandbox, `paymentId=${id}`);
    expect(disputes.map(({ reason, stage, amount, fee }) => [reason, stage, amount, fee])).toEqual(expected);
    for (const dispute of disputes)
      expect(dispute).toMatchObject({
        id: expect.stringMatching(/^dsp_[0-9a-f]{24}$/),
        status: 'needs_response',
        createdAt: later(DELAY_MS),
        evidenceDueBy: later(DELAY_MS + 7 * DAY),
        evidence: null,
        history: null,
      });
  });

  it('pm_card_createIssuerFraudRecord only warns', async () => {
    const sandbox = await newSandbox();
    const { id } = await sandbox.charges({ paymentMethod: 'pm_card_createIssuerFraudRecord' });
    await sandbox.advance({ by: '1d' });
    const [warning] = await sandbox.events('type=fraud_warning.created');
    expect(warning?.data).toEqual({
      id: expect.stringMatching(/^fw_[0-9a-f]{24}$/),
      paymentId: id,
      amount: 19.99,
      currency: 'USD',
      fraudType: 'made_with_stolen_card',
      actionable: true,
      createdAt: later(DELAY_MS),
    });
    expect(await lists(sandbox)).toEqual([]);
    expect((await sandbox.clock()).nextDueAt).toBeNull();
  });

  it('disputes only what is left of a refunded payment, and nothing of nothing', async () => {
    const sandbox = await newSandbox();
    const part = await sandbox.charges({ paymentMethod: 'pm_card_createDispute' });
    await sandbox.does('POST', `/payments/${part.id}/refunds`, { amount: 9.99 });
    const whole = await sandbox.charges({ paymentMethod: 'pm_card_createDispute' });
    await sandbox.does('POST', `/payments/${whole.id}/refunds`);
    await sandbox.advance({ by: '1m' });
    expect((await lists(sandbox)).map(({ paymentId, amount }) => [paymentId, amount])).toEqual([[part.id, 10]]);
  });

  it('gives the same ids in each run of one seed', async () => {
    const run = async (): Promise<unknown> => {
      const sandbox = await Sandbox.create(gateway, {
        clock: { now: START },
        seed: 'disputes',
        settings: { processingDelayMs: 0, disputeDelayMs: DELAY_MS },
      });
      await sandbox.charges({ paymentMethod: 'pm_card_createMultipleDisputes' });
      await sandbox.advance({ by: '8d' });
      return [await lists(sandbox), await sandbox.events()];
    };
    const [disputes, events] = (await run()) as [Dispute[], { data: { ownerId?: string } }[]];
    const again = (await run()) as [Dispute[], { id?: string }[]];
    expect(again[0]).toEqual(disputes);
    expect(again[1].map(({ id }) => id)).toEqual((events as { id?: string }[]).map(({ id }) => id));
  });
});

describe('The outcome', () => {
  it.each([
    ['chargeback', { uncategorizedText: 'winning_evidence' }, 'won', ['closed', 'funds_reinstated']],
    ['chargeback', { uncategorizedText: 'losing_evidence' }, 'lost', ['closed']],
    ['chargeback', { receipt: 'R', customerCommunication: 'C' }, 'won', ['closed', 'funds_reinstated']],
    ['chargeback', { receipt: 'R' }, 'lost', ['closed']],
    ['chargeback', {}, 'lost', ['closed']],
    ['inquiry', { receipt: 'R', customerCommunication: 'C' }, 'won', ['closed']],
    ['inquiry', { receipt: 'losing_evidence' }, 'lost', ['closed']],
  ])('of a %s with %j is %s', async (stage, evidence, status, last) => {
    const { sandbox, dispute } = await disputed({ stage });
    await saves(sandbox, dispute.id, evidence);
    expect(await submits(sandbox, dispute.id)).toMatchObject({ status: 'under_review' });
    expectRefused(await sandbox.asks('POST', `/disputes/${dispute.id}/evidence`, { json: {} }), 'dispute_not_open');
    expect((await sandbox.advance({ by: 'PT5S' })).nextDueAt).toBeNull();
    const closed = await gets(sandbox, dispute.id);
    expect(closed).toMatchObject({ status, stage, evidence, fee: stage === 'inquiry' ? 0 : 15 });
    expect(closed.history?.find(({ type }) => type === 'dispute.closed')?.why).toEqual(expect.any(String));
    const types = (await disputeEvents(sandbox, dispute.id)).map(([type]) => type);
    const saved = Object.keys(evidence).length > 0 ? ['updated'] : [];
    const opened = stage === 'inquiry' ? ['created'] : ['created', 'funds_withdrawn'];
    expect(types).toEqual([...opened, ...saved, 'updated', ...last]);
  });

  it.each([
    ['is asked for', { uncategorizedText: 'escalate_inquiry_evidence' }],
    ['follows from evidence that does not answer', { productDescription: 'Shoes' }],
  ])('of an inquiry can be a chargeback: it %s', async (_how, evidence) => {
    const { sandbox, dispute } = await disputed({ stage: 'inquiry' });
    await saves(sandbox, dispute.id, evidence);
    await submits(sandbox, dispute.id);
    await sandbox.advance({ by: 'PT5S' });
    expect(await gets(sandbox, dispute.id)).toMatchObject({
      stage: 'chargeback',
      status: 'needs_response',
      fee: 15,
      evidenceDueBy: later(DELAY_MS + 7 * DAY),
      evidence,
    });
    expect((await disputeEvents(sandbox, dispute.id)).slice(-2)).toEqual([
      ['updated', 'chargeback', 'needs_response'],
      ['funds_withdrawn', 'chargeback', 'needs_response'],
    ]);
  });

  it('of a chargeback can be pre-arbitration, which ends', async () => {
    const { sandbox, dispute } = await disputed();
    await saves(sandbox, dispute.id, { receipt: 'escalate_inquiry_evidence' });
    for (const [stage, status] of [
      ['pre_arbitration', 'needs_response'],
      ['pre_arbitration', 'lost'],
    ]) {
      await submits(sandbox, dispute.id);
      await sandbox.advance({ by: 'PT5S' });
      expect(await gets(sandbox, dispute.id)).toMatchObject({ stage, status, fee: 15 });
    }
    expect((await disputeEvents(sandbox, dispute.id)).filter(([type]) => type.startsWith('funds_'))).toHaveLength(1);
  });

  it('is that it expires if nothing is submitted in time, whatever was saved', async () => {
    const { sandbox, dispute } = await disputed();
    await saves(sandbox, dispute.id, { receipt: 'winning_evidence' });
    await sandbox.advance({ by: '7d' });
    expect(await gets(sandbox, dispute.id)).toMatchObject({ status: 'expired' });
    expect((await disputeEvents(sandbox, dispute.id)).at(-1)).toEqual(['closed', 'chargeback', 'expired']);
    expectRefused(await sandbox.asks('POST', `/disputes/${dispute.id}/submit`), 'dispute_not_open');
  });

  it('is there by itself on a real clock, and webhooks tell of it in order', async () => {
    const merchant = await Merchant.joins(gateway);
    bodyOf(
      await merchant.asks('POST', '/webhooks/endpoints', {
        json: { url: recorder.url(`/${merchant.userId}`), events: ['dispute.*'] },
      }),
      201,
    );
    const { id: paymentId } = await merchant.receives({ paymentMethod: 'pm_card_createDispute' });
    const list = async (): Promise<Dispute | undefined> =>
      bodyOf(await merchant.asks<{ data: Dispute[] }>('GET', `/disputes?paymentId=${paymentId}`), 200).data[0];
    const opened = await eventually('the dispute', list, (dispute) => dispute !== undefined);
    const id = opened?.id ?? '';
    bodyOf(await merchant.asks('POST', `/disputes/${id}/evidence`, { json: { receipt: 'winning_evidence' } }), 200);
    bodyOf(await merchant.asks('POST', `/disputes/${id}/submit`), 200);
    await eventually('the outcome', list, (dispute) => dispute?.status === 'won');
    const types: string[] = [];
    for (let n = 0; n < 6; n++) {
      const received = await recorder.next(({ path }) => path === `/${merchant.userId}`);
      const { type, data } = standard(received);
      expect(data).toMatchObject({ id, paymentId, evidence: null });
      types.push(type);
    }
    expect(types.sort()).toEqual(
      ['closed', 'created', 'funds_reinstated', 'funds_withdrawn', 'updated', 'updated'].map(
        (type) => `dispute.${type}`,
      ),
    );
    const { data } = bodyOf(
      await merchant.asks<{ data: { text: string }[] }>('GET', `/payments/${paymentId}/timeline`),
      200,
    );
    expect(data.map(({ text }) => text).join('\n')).toContain(`Dispute ${id}: closed, chargeback won`);
  });
});

describe('Evidence', () => {
  it('is merged field by field, and null or an empty text removes one', async () => {
    const { sandbox, dispute } = await disputed();
    await saves(sandbox, dispute.id, { receipt: 'R', refundPolicy: 'P', shippingCarrier: 'C' });
    const saved = await saves(sandbox, dispute.id, { receipt: 'R2', refundPolicy: null, shippingCarrier: '' });
    expect(saved).toMatchObject({ status: 'needs_response', evidence: { receipt: 'R2' } });
    expect(saved.evidence).toEqual({ receipt: 'R2' });
    const again = await saves(sandbox, dispute.id, { receipt: 'R2', refundPolicy: null });
    expect(again.history).toEqual(saved.history);
  });

  it('has only known fields, of limited length, and a limited number of changes', async () => {
    const { sandbox, dispute } = await disputed();
    const tries = (json: Fields): Promise<Answer> => sandbox.asks('POST', `/disputes/${dispute.id}/evidence`, { json });
    expectInvalid(await tries({ proof: 'x' }), { loc: ['body', 'proof'], type: 'extra_forbidden' });
    expectInvalid(await tries({ receipt: 5 }), { loc: ['body', 'receipt'], type: 'string_type' });
    expectInvalid(await tries({ receipt: 'x'.repeat(20_001) }), { loc: ['body', 'receipt'], type: 'string_too_long' });
    const { fields } = await sandbox.does<{ fields: { field: string }[] }>('GET', '/dispute-rules');
    const long = (from: number): Fields =>
      Object.fromEntries(fields.slice(from, from + 2).map(({ field }) => [field, 'é'.repeat(20_000)]));
    for (const from of [0, 2, 4, 6, 8]) await saves(sandbox, dispute.id, long(from));
    expectRefused(await tries({ uncategorizedText: 'one more' }), 'evidence_too_large');
    for (let n = 5; n < 50; n++) await saves(sandbox, dispute.id, { accessActivityLog: `change ${n}` });
    expectRefused(await tries({ accessActivityLog: 'last' }), 'too_many_evidence_changes');
    expect(await submits(sandbox, dispute.id)).toMatchObject({ status: 'under_review' });
  });

  it('loses no text if it is saved by many at once', async () => {
    const { sandbox, dispute } = await disputed();
    const names = ['receipt', 'refundPolicy', 'shippingCarrier', 'customerSignature', 'billingAddress'];
    await Promise.all(names.map((name) => saves(sandbox, dispute.id, { [name]: name })));
    expect((await gets(sandbox, dispute.id)).evidence).toEqual(Object.fromEntries(names.map((name) => [name, name])));
  });

  it('is saved once if the request is repeated with its key', async () => {
    const { sandbox, dispute } = await disputed();
    const save = (): Promise<Answer<Dispute>> =>
      sandbox.asks<Dispute>('POST', `/disputes/${dispute.id}/evidence`, {
        json: { receipt: 'R' },
        headers: { 'idempotency-key': 'save' },
      });
    const [first, second] = [await save(), await save()];
    expect([first.status, second.body, second.headers.get('idempotency-replayed')]).toEqual([200, first.body, 'true']);
    expect((await disputeEvents(sandbox, dispute.id)).length).toBe(3);
  });
});

describe('A disputed payment', () => {
  it('cannot be refunded or disputed beyond the rest, unless the dispute is won', async () => {
    const { sandbox, paymentId, dispute } = await disputed({ amount: 60 });
    const refund = (amount?: number): Promise<Answer> =>
      sandbox.asks('POST', `/payments/${paymentId}/refunds`, { json: { ...(amount && { amount }) } });
    expectRefused(await refund(40.01), 'amount_too_large');
    expectRefused(
      await sandbox.asks('POST', `/payments/${paymentId}/disputes`, { json: { reason: 'duplicate', amount: 41 } }),
      'amount_too_large',
    );
    expect((await refund(10)).status).toBe(201);
    await saves(sandbox, dispute.id, { receipt: 'winning_evidence' });
    await submits(sandbox, dispute.id);
    await sandbox.advance({ by: '1m' });
    expect((await refund()).body).toMatchObject({ amount: 90 });
    expect(await sandbox.gets(paymentId)).toMatchObject({ status: 'refunded', amountRefunded: 100 });
  });

  it('keeps what a lost dispute took, and gets back what an inquiry only asked about', async () => {
    const { sandbox, paymentId, dispute } = await disputed({ amount: 60 });
    const inquiry = await opens(sandbox, paymentId, { stage: 'inquiry', reason: 'unrecognized', amount: 40 });
    for (const { id } of [dispute, inquiry])
      expect(await sandbox.does('POST', `/disputes/${id}/accept`)).toMatchObject({ status: 'accepted' });
    expect(await sandbox.does('POST', `/payments/${paymentId}/refunds`)).toMatchObject({ amount: 40 });
    expectRefused(await sandbox.asks('POST', `/payments/${paymentId}/refunds`), 'amount_too_large');
    expectRefused(
      await sandbox.asks('POST', `/payments/${paymentId}/disputes`, { json: { reason: 'general' } }),
      'amount_too_large',
    );
  });

  it('is either refunded or disputed, whoever comes first', async () => {
    const sandbox = await newSandbox();
    const { id } = await sandbox.charges({ paymentAmount: 100 });
    const [refund, dispute] = await Promise.all([
      sandbox.asks('POST', `/payments/${id}/refunds`, { json: { amount: 60 } }),
      sandbox.asks('POST', `/payments/${id}/disputes`, { json: { reason: 'fraudulent', amount: 60 } }),
    ]);
    expect([refund.status, dispute.status].sort()).toEqual([201, 409]);
  });

  it('has at most ten disputes, and none before it completed', async () => {
    const sandbox = await newSandbox();
    const open = await sandbox.charges({ capture: 'manual' });
    const tries = (id: string, json: Fields): Promise<Answer> =>
      sandbox.asks('POST', `/payments/${id}/disputes`, { json: { reason: 'general', ...json } });
    expectRefused(await tries(open.id, {}), 'illegal_transition');
    const { id } = await sandbox.charges();
    for (let n = 0; n < 10; n++) await opens(sandbox, id, { amount: 0.01 });
    expectRefused(await tries(id, { amount: 0.01 }), 'too_many_disputes');
    expectInvalid(await tries(id, { reason: 'none' }), { loc: ['body', 'reason'], type: 'enum' });
    expectInvalid(await tries(id, { amount: 0.001 }), { loc: ['body', 'amount'], type: 'decimal_max_places' });
  });

  it('is deleted with its evidence; its disputes are accepted, and only their sums remain', async () => {
    const { sandbox, paymentId, dispute } = await disputed();
    await saves(sandbox, dispute.id, { receipt: 'Jenny Rosen' });
    const deleted = await sandbox.asks('DELETE', `/transactions/${paymentId}`, { headers: sandbox.withToken });
    expect(deleted.status).toBe(200);
    expect((await disputeEvents(sandbox, dispute.id)).at(-1)).toEqual(['closed', 'chargeback', 'accepted']);
    expect(await gets(sandbox, dispute.id)).toMatchObject({
      status: 'accepted',
      amount: 100,
      evidence: {},
      history: [],
    });
    expect((await sandbox.asks('POST', `/disputes/${dispute.id}/submit`)).status).toBe(404);
    const { id } = await sandbox.snapshot();
    const exported = await sandbox.asks<{ collections: Readonly<Record<string, unknown>> }>(
      'GET',
      `/snapshots/${id}/export`,
    );
    expect(exported.text).not.toContain('Jenny Rosen');
    expect(exported.body.collections.payment_tombstones).toEqual([
      expect.objectContaining({ _id: paymentId, amountCaptured: 10_000, disputesLost: 10_000, disputeFees: 1_500 }),
    ]);
  });
});

describe('In production', () => {
  it('an ordinary account opens no disputes by request, a sandbox does', async () => {
    const database = await startSharedDatabase();
    const production = await startGateway({ NODE_ENV: 'production', MONGODB_URI: database.uri, SANDBOXES: 'on' });
    try {
      const merchant = await Merchant.joins(production);
      const { id } = await merchant.receives();
      const refused = await merchant.asks('POST', `/payments/${id}/disputes`, { json: { reason: 'general' } });
      expectError(refused, 403, 'In production only sandboxes can open disputes; test cards do so everywhere.');
      const { withToken: headers } = await systemAdmin(production);
      const made = await production.request<SandboxBody>('POST', '/sandboxes', {
        json: { settings: { processingDelayMs: 0 } },
        headers,
      });
      const withKey = { 'x-api-key': bodyOf(made, 201).apiKey };
      const charge = { json: newCharge(), headers: withKey };
      const paid = bodyOf(await production.request<{ id: string }>('POST', '/payments/charge', charge), 201);
      const dispute = { json: { reason: 'general' }, headers: withKey };
      expect((await production.request('POST', `/payments/${paid.id}/disputes`, dispute)).status).toBe(201);
    } finally {
      await production.stop();
      await database.stop();
    }
  });
});

describe('A dispute', () => {
  it('is either accepted or submitted, whoever comes first', async () => {
    const { sandbox, dispute } = await disputed();
    const answers = await Promise.all(
      ['accept', 'submit', 'accept', 'submit'].map((what) => sandbox.asks('POST', `/disputes/${dispute.id}/${what}`)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
    const done = answers.find(({ status }) => status === 200)?.body as Dispute;
    expect((await gets(sandbox, dispute.id)).status).toBe(done.status);
  });

  it('is opened once if the request is repeated with its key', async () => {
    const sandbox = await newSandbox();
    const { id } = await sandbox.charges();
    const open = (): Promise<Answer<Dispute>> =>
      sandbox.asks<Dispute>('POST', `/payments/${id}/disputes`, {
        json: { reason: 'duplicate' },
        headers: { 'idempotency-key': 'open' },
      });
    const [first, second] = [await open(), await open()];
    expect([first.status, second.status, second.body]).toEqual([201, 201, first.body]);
    expect(await lists(sandbox)).toHaveLength(1);
  });

  it('is found by each filter, newest first', async () => {
    const sandbox = await newSandbox();
    const { id } = await sandbox.charges();
    const first = await opens(sandbox, id, { amount: 1, stage: 'inquiry', reason: 'general' });
    await sandbox.advance({ by: '1m' });
    const second = await opens(sandbox, id, { amount: 1, reason: 'duplicate' });
    await sandbox.does('POST', `/disputes/${first.id}/accept`);
    const found = async (search: string): Promise<string[]> => (await lists(sandbox, search)).map((each) => each.id);
    expect(await found('')).toEqual([second.id, first.id]);
    expect(await found(`paymentId=${id}&limit=1`)).toEqual([second.id]);
    expect(await found(`startingAfter=${second.id}`)).toEqual([first.id]);
    expect(await found('stage=inquiry')).toEqual([first.id]);
    expect(await found('status=needs_response')).toEqual([second.id]);
    expect(await found('reason=duplicate')).toEqual([second.id]);
    expect(await found(`createdBefore=${later(SECOND)}`)).toEqual([first.id]);
    expect(await found(`createdAfter=${later(SECOND)}`)).toEqual([second.id]);
  });

  it('of another account is not found, and is changed by nobody else', async () => {
    const { sandbox, dispute, paymentId } = await disputed();
    const stranger = await newSandbox();
    const answers = await Promise.all([
      stranger.asks('GET', `/disputes/${dispute.id}`),
      stranger.asks('POST', `/disputes/${dispute.id}/evidence`, { json: { receipt: 'x' } }),
      stranger.asks('POST', `/disputes/${dispute.id}/submit`),
      stranger.asks('POST', `/disputes/${dispute.id}/accept`),
    ]);
    for (const answer of answers) expectError(answer, 404, `Dispute '${dispute.id}' not found for this user.`);
    expect(
      (await stranger.asks('POST', `/payments/${paymentId}/disputes`, { json: { reason: 'general' } })).status,
    ).toBe(404);
    expect(await gets(sandbox, dispute.id)).toEqual(dispute);
  });

  it('comes back with its evidence and deadline from a snapshot, and from its export elsewhere', async () => {
    const { sandbox, dispute } = await disputed();
    await saves(sandbox, dispute.id, { receipt: 'Receipt 4711' });
    const before = await gets(sandbox, dispute.id);
    const { id: snapshot } = await sandbox.snapshot();
    await saves(sandbox, dispute.id, { receipt: null });
    await sandbox.advance({ by: '8d' });
    expect(await gets(sandbox, dispute.id)).toMatchObject({ status: 'expired', evidence: {} });
    await sandbox.does<SandboxBody>('POST', '/sandboxes/current/restore', { snapshot });
    expect(await gets(sandbox, dispute.id)).toEqual(before);
    const exported = await sandbox.does<Fields>('GET', `/snapshots/${snapshot}/export`);
    expect(JSON.stringify(exported)).not.toContain('~');
    const copy = await Sandbox.create(gateway, { snapshot: exported });
    expect(await gets(copy, dispute.id)).toEqual(before);
    await saves(copy, dispute.id, { uncategorizedText: 'winning_evidence' });
    await submits(copy, dispute.id);
    await copy.advance({ by: '1m' });
    expect(await gets(copy, dispute.id)).toMatchObject({ status: 'won', evidence: { receipt: 'Receipt 4711' } });
    expect(await gets(sandbox, dispute.id)).toEqual(before);
  });

  it('sends nothing to the v1 webhook of its payment', async () => {
    const sandbox = await newSandbox();
    const path = `/v1-${sandbox.created.id}`;
    const { id } = await sandbox.charges({ webhookUrl: recorder.url(path) });
    const dispute = await opens(sandbox, id, { amount: 1 });
    await sandbox.does('POST', `/disputes/${dispute.id}/accept`);
    await sandbox.does('POST', `/payments/${id}/refunds`, { amount: 1 });
    const events: unknown[] = [];
    for (let n = 0; n < 3; n++) {
      const { body } = await recorder.next((received) => received.path === path);
      events.push(body.event);
    }
    expect(events.sort()).toEqual(['payment.completed', 'refund.completed', 'refund.created']);
  });
});
