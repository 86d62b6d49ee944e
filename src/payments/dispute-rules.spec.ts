import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DomainError } from '../platform/errors/domain-error.js';
import { APPROVED, DISPUTE_SCRIPTS, type Outcome } from '../simulation/outcome.js';
import { EVIDENCE_FIELD_NAMES, magicOf, mergeEvidence, verdictOf, WINNING_EVIDENCE } from './dispute-evidence.js';
import {
  decideAcceptance,
  decideClosing,
  decideDispute,
  decideEvidence,
  decideSubmission,
  MAX_DISPUTES,
  RESPONSE_MS,
} from './dispute-rules.js';
import { amountDisputed, amountLost, isLost, isOpen } from './disputed-amount.js';
import { dueAtOf } from './payment-dues.js';
import { decideCompletion, decideDueChange } from './payment-rules.js';
import { snapshotAt } from './payment-snapshot.js';
import {
  type Change,
  type ChangeContext,
  DISPUTE_REASONS,
  DISPUTE_STAGES,
  type DisputeState,
  type HistoryItem,
  type PaymentState,
} from './payment-state.js';
import { decideRefund, decideRefundCancellation, refundable } from './refund-rules.js';

const START = 1_700_000_000_000;
const TERMS = {
  authorizationMs: 1000,
  refundMs: 50,
  disputeMs: 50,
  reviewMs: 50,
  fees: '2.9% + 30',
  settlementDays: 2,
};

interface Told extends PaymentState {
  readonly history: readonly HistoryItem[];
}

const eventId = (count: number): string =>
  `evt_${START.toString(16).padStart(12, '0')}${String(count).padStart(12, '0')}`;

/** A completed payment and what is tried with it; checked after each change. */
class Life {
  payment: Told;
  now = START;
  private ids = 0;
  private refunds = 0;

  constructor(amount: number, outcome: Outcome) {
    const pending: Told = {
      status: 'pending',
      amount,
      currency: 'USD',
      amountCaptured: 0,
      amountRefunded: 0,
      capture: 'automatic',
      outcome,
      failure: null,
      authorizationExpiresAt: null,
      refunds: [],
      history: [],
    };
    this.payment = pending;
    this.apply(decideCompletion(pending, this.context(), TERMS));
  }

  get disputes(): readonly DisputeState[] {
    return this.payment.disputes ?? [];
  }

  tries(attempt: Attempt): void {
    try {
      if (attempt.what === 'due') this.goesOn();
      else this.apply(this.decide(attempt));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      expect(attempt.what).not.toBe('due');
    }
  }

  private decide({ what, share, which, reason, stage, fields }: Attempt): Change {
    const { payment } = this;
    const context = this.context();
    const id = this.disputes[which]?.id ?? 'dsp_none';
    const amount = share === null ? null : Math.max(1, Math.floor((payment.amountCaptured * share) / 100));
    switch (what) {
      case 'dispute':
        return decideDispute(payment, { amount, reason, stage }, context);
      case 'save':
        return decideEvidence(payment, id, { fields, magic: null }, context);
      case 'submit':
        return decideSubmission(payment, id, context, TERMS);
      case 'accept':
        return decideAcceptance(payment, id, context);
      case 'refund': {
        const refund = { id: `ref_${++this.refunds}`, amount, reason: null, orderReference: null, metadata: {} };
        return decideRefund(payment, { ...refund, createdAt: context.at }, context, TERMS);
      }
      case 'cancel':
      case 'due':
        return decideRefundCancellation(payment, `ref_${which}`, context);
    }
  }

  goesOn(): void {
    const { dueAt } = this.payment;
    if (!dueAt) return;
    this.now = Math.max(this.now, dueAt.getTime());
    const change = decideDueChange(this.payment, this.context(), TERMS);
    if (change) this.apply(change);
    expect(this.payment.dueAt?.getTime() ?? Infinity).toBeGreaterThan(this.now);
  }

  apply({ set, entries }: Change): void {
    const before = this.payment;
    this.payment = { ...before, ...set, history: [...before.history, ...entries] } as Told;
    this.check();
  }

  context(): ChangeContext {
    return {
      at: new Date(this.now),
      cause: { by: 'due_work', requestId: null },
      eventId: this.nextId(),
      nextEventId: () => this.nextId(),
    };
  }

