import { Injectable } from '@nestjs/common';
import type { QueryFilter } from 'mongoose';
import { ChargingService } from '../payments/charging.service.js';
import type { Payment } from '../payments/payment.schema.js';
import { PaymentChangesService } from '../payments/payment-changes.service.js';
import { IllegalTransitionError } from '../payments/payment-errors.js';
import { PaymentRelay } from '../payments/payment-relay.worker.js';
import { PaymentStore } from '../payments/payment-store.service.js';
import type { WriteContext } from '../events/untold-changes.js';
import type { PaymentMethod } from '../payment-methods/payment-method.schema.js';
import { PaymentMethodsService } from '../payment-methods/payment-methods.service.js';
import { Money } from '../platform/common/money.js';
import type { Page, PageRequest } from '../platform/database/page.js';
import type { World } from '../platform/worlds/world.js';
import { chargeOfAttempt, keepsMethod } from './intent-charge.js';
import { IntentStateError, PaymentMethodMissingError } from './intent-errors.js';
import {
  type CancellationReason,
  type IntentAction,
  type IntentAttempt,
  isAllowed,
  nextMethodOf,
  statusOf,
} from './intent-state.js';
import { IntentStore, type IntentChange } from './intent-store.service.js';
import type { IntentState } from './intent-with-payment.js';
import type { PaymentIntent } from './payment-intent.schema.js';

/** What a new intent is to be. Ids are stored ones. */
export type NewIntent = Pick<
  PaymentIntent,
  | 'amount'
  | 'currency'
  | 'captureMethod'
  | 'customerId'
  | 'paymentMethodId'
  | 'metadata'
  | 'description'
  | 'receiptEmail'
  | 'setupFutureUsage'
  | 'details'
> & { readonly checkoutSessionId?: string };

export type IntentUpdate = Partial<Omit<NewIntent, 'captureMethod' | 'checkoutSessionId'>> & {
  readonly captureMethod?: PaymentIntent['captureMethod'];
};

/** How an intent is confirmed. */
export interface Confirmation {
  /** The id of the payment that the attempt makes. */
  readonly paymentId: string;
  /** Null: the method that the intent has. */
  readonly paymentMethodId: string | null;
  /** That method, if it was read just now. */
  readonly method?: PaymentMethod | null;
  readonly returnUrl: string | null;
  readonly offSession: boolean;
  readonly requestBase: string;
  readonly set?: IntentUpdate;
}

/** What shall be paid, over one or several attempts. */
@Injectable()
export class PaymentIntentsService {
  constructor(
    private readonly store: IntentStore,
    private readonly charging: ChargingService,
    private readonly changes: PaymentChangesService,
    private readonly payments: PaymentStore,
    private readonly methods: PaymentMethodsService,
    private readonly relay: PaymentRelay,
  ) {}

  /** Makes an intent, and its first attempt if it is confirmed at once. Throws UnknownPaymentMethodError. */
  async create(
    context: WriteContext,
    id: string,
    asked: NewIntent,
    confirmation: Confirmation | null,
  ): Promise<IntentState> {
    const { accountId, world } = context;
    const method = confirmation?.paymentMethodId ?? asked.paymentMethodId;
    const intent: PaymentIntent = {
      ...asked,
      ...confirmation?.set,
      _id: id,
      accountId,
      paymentMethodId: method,
      methodFor: method === null ? 0 : 1,
      attempt: confirmation && method !== null ? newAttempt(context, 1, confirmation, method) : null,
      canceledAt: null,
      cancellationReason: null,
      createdAt: world.now(),
    };
    if (confirmation && method === null) throw new PaymentMethodMissingError({ intent, payment: null });
    const stored = await this.store.insert(intent, context);
    const { attempt } = stored;
    return { intent: stored, payment: attempt && (await this.charge(stored, attempt, world, confirmation?.method)) };
  }

  /** Throws PaymentIntentNotFoundError. */
  async get(accountId: string, world: World, id: string): Promise<IntentState> {
    return this.goOn(await this.store.get(accountId, id), world);
  }

  /** Throws PaymentIntentNotFoundError, IntentStateError. */
  update(context: WriteContext, id: string, update: IntentUpdate): Promise<IntentState> {
    return this.change(context, id, isDescription(update) ? 'describe' : 'update', async ({ intent, payment }) => {
      const { paymentMethodId } = update;
      if (paymentMethodId !== undefined && payment?.status === 'requires_action')
        await this.changes.cancel(context, payment._id);
      return { set: paymentMethodId === undefined ? update : { ...update, methodFor: nextNumber(intent) } };
    });
  }

  /**
   * Begins the next attempt. One that waits for the customer goes on waiting. Throws PaymentIntentNotFoundError,
   * IntentStateError, PaymentMethodMissingError, UnknownPaymentMethodError.
   */
  confirm(context: WriteContext, id: string, confirmation: Confirmation): Promise<IntentState> {
    return this.change(context, id, 'confirm', (state) => {
      const { intent } = state;
      // The same request ran before but its answer was lost.
      if (intent.attempt?.eventId === context.eventId) return null;
      const method = confirmation.paymentMethodId ?? nextMethodOf(intent);
      if (method === null) throw new PaymentMethodMissingError(state);
      const number = nextNumber(intent);
      const attempt = newAttempt(context, number, confirmation, method);
      return { set: { ...confirmation.set, attempt, paymentMethodId: method, methodFor: number } };
    });
  }

