import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DomainError } from '../platform/errors/domain-error.js';
import { APPROVED, authenticated as afterAuthentication, declined, type Outcome } from '../simulation/outcome.js';
import { PAYMENT_STATUSES, type PaymentStatus } from './payment-lifecycle.js';
import { decideAuthentication, decideCancel, decideCapture, decideDueChange, decideVoid } from './payment-rules.js';
import { refundAt, snapshotAt } from './payment-snapshot.js';
import type { Change, HistoryItem, ChangeContext, PaymentState } from './payment-state.js';
import { decideRefundCancellation, decideRefund } from './refund-rules.js';

interface Told extends PaymentState {
  readonly history: readonly HistoryItem[];
}

/**
 * How far a payment is. It only ever gets further, but for a refund that fails and gives the money back to the
 * merchant.
 */
const STAGE: Readonly<Record<PaymentStatus, number>> = {
  pending: 0,
  requires_action: 1,
  authorized: 2,
  completed: 3,
  refunded: 3,
  voided: 3,
  canceled: 3,
  failed: 3,
};

/**
 * What every history tells, whatever the moves are: each entry begins where the one before it ended, the name of an
 * event says what became of the payment, nothing goes back, and nothing but refunds comes after the end.
 */
function expectSensible({ history, capture, outcome }: Told): void {
  let before: PaymentStatus | null = null;
  for (const { type, from, to } of history) {
    expect(from).toBe(before);
    const [subject, what] = type.split('.');
    if (subject === 'refund') {
      // Only what was captured is refunded; and only what comes of a refund says that all of it was, or no longer is.
      expect([from, to].every((status) => status === 'completed' || status === 'refunded')).toBe(true);
      if (to !== from)
        expect([what, to]).toEqual(to === 'refunded' ? ['completed', 'refunded'] : ['failed', 'completed']);
    } else {
      expect(what).toBe(from === null ? 'created' : to);
      expect(to === 'pending').toBe(from === null);
      if (from !== null) expect(STAGE[to]).toBeGreaterThan(STAGE[from]);
      // Asked for, and not skipped.
      if (to === 'requires_action') expect(outcome.authentication).toBe(true);
      if (to === 'authorized') expect(capture).toBe('manual');
      if (to === 'completed') expect(from === 'authorized').toBe(capture === 'manual');
      if (to === 'voided') expect(from).toBe('authorized');
      if (to === 'failed' || to === 'canceled') expect(from).not.toBe('authorized');
    }
    before = to;
  }
}

const TERMS = { authorizationMs: 1000, refundMs: 50, disputeMs: 50, reviewMs: 50, fees: '1% + 1', settlementDays: 2 };
const REFUSALS = ['illegal_transition', 'amount_too_large', 'refund_not_pending'];

const outcomes = fc.constantFrom<Outcome>(
  APPROVED,
  { ...APPROVED, refunds: 'pending' },
  { ...APPROVED, refunds: 'fails_later' },
  { ...afterAuthentication(APPROVED), refunds: 'pending' },
  { ...afterAuthentication(APPROVED), refunds: 'fails_later' },
  afterAuthentication(APPROVED),
  declined('lost_card'),
  afterAuthentication(declined('insufficient_funds')),
  { ...APPROVED, result: 'stays_pending' },
);

/** What may be tried with a payment, whether it is allowed or not. */
type Attempt =
  | { readonly what: 'wait'; readonly ms: number }
  | { readonly what: 'due' | 'void' | 'abort' }
  | { readonly what: 'capture'; readonly share: number }
  | { readonly what: 'authenticate'; readonly succeeded: boolean }
  | { readonly what: 'refund'; readonly share: number | null }
  | { readonly what: 'cancel'; readonly which: number };

const share = fc.integer({ min: 1, max: 120 });
const attempts = fc.oneof(
  { weight: 2, arbitrary: fc.record({ what: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 60 }) }) },
  { weight: 5, arbitrary: fc.record({ what: fc.constant('due' as const) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('void' as const) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('abort' as const) }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant('capture' as const), share }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('authenticate' as const), succeeded: fc.boolean() }) },
  { weight: 8, arbitrary: fc.record({ what: fc.constant('refund' as const), share: fc.option(share, { freq: 3 }) }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant('cancel' as const), which: fc.integer({ min: 1, max: 4 }) }) },
);