  private check(): void {
    const { payment, disputes } = this;
    const { amountCaptured, amountRefunded, history, status } = payment;
    expect(amountRefunded + amountDisputed(payment)).toBeLessThanOrEqual(amountCaptured);
    expect(refundable(payment)).toBe(amountCaptured - amountRefunded - amountDisputed(payment));
    expect(disputes.length).toBeLessThanOrEqual(MAX_DISPUTES);
    expect(payment.dueAt).toEqual(dueAtOf(payment));
    expect(snapshotAt(payment, history.length)).toMatchObject({ status, amountCaptured, amountRefunded });
    expect(new Set(history.map((entry) => entry.eventId)).size).toBe(history.length);
    for (const dispute of disputes) this.checkDispute(dispute);
  }

  /** The entries alone tell how a dispute ended and what it moved. */
  private checkDispute(dispute: DisputeState): void {
    const entries = this.payment.history.filter((entry) => entry.dispute?.id === dispute.id);
    const count = (type: string): number => entries.filter((entry) => entry.type === `dispute.${type}`).length;
    const { id, stage, status, fee, evidenceDueBy, amount } = dispute;
    expect(Number.isSafeInteger(amount) && amount > 0).toBe(true);
    expect(entries.at(-1)?.dispute).toMatchObject({ id, stage, status, fee, evidenceDueBy });
    expect(entries[0]?.type).toBe('dispute.created');
    expect(id.slice(4)).toBe(entries[0]?.eventId.slice(4));
    for (const entry of entries) {
      expect([entry.amount, entry.refundId, entry.from]).toEqual([amount, null, entry.to]);
    }
    expect(dispute.dueAt !== null).toBe(isOpen(dispute));
    expect(count('closed')).toBe(isOpen(dispute) ? 0 : 1);
    expect(count('funds_withdrawn')).toBe(stage === 'inquiry' ? 0 : 1);
    expect(count('funds_reinstated')).toBe(stage !== 'inquiry' && status === 'won' ? 1 : 0);
    expect(fee).toBe(stage === 'inquiry' ? 0 : 1500);
  }

  private nextId(): string {
    this.ids += 1;
    return eventId(this.ids);
  }
}

const attempts = fc.record({
  what: fc.constantFrom('dispute', 'save', 'submit', 'accept', 'refund', 'cancel', 'due', 'due'),
  share: fc.option(fc.integer({ min: 1, max: 110 }), { freq: 3 }),
  which: fc.integer({ min: 0, max: 4 }),
  reason: fc.constantFrom(...DISPUTE_REASONS),
  stage: fc.constantFrom('inquiry' as const, 'chargeback' as const),
  fields: fc.subarray([...EVIDENCE_FIELD_NAMES]),
});
type Attempt = typeof attempts extends fc.Arbitrary<infer A> ? A : never;

const lives = fc.record({
  amount: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 9_999_999 })),
  dispute: fc.option(fc.constantFrom(...DISPUTE_SCRIPTS)),
  refunds: fc.constantFrom('completes' as const, 'pending' as const, 'fails_later' as const),
  tried: fc.array(attempts, { maxLength: 30, size: 'max' }),
});

type Tried = typeof lives extends fc.Arbitrary<infer L> ? L : never;

/** Chance wins too few: a dispute that is answered with everything. */
function answered(stage: Attempt['stage']): Tried {
  const tried = (['dispute', 'save', 'submit', 'due'] as const).map((what): Attempt => {
    return { what, share: null, which: 0, reason: 'fraudulent', stage, fields: [...EVIDENCE_FIELD_NAMES] };
  });
  return { amount: 1000, dispute: null, refunds: 'completes', tried };
}

describe('A payment with disputes, whatever is tried with it', () => {
  it('never loses more than it captured, tells all in its history, and comes to rest', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(lives, ({ amount, dispute, refunds, tried }) => {
        const life = new Life(amount, { ...APPROVED, refunds, ...(dispute && { dispute }) });
        for (const attempt of tried) life.tries(attempt);
        for (let left = 60; left > 0 && life.payment.dueAt; left -= 1) life.goesOn();
        expect(life.payment.dueAt).toBeUndefined();
        expect(life.disputes.filter(isOpen)).toEqual([]);
        for (const { stage, status } of life.disputes) seen.add(`${stage} ${status}`);
        for (const { type } of life.payment.history) seen.add(type);
      }),
      { numRuns: 1000, examples: [[answered('inquiry')], [answered('chargeback')]] },
    );
    for (const end of ['won', 'accepted', 'expired'])
      expect([...seen]).toEqual(expect.arrayContaining([`inquiry ${end}`, `chargeback ${end}`]));
    expect([...seen]).toEqual(expect.arrayContaining(['chargeback lost', 'dispute.updated', 'fraud_warning.created']));
  });
});

