import { Injectable, Logger } from '@nestjs/common';
import { WorldsService } from '../accounts/worlds.service.js';
import { EventsService, type NewEvent, type PublishedEvent } from '../events/events.service.js';
import { ChallengeReturns } from '../payments/challenge-returns.service.js';
import { ChargingService } from '../payments/charging.service.js';
import type { CustomerContext } from '../payments/customer-request.js';
import type { Payment } from '../payments/payment.schema.js';
import { PaymentChangesService } from '../payments/payment-changes.service.js';
import { IllegalTransitionError, PaymentNotFoundError } from '../payments/payment-errors.js';
import { PaymentStore } from '../payments/payment-store.service.js';
import type { PaymentView } from '../payments/payment-view.js';
import type { RequestContext } from '../payments/request-context.js';
import { Money } from '../platform/common/money.js';
import { DomainError } from '../platform/errors/domain-error.js';
import type { World } from '../platform/worlds/world.js';
import { followingId, idIn, idInWorld, publicId } from '../platform/worlds/world-ids.js';
import { CheckoutIntents } from './checkout-intents.service.js';
import { CheckoutLinks } from './checkout-links.service.js';
import { decideAttempt, decideOutcome, isInProgress, nextAttempt, type PaymentOutcome } from './checkout-rules.js';
import type { CheckoutSession } from './checkout-session.schema.js';
import type { AttemptOrder, CheckoutAttempt } from './checkout-state.js';
import { CheckoutStore } from './checkout-store.service.js';
import { failureText } from './failure-text.js';

/** The events after which an attempt has its outcome. */
const FINAL_EVENTS: ReadonlySet<string> = new Set([
  'payment.completed',
  'payment.authorized',
  'payment.failed',
  'payment.canceled',
]);

/** When something happened because of which a session changes, and the event that it follows. */
interface Cause {
  readonly at: Date;
  readonly eventId: string;
}

/**
 * Makes the payments of checkout sessions, and settles sessions by what becomes of them. An attempt is stored, with the
 * id of its payment, before the payment is made: whoever finds it unfinished makes the same payment.
 */
@Injectable()
export class CheckoutPayments {
  private readonly logger = new Logger(CheckoutPayments.name);

  constructor(
    private readonly store: CheckoutStore,
    private readonly charging: ChargingService,
    private readonly changes: PaymentChangesService,
    private readonly payments: PaymentStore,
    private readonly worlds: WorldsService,
    private readonly intents: CheckoutIntents,
    returns: ChallengeReturns,
    links: CheckoutLinks,
    events: EventsService,
  ) {
    returns.use(({ accountId, checkoutSessionId }) =>
      checkoutSessionId === undefined ? null : links.pathOf(idIn(accountId, checkoutSessionId)),
    );
    events.subscribe(async (published) => {
      for (const { event } of published.filter(isOutcome)) await this.settleBy(event);
    });
  }

  /** Begins the next attempt to pay. Null if it may not begin, for example because somebody else began it. */
  async begin(
    session: CheckoutSession,
    order: AttemptOrder,
    context: CustomerContext,
  ): Promise<CheckoutSession | null> {
    const { world, eventId, requestId, seed } = context;
    const attempt = {
      ...order,
      number: nextAttempt(session),
      paymentId: idInWorld(world.id, `txn_${seed}`),
      eventId,
      requestId,
    };
    for (let current: CheckoutSession | null = session; current; current = await this.store.find(session._id)) {
      const change = decideAttempt(current, attempt, world.now());
      const begun = change && (await this.store.change(current, change));
      if (change === null || begun) return begun;
    }
    return null;
  }

  /** The payment of the latest attempt; null if there is none, or it was deleted. */
  async paymentOf({ attempt }: CheckoutSession): Promise<Payment | null> {
    return attempt === null ? null : this.payments.find(attempt.paymentId);
  }