  /** In minor units; null for all. Throws PaymentIntentNotFoundError, IntentStateError, AmountTooLargeError. */
  async capture(context: WriteContext, id: string, minor: number | null): Promise<IntentState> {
    const state = await this.get(context.accountId, context.world, id);
    const { intent, payment } = state;
    if (payment?.history.some(({ eventId }) => eventId === context.eventId)) return state;
    assertAllowed(state, 'capture');
    try {
      const captured = await this.changes.capture(context, payment?._id ?? '', minor === null ? null : { minor });
      return { intent, payment: captured };
    } catch (error) {
      if (!(error instanceof IllegalTransitionError)) throw error;
      const now = await this.get(context.accountId, context.world, id);
      throw new IntentStateError(now, statusOf(now.intent, now.payment), 'capture');
    }
  }

  /**
   * Cancels an intent, and with it an authorization or a challenge. Throws PaymentIntentNotFoundError,
   * IntentStateError.
   */
  cancel(context: WriteContext, id: string, reason: CancellationReason | null): Promise<IntentState> {
    return this.change(context, id, 'cancel', async ({ payment }) => {
      // The payment first: it decides whether a capture or this comes first.
      if (payment?.status === 'authorized') await this.changes.void(context, payment._id);
      else if (payment?.status === 'requires_action') await this.changes.cancel(context, payment._id);
      return { set: { canceledAt: context.world.now(), cancellationReason: reason }, tells: 'payment_intent.canceled' };
    });
  }

  list(accountId: string, filter: QueryFilter<PaymentIntent>, page: PageRequest): Promise<Page<PaymentIntent>> {
    return this.store.list(accountId, filter, page);
  }

  /** Those that payments are attempts of, by their stored ids. */
  byIds(ids: readonly string[]): Promise<Map<string, PaymentIntent>> {
    return this.store.byIds(ids);
  }

  /** The payment of the latest attempt; makes it if a crash came in between. */
  async goOn(intent: PaymentIntent, world: World): Promise<IntentState> {
    const { attempt } = intent;
    if (attempt === null) return { intent, payment: null };
    const found = await this.payments.find(attempt.paymentId);
    return { intent, payment: found ?? (await this.charge(intent, attempt, world)) };
  }

  private async charge(
    intent: PaymentIntent,
    attempt: IntentAttempt,
    world: World,
    known: PaymentMethod | null = null,
  ): Promise<Payment> {
    const { accountId, amount, currency } = intent;
    const { eventId, requestId, requestBase, paymentId, paymentMethodId } = attempt;
    const method =
      known?._id === paymentMethodId
        ? this.methods.charged(known)
        : await this.methods.toCharge({ accountId, world }, paymentMethodId);
    const charge = chargeOfAttempt(intent, attempt, method, Money.ofMinor(amount, currency));
    const context = { accountId, world, requestId, eventId };
    const payment = await this.charging.charge(context, paymentId, charge, requestBase, 'now');
    if (keepsMethod(intent)) await this.relay.finish(accountId);
    return payment;
  }

  /**
   * Reads, decides, and writes if nobody has changed the intent since; otherwise reads and decides again. Changes
   * nothing if the decision is null.
   */
  private async change(
    context: WriteContext,
    id: string,
    action: IntentAction,
    decide: (state: IntentState) => IntentChange | null | Promise<IntentChange | null>,
  ): Promise<IntentState> {
    for (;;) {
      const state = await this.get(context.accountId, context.world, id);
      if (wasDone(state, action, context)) return state;
      assertAllowed(state, action);
      const change = await decide(state);
      if (change === null) return state;
      const changed = await this.store.change(state.intent, change, context);
      if (changed) return this.goOn(changed, context.world);
    }
  }
}

/** The same request ran before but its answer was lost, or it asks for what is so already. */
function wasDone({ intent, payment }: IntentState, action: IntentAction, { eventId }: WriteContext): boolean {
  if (action !== 'confirm') return false;
  return intent.attempt?.eventId === eventId || statusOf(intent, payment) === 'requires_action';
}

function assertAllowed(state: IntentState, action: IntentAction): void {
  const status = statusOf(state.intent, state.payment);
  if (!isAllowed(status, action)) throw new IntentStateError(state, status, action);
}

/** What says nothing about the payment, and can be changed at any time. */
const DESCRIBING: ReadonlySet<string> = new Set<keyof IntentUpdate>(['description', 'metadata', 'receiptEmail']);

function isDescription(update: IntentUpdate): boolean {
  return Object.keys(update).every((field) => DESCRIBING.has(field));
}

function nextNumber({ attempt }: PaymentIntent): number {
  return (attempt?.number ?? 0) + 1;
}

function newAttempt(
  { eventId, requestId, idempotencyKey, world }: WriteContext,
  number: number,
  { paymentId, returnUrl, offSession, requestBase }: Confirmation,
  paymentMethodId: string,
): IntentAttempt {
  const at = world.now();
  return {
    number,
    paymentId,
    paymentMethodId,
    eventId,
    requestId,
    idempotencyKey,
    requestBase,
    returnUrl,
    offSession,
    at,
  };
}