describe('What is due', () => {
  it('is done in one change: refunds, deadlines and new disputes', () => {
    const life = new Life(100, { ...APPROVED, refunds: 'pending', dispute: 'multiple' });
    life.apply(decideDispute(life.payment, { amount: 10, reason: 'general', stage: 'chargeback' }, life.context()));
    const refund = { id: 'ref_1', amount: 20, reason: null, orderReference: null, metadata: {}, createdAt: new Date() };
    life.apply(decideRefund(life.payment, refund, life.context(), TERMS));
    life.now += RESPONSE_MS;
    const from = life.payment.history.length;
    life.goesOn();
    expect(life.payment.history.slice(from).map(({ type, amount }) => [type, amount])).toEqual([
      ['refund.completed', 20],
      ['dispute.closed', 10],
      ['dispute.created', 35],
      ['dispute.funds_withdrawn', 35],
      ['dispute.created', 35],
      ['dispute.funds_withdrawn', 35],
    ]);
    expect([life.payment.disputesDueAt, amountLost(life.payment)]).toEqual([null, 10]);
  });

  it('of a payment of one minor unit is one dispute, not two', () => {
    const life = new Life(1, { ...APPROVED, dispute: 'multiple' });
    life.goesOn();
    expect(life.disputes.map(({ amount }) => amount)).toEqual([1]);
  });
});

describe('An answer', () => {
  it('that comes at the deadline is too late', () => {
    const life = new Life(100, APPROVED);
    life.apply(decideDispute(life.payment, { amount: null, reason: 'general', stage: 'inquiry' }, life.context()));
    const [{ id } = { id: '' }] = life.disputes;
    life.now += RESPONSE_MS;
    for (const decide of [decideSubmission, decideAcceptance])
      expect(() => decide(life.payment, id, life.context(), TERMS)).toThrow(
        expect.objectContaining({ code: 'dispute_not_open' }),
      );
  });

  it('is not needed when the payment goes: every open dispute is accepted, also under review', () => {
    const life = new Life(100, APPROVED);
    for (const stage of ['inquiry', 'chargeback'] as const)
      life.apply(decideDispute(life.payment, { amount: 30, reason: 'general', stage }, life.context()));
    life.apply(decideSubmission(life.payment, life.disputes[1]?.id ?? '', life.context(), TERMS));
    life.apply(decideClosing(life.payment, life.context()));
    expect(life.disputes.map((dispute) => [dispute.status, isLost(dispute)])).toEqual([
      ['accepted', false],
      ['accepted', true],
    ]);
  });
});

describe('The evidence', () => {
  const evidence = { revision: null, changes: 1, magic: null };

  it.each(DISPUTE_REASONS)('for %s wins with each set of the table and with none of its parts', (reason) => {
    for (const set of WINNING_EVIDENCE[reason]) {
      expect(verdictOf({ reason, stage: 'chargeback', evidence: { ...evidence, fields: set } }).outcome).toBe('won');
      const rest = set.slice(1);
      if (WINNING_EVIDENCE[reason].some((other) => other.every((field) => rest.includes(field)))) continue;
      const part = { ...evidence, fields: rest };
      expect(verdictOf({ reason, stage: 'pre_arbitration', evidence: part }).outcome).toBe('lost');
      expect(verdictOf({ reason, stage: 'inquiry', evidence: part }).outcome).toBe('escalated');
    }
  });

  it('with a magic text decides whatever the reason', () => {
    for (const stage of DISPUTE_STAGES) {
      const outcome = (magic: 'win' | 'lose' | 'escalate'): string =>
        verdictOf({ reason: 'duplicate', stage, evidence: { ...evidence, fields: ['receipt'], magic } }).outcome;
      const next = stage === 'pre_arbitration' ? 'lost' : 'escalated';
      expect([outcome('win'), outcome('lose'), outcome('escalate')]).toEqual(['won', 'lost', next]);
    }
    expect(magicOf({ receipt: ' losing_evidence\n', uncategorizedText: 'winning_evidence' })).toBe('win');
    expect(magicOf({ receipt: 'no winning_evidence' })).toBeNull();
  });

  it('is merged: what is not named stays, and null or an empty text removes', () => {
    const old = { receipt: 'R', refundPolicy: 'P', shippingCarrier: 'C' };
    expect(mergeEvidence(old, { receipt: '', refundPolicy: null, billingAddress: 'B' })).toEqual({
      billingAddress: 'B',
      shippingCarrier: 'C',
    });
  });
});