  /**
   * Makes the payment of an attempt that has none yet, and settles the session by what became of it. Safe to repeat.
   *
   * @returns the session as it is then
   */
  async goOn(session: CheckoutSession, world: World): Promise<CheckoutSession> {
    const { attempt } = session;
    if (!attempt || !isInProgress(session)) return session;
    const found = await this.payments.find(attempt.paymentId);
    if (found) return this.settle(session, outcomeOf(attempt, found), causeOf(found));
    if (attempt.state === 'made')
      return this.settle(session, lost(attempt), { at: world.now(), eventId: attempt.eventId });
    try {
      const made = await this.charge(session, attempt, world);
      return await this.settle(session, outcomeOf(attempt, made), causeOf(made));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      // It never succeeds: the session was made from a snapshot that a client changed.
      this.logger.warn(error);
      return this.settle(session, lost(attempt), { at: world.now(), eventId: attempt.eventId });
    }
  }

  /** Cancels the payment of an attempt that has no outcome yet, unless it gets one first. */
  async giveUp(session: CheckoutSession, context: RequestContext): Promise<CheckoutSession> {
    const current = await this.goOn(session, context.world);
    const { attempt } = current;
    if (!attempt || !isInProgress(current)) return current;
    try {
      const canceled = await this.changes.cancel(context, attempt.paymentId);
      return await this.settle(current, outcomeOf(attempt, canceled), causeOf(canceled));
    } catch (error) {
      if (!(error instanceof IllegalTransitionError || error instanceof PaymentNotFoundError)) throw error;
      return this.goOn(current, context.world);
    }
  }

  private charge(session: CheckoutSession, attempt: CheckoutAttempt, world: World): Promise<Payment> {
    if (session.intent) return this.intents.pay(session, session.intent, attempt, world);
    const { accountId, amount, currency, orderReference, metadata, capture } = session;
    const { paymentId, customerName, testToken, simulate, requestBase, eventId, requestId } = attempt;
    return this.charging.charge(
      { accountId, world, requestId, eventId },
      paymentId,
      {
        customerName,
        amount: Money.ofMinor(amount, currency),
        details: null,
        webhookUrl: null,
        paymentMethod: testToken,
        capture,
        returnUrl: null,
        orderReference,
        metadata,
        simulate,
        checkoutSessionId: publicId(session._id),
      },
      requestBase,
    );
  }

  private async settle(session: CheckoutSession, outcome: PaymentOutcome, cause: Cause): Promise<CheckoutSession> {
    for (let current = session; ;) {
      const eventId = followingId('evt', cause.eventId, cause.at, publicId(current._id));
      const change = decideOutcome(current, outcome, { at: cause.at, eventId, requestId: null });
      if (change === null) return current;
      const changed = await this.store.change(current, change);
      if (changed) return changed;
      const found = await this.store.find(current._id);
      if (!found) return current;
      current = found;
    }
  }

  /** Settles the session of a payment that has got its outcome. */
  private async settleBy({ _id, accountId, data, createdAt }: NewEvent): Promise<void> {
    const { id, status, failure, checkoutSessionId } = data as PaymentView;
    if (checkoutSessionId === null || !(await this.worlds.of(accountId))) return;
    const session = await this.store.find(idIn(accountId, checkoutSessionId));
    if (!session?.attempt) return;
    const paymentId = idIn(accountId, id);
    const text = failureText(session.attempt.method, failure);
    await this.settle(
      session,
      { paymentId, status, staysPending: false, failure: text },
      { at: createdAt, eventId: _id },
    );
  }
}

/** Only events of payments of sessions cost a look-up. */
function isOutcome({ event: { type, data } }: PublishedEvent): boolean {
  return FINAL_EVENTS.has(type) && (data as PaymentView).checkoutSessionId !== null;
}

function outcomeOf({ method }: CheckoutAttempt, { _id, status, outcome, failure }: Payment): PaymentOutcome {
  return {
    paymentId: _id,
    status,
    staysPending: outcome.result === 'stays_pending',
    failure: failureText(method, failure),
  };
}

function causeOf({ history, updatedAt }: Payment): Cause {
  const latest = history.at(-1);
  return { at: latest?.at ?? updatedAt, eventId: latest?.eventId ?? '' };
}

/** The payment of the attempt cannot be made, or was deleted before it had an outcome. */
function lost({ paymentId }: CheckoutAttempt): PaymentOutcome {
  return { paymentId, status: 'canceled', staysPending: false, failure: null };
}
