import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { PaymentStatus } from '../payments/payment-lifecycle.js';
import {
  decideAbandonment,
  decideAttempt,
  decideExpiry,
  decideOutcome,
  isInProgress,
  MAX_ATTEMPTS,
  mayBegin,
  nextAttempt,
  placeOf,
} from './checkout-rules.js';
import type { CheckoutChange, CheckoutState } from './checkout-state.js';

const START = new Date('2026-01-31T09:00:00Z');
const END = new Date('2026-01-31T10:00:00Z');
const after = (ms: number): Date => new Date(START.getTime() + ms);

const NEW: CheckoutState = {
  status: 'open',
  capture: 'automatic',
  attempt: null,
  expiresAt: END,
  completedAt: null,
  expiredAt: null,
  history: [],
  dueAt: END,
};

const applied = (session: CheckoutState, change: CheckoutChange | null): CheckoutState => {
  if (change === null) return session;
  const { dueAt, ...rest } = { ...session, ...change.set, history: [...session.history, ...change.entries] };
  return change.endsDue || dueAt === undefined ? rest : { ...rest, dueAt };
};

const orderOf = (number: number) => ({
  number,
  method: 'card' as const,
  customerName: 'Jenny',
  testToken: 'pm_card_visa',
  simulate: null,
  requestBase: 'http://127.0.0.1',
  paymentId: `txn_${number}`,
  eventId: `evt_${number}`,
  requestId: 'req_1',
});
const context = (at: Date) => ({ at, eventId: `evt_${at.getTime()}`, requestId: null });
const outcome = (number: number, status: PaymentStatus, staysPending = false) => ({
  paymentId: `txn_${number}`,
  status,
  staysPending,
  failure: status === 'failed' ? 'The card was declined.' : null,
});
const begun = (session: CheckoutState = NEW): CheckoutState =>
  applied(session, decideAttempt(session, orderOf(nextAttempt(session)), START));

describe('An attempt to pay', () => {
  it('begins once for each form, and only one at a time', () => {
    const first = begun();
    expect(first.attempt).toMatchObject({ number: 1, state: 'making' });
    // The form sent again, and a form that was not rendered yet.
    expect(decideAttempt(first, orderOf(1), START)).toBeNull();
    expect(decideAttempt(first, orderOf(2), START)).toBeNull();
    const failed = applied(first, decideOutcome(first, outcome(1, 'failed'), context(START)));
    expect(mayBegin(failed, 1, START)).toBe(false);
    expect(mayBegin(failed, 2, START)).toBe(true);
    expect(mayBegin(failed, 3, START)).toBe(false);
  });

  it('does not begin when the time of the session is up, or after too many', () => {
    expect(mayBegin(NEW, 1, new Date(END.getTime() - 1))).toBe(true);
    expect(mayBegin(NEW, 1, END)).toBe(false);
    let session = NEW;
    for (let n = 1; n <= MAX_ATTEMPTS; n++) {
      session = begun(session);
      session = applied(session, decideOutcome(session, outcome(n, 'failed'), context(START)));
    }
    expect(mayBegin(session, MAX_ATTEMPTS + 1, START)).toBe(false);
    expect(placeOf(session, 'failed', START)).toBe('exhausted');
  });

  it.each([
    ['completed', 'completed'],
    ['authorized', 'completed'],
    ['refunded', 'completed'],
    ['voided', 'completed'],
    ['failed', 'open'],
    ['canceled', 'open'],
    ['pending', 'open'],
    ['requires_action', 'open'],
  ] as const)('whose payment is %s leaves the session %s', (status, expected) => {
    const session = begun();
    expect(applied(session, decideOutcome(session, outcome(1, status), context(START))).status).toBe(expected);
  });

  it('completes the session while its payment stays pending for good', () => {
    const session = begun();
    const change = decideOutcome(session, outcome(1, 'pending', true), context(START));
    expect(change?.entries).toMatchObject([{ type: 'checkout.session.completed', paymentStatus: 'pending' }]);
  });

  it('is not settled by the payment of another one', () => {
    const session = begun();
    expect(decideOutcome(session, outcome(2, 'completed'), context(START))).toBeNull();
  });
});

describe('A session whose time is up while the customer pays', () => {
  const waiting = applied(begun(), decideExpiry(begun(), context(END)));

  it('waits for the outcome, and does not become due again', () => {
    expect([waiting.status, waiting.dueAt, isInProgress(waiting)]).toEqual(['open', undefined, true]);
  });

  it('is completed if the payment succeeds, and expires if it fails, whenever that was', () => {
    const completed = applied(waiting, decideOutcome(waiting, outcome(1, 'completed'), context(after(1))));
    expect(completed).toMatchObject({ status: 'completed', expiredAt: null });
    const expired = applied(waiting, decideOutcome(waiting, outcome(1, 'failed'), context(after(1))));
    expect(expired).toMatchObject({ status: 'expired', completedAt: null, attempt: { state: 'failed' } });
  });
});

describe('An abandoned session', () => {
  it('stays open, and the merchant is told once until the customer tries again', () => {
    const once = applied(NEW, decideAbandonment(NEW, context(START)));
    expect([once.status, once.history.length]).toEqual(['open', 1]);
    expect(decideAbandonment(once, context(after(5)))).toBeNull();
    const tried = begun(once);
    const again = applied(tried, decideOutcome(tried, outcome(1, 'failed'), context(START)));
    expect(decideAbandonment(again, context(after(9)))?.entries).toHaveLength(1);
  });
});

describe('Whatever happens in whatever order', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('begin' as const), number: fc.integer({ min: 1, max: 4 }) }),
    fc.record({
      do: fc.constant('outcome' as const),
      number: fc.integer({ min: 1, max: 4 }),
      status: fc.constantFrom<PaymentStatus>(
        'pending',
        'requires_action',
        'completed',
        'authorized',
        'failed',
        'canceled',
      ),
      stays: fc.boolean(),
    }),
    fc.record({ do: fc.constant('expire' as const) }),
    fc.record({ do: fc.constant('abandon' as const) }),
  );

  it('a session is paid, or expires, or stays open: once, with one event, and one attempt at a time', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(step, fc.integer({ min: 0, max: 7_200_000 })), { maxLength: 40 }), (steps) => {
        let session = NEW;
        for (const [each, ms] of steps) {
          const before = session;
          const now = context(after(ms));
          const change =
            each.do === 'begin'
              ? decideAttempt(session, orderOf(each.number), now.at)
              : each.do === 'outcome'
                ? decideOutcome(session, outcome(each.number, each.status, each.stays), now)
                : each.do === 'expire'
                  ? decideExpiry(session, now)
                  : decideAbandonment(session, now);
          session = applied(session, change);
          if (before.status !== 'open') expect(session).toEqual(before);
          if (isInProgress(before)) expect(session.attempt?.number).toBe(before.attempt?.number);
        }
        const count = (type: string): number => session.history.filter((entry) => entry.type === type).length;
        expect(count('checkout.session.completed')).toBe(Number(session.status === 'completed'));
        expect(count('checkout.session.expired')).toBe(Number(session.status === 'expired'));
        expect(session.attempt?.state === 'paid').toBe(session.status === 'completed');
        if (session.status === 'expired') expect(isInProgress(session)).toBe(false);
        // What is open expires by itself, now or after the attempt.
        if (session.status === 'open') expect(session.dueAt !== undefined || isInProgress(session)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