const lives = fc.record({
  amount: fc.oneof(
    fc.integer({ min: 1, max: 20 }),
    fc.integer({ min: 1, max: 9_999_999 }),
    fc.constant(999_999_999_990_000),
  ),
  capture: fc.constantFrom('automatic' as const, 'manual' as const),
  outcome: outcomes,
  attempts: fc.array(attempts, { maxLength: 30, size: 'max' }),
});

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) frozen(part);
  }
  return value;
}

/** A payment that is led through attempts, checked after each of them. */
class Life {
  payment: Told;
  now = 1_700_000_000_000;
  /** The payment as it was, by the length of its history. */
  readonly past = new Map<number, Told>();
  private ids = 0;
  private refunds = 0;

  constructor({ amount, capture, outcome }: Pick<PaymentState, 'amount' | 'capture' | 'outcome'>) {
    const at = new Date(this.now);
    const cause = { by: 'request' as const, requestId: 'req_1' };
    const created: HistoryItem = {
      eventId: this.nextId(),
      type: 'payment.created',
      at,
      from: null,
      to: 'pending',
      amount,
      cause,
      refundId: null,
    };
    const challenged: HistoryItem = {
      ...created,
      eventId: this.nextId(),
      type: 'payment.requires_action',
      from: 'pending',
      to: 'requires_action',
    };
    this.payment = frozen({
      status: outcome.authentication ? ('requires_action' as const) : ('pending' as const),
      amount,
      currency: 'USD',
      amountCaptured: 0,
      amountRefunded: 0,
      capture,
      outcome,
      failure: null,
      authorizationExpiresAt: null,
      refunds: [],
      history: outcome.authentication ? [created, challenged] : [created],
      ...(outcome.result === 'stays_pending' ? {} : { dueAt: new Date(this.now + 10) }),
    });
    this.check();
  }

  tries(attempt: Attempt): void {
    if (attempt.what === 'wait') {
      this.now += attempt.ms;
      return;
    }
    const { eventId } = this.context(attempt);
    try {
      const change = this.decide(attempt, { ...this.context(attempt), eventId });
      if (!change) return;
      this.apply(change);
    } catch (error) {
      // A refusal in the words of the domain, and nothing has changed: what is frozen cannot.
      if (!(error instanceof DomainError) || !REFUSALS.includes(error.code)) throw error;
      expect(attempt.what).not.toBe('due');
      return;
    }
    this.check();
  }

  private decide(attempt: Exclude<Attempt, { what: 'wait' }>, context: ChangeContext): Change | null {
    switch (attempt.what) {
      case 'due': {
        const { dueAt } = this.payment;
        if (!dueAt) return null;
        this.now = Math.max(this.now, dueAt.getTime());
        return (
          decideDueChange(this.payment, { ...context, at: new Date(this.now) }, TERMS) ?? {
            set: { dueAt: undefined },
            entries: [],
          }
        );
      }
      case 'void':
        return decideVoid(this.payment, context);
      case 'abort':
        return decideCancel(this.payment, context);
      case 'capture':
        return decideCapture(
          this.payment,
          Math.max(1, Math.floor((this.payment.amount * attempt.share) / 100)),
          context,
          TERMS,
        );
      case 'authenticate':
        return decideAuthentication(this.payment, attempt.succeeded, context, TERMS);
      case 'refund': {
        this.refunds += 1;
        const amount =
          attempt.share === null ? null : Math.max(1, Math.floor((this.payment.amountCaptured * attempt.share) / 100));
        return decideRefund(
          this.payment,
          {
            id: `ref_${this.refunds}`,
            amount,
            reason: null,
            orderReference: null,
            metadata: {},
            createdAt: context.at,
          },
          context,
          TERMS,
        );
      }
      case 'cancel':
        return decideRefundCancellation(this.payment, `ref_${attempt.which}`, context);
    }
  }

  private apply({ set, entries }: Change): void {
    this.payment = frozen({ ...this.payment, ...set, history: [...this.payment.history, ...entries] } as Told);
  }

  private check(): void {
    const { status, amount, amountCaptured, amountRefunded, refunds, failure, history, dueAt } = this.payment;
    const sum = (...statuses: readonly string[]): number =>
      refunds.filter((refund) => statuses.includes(refund.status)).reduce((total, refund) => total + refund.amount, 0);
    expect(PAYMENT_STATUSES).toContain(status);
    expect(amountCaptured).toBeLessThanOrEqual(amount);
    expect(amountCaptured > 0).toBe(status === 'completed' || status === 'refunded');
    expect(sum('pending', 'completed')).toBeLessThanOrEqual(amountCaptured);
    expect(amountRefunded).toBe(sum('pending', 'completed'));
    expect(status === 'refunded').toBe(amountCaptured > 0 && sum('completed') === amountCaptured);
    expect(failure !== null).toBe(status === 'failed');
    for (const refund of refunds) {
      expect(Number.isSafeInteger(refund.amount) && refund.amount > 0).toBe(true);
      if (refund.status === 'pending') expect(refund.dueAt).not.toBeNull();
      if (refund.status === 'failed' || refund.status === 'canceled') expect(refund.dueAt).toBeNull();
    }
    // What waits is found by the gateway, and what is over is left alone.
    if (status === 'authorized' || status === 'requires_action') expect(dueAt).toBeDefined();
    if (status === 'voided' || status === 'failed' || status === 'canceled') expect(dueAt).toBeUndefined();
    if (status === 'completed' || status === 'refunded') {
      const dues = refunds.flatMap((refund) => (refund.dueAt ? [refund.dueAt.getTime()] : []));
      expect(dueAt?.getTime()).toBe(dues.length > 0 ? Math.min(...dues) : undefined);
    }
    expectSensible(this.payment);
    expect(history.at(-1)?.to).toBe(status);
    expect(new Set(history.map(({ eventId }) => eventId)).size).toBe(history.length);
    this.past.set(history.length, this.payment);
  }

  private context({ what }: Attempt): ChangeContext {
    const cause =
      what === 'due' ? { by: 'due_work' as const, requestId: null } : { by: 'request' as const, requestId: 'req_2' };
    return { at: new Date(this.now), cause, eventId: this.nextId(), nextEventId: () => this.nextId() };
  }

  private nextId(): string {
    this.ids += 1;
    return `evt_${this.ids}`;
  }
}

const RUNS = { numRuns: 1000 };

function forEveryLife(check: (life: Life) => void): void {
  fc.assert(
    fc.property(lives, ({ attempts: tried, ...begun }) => {
      const life = new Life(begun);
      for (const attempt of tried) life.tries(attempt);
      check(life);
    }),
    RUNS,
  );
}

describe('A payment, whatever is tried with it', () => {
  it('is never in an illegal state, and never refunds more than was captured', () => {
    const seen = new Set<PaymentStatus>();
    const told = new Set<string>();
    forEveryLife(({ payment }) => {
      for (const { to, type } of payment.history) {
        seen.add(to);
        told.add(type);
      }
    });
    // The sequences came everywhere, so what was checked was not little.
    expect([...seen].sort()).toEqual([...PAYMENT_STATUSES].sort());
    expect(told.size).toBe(11);
  });

  it('replays from its history to every state that it was in', () => {
    forEveryLife(({ payment, past }) => {
      for (const [count, then] of past) {
        const { status, amountCaptured, amountRefunded, failure } = snapshotAt(payment, count);
        expect({ status, amountCaptured, amountRefunded, failure }).toEqual({
          status: then.status,
          amountCaptured: then.amountCaptured,
          amountRefunded: then.amountRefunded,
          failure: then.failure,
        });
      }
    });
  });

  it('tells of every refund as it was, and in the end as it is', () => {
    forEveryLife(({ payment }) => {
      const last = new Map<string, string>();
      for (const entry of payment.history) {
        const refund = refundAt(payment, entry);
        expect(refund !== null).toBe(entry.type.startsWith('refund.'));
        if (refund === null) continue;
        expect(entry.amount).toBe(refund.amount);
        // Pending first, then one of the ends; only what completed can fail.
        expect([last.get(refund.id) ?? 'new', refund.status]).toEqual(
          {
            pending: ['new', 'pending'],
            completed: ['pending', 'completed'],
            failed: ['completed', 'failed'],
            canceled: ['pending', 'canceled'],
          }[refund.status],
        );
        last.set(refund.id, refund.status);
      }
      expect(payment.refunds.map(({ id, status }) => [id, status])).toEqual([...last]);
    });
  });

  it('comes to rest when only the gateway goes on', () => {
    forEveryLife((life) => {
      for (let left = 40; left > 0 && life.payment.dueAt; left -= 1) life.tries({ what: 'due' });
      expect(life.payment.dueAt).toBeUndefined();
      expect(
        life.payment.outcome.result === 'stays_pending' ||
          !['pending', 'requires_action', 'authorized'].includes(life.payment.status),
      ).toBe(true);
      expect(life.payment.refunds.filter(({ status }) => status === 'pending')).toEqual([]);
    });
  });
});
