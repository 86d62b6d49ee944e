import { createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { decimalsOf } from '../platform/common/currencies.js';
import { newId, timeOf } from '../platform/common/ids.js';
import { Money } from '../platform/common/money.js';
import { ValidationFailedError } from '../platform/errors/validation-failed.error.js';
import { Config } from '../platform/config/config.js';
import { EventsService } from '../events/events.service.js';
import { type ChargedMethod, PaymentMethodsService } from '../payment-methods/payment-methods.service.js';
import { decideOutcome } from '../simulation/decide-outcome.js';
import { WebhookUrlService } from '../webhooks/webhook-url.service.js';
import { amountIn } from './dto/amount-field.js';
import { PaymentDto } from './dto/payment.dto.js';
import type { HistoryEntry, Payment } from './payment.schema.js';
import { ChallengeNotFoundError, PaymentNotFoundError, RefundNotFoundError } from './payment-errors.js';
import { nextStatus } from './payment-lifecycle.js';
import { momentOf } from './payment-moment.js';
import { PaymentProcessing } from './payment-processing.worker.js';
import { authenticated, captured, voided } from './payment-rules.js';
import type { Change, ChangeCause, HistoryItem, Moment } from './payment-state.js';
import { PaymentStore } from './payment-store.service.js';
import { type Refund } from './refund.schema.js';
import { refundCanceled, refunded } from './refund-rules.js';
import { refundOf, RefundsService } from './refunds.service.js';

/** What a customer shall pay. */
export interface Charge {
  readonly customerName: string;
  readonly amount: Money;
  readonly details: string | null;
  readonly webhookUrl: string | null;
  /** A ready-made token, or the account's own. */
  readonly paymentMethod: string | null;
  readonly capture: 'automatic' | 'manual';
  readonly returnUrl: string | null;
  readonly orderReference: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  /** The outcome that the header X-Simulate names. */
  readonly simulate: string | null;
}

/** A refund that is asked for; the amount in major units, all that is left where it is null. */
export interface RefundRequest {
  readonly amount: number | null;
  readonly reason: string | null;
  readonly orderReference: string | null;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Whose request it is, and how it is told apart from others. */
export interface RequestContext {
  readonly accountId: string;
  readonly requestId: string;
  /** The id of the event that the request makes: the same when the request runs again after a crash. */
  readonly eventId: string;
}

@Injectable()
export class PaymentsService {
  constructor(
    private readonly config: Config,
    private readonly store: PaymentStore,
    private readonly processing: PaymentProcessing,
    private readonly refunds: RefundsService,
    private readonly events: EventsService,
    private readonly paymentMethods: PaymentMethodsService,
    private readonly webhookUrls: WebhookUrlService,
  ) {}

  /**
   * A payment `id`, durable when this resolves, with its outcome decided; it comes about by itself after the
   * processing delay, or once the customer has authenticated. Throws ValidationFailedError for a webhookUrl
   * that nothing may be sent to, a payment method that is not there, or more text than a webhook can carry.
   *
   * @param baseUrl where customers reach the gateway
   */
  async charge(
    { accountId, requestId, eventId }: RequestContext,
    id: string,
    charge: Charge,
    baseUrl: string,
  ): Promise<Payment> {
    if (charge.webhookUrl !== null) this.webhookUrls.assertAllowed(charge.webhookUrl, 'webhookUrl');
    const method = charge.paymentMethod === null ? null : await this.methodToCharge(accountId, charge.paymentMethod);
    const payment = this.newPayment(
      { accountId, requestId, eventId },
      id,
      charge,
      method,
      this.config.PUBLIC_URL || baseUrl,
    );
    this.events.assertDeliverable(PaymentDto.from(payment));
    // The same request ran before and was not answered: it made this payment.
    if (!(await this.store.insert(payment))) return this.get(accountId, id);
    this.processing.announce(payment);
    return payment;
  }

  /**
   * Captures an authorized payment, once: `amount` in major units, or all of it; the rest is released.
   * Throws PaymentNotFoundError, IllegalTransitionError, ValidationFailedError for an amount above the authorized.
   */
  capture(context: RequestContext, id: string, amount: number | null): Promise<Payment> {
    return this.change(context, id, (payment, moment) => {
      nextStatus(payment.status, 'capture');
      const asked = amount === null ? payment.amount : amountIn(payment.currency, amount).minor;
      if (asked > payment.amount) {
        const le = Money.ofMinor(payment.amount, payment.currency).major;
        throw ValidationFailedError.at(
          ['body', 'amount'],
          'less_than_equal',
          `Input should be less than or equal to ${le}`,
          amount,
          { le },
        );
      }
      return captured(payment, asked, moment);
    });
  }

  /** Gives an authorization back. Throws PaymentNotFoundError, IllegalTransitionError. */
  void(context: RequestContext, id: string): Promise<Payment> {
    return this.change(context, id, voided);
  }

  /** What the customer did when asked to authenticate; then the outcome comes about. Throws PaymentNotFoundError, IllegalTransitionError. */
  authenticate(context: RequestContext, id: string, succeeded: boolean): Promise<Payment> {
    return this.change(context, id, (payment, moment) =>
      authenticated(payment, succeeded, moment, this.processing.waits),
    );
  }

  /** Throws PaymentNotFoundError, IllegalTransitionError, TooManyRefundsError, AmountTooLargeError, ValidationFailedError. */
  async refund(
    context: RequestContext,
    id: string,
    refundId: string,
    { amount, reason, orderReference, metadata }: RefundRequest,
  ): Promise<Refund> {
    const payment = await this.change(context, id, (current, moment) => {
      const minor = amount === null ? null : amountIn(current.currency, amount).minor;
      return refunded(
        current,
        { id: refundId, amount: minor, reason, orderReference, metadata },
        moment,
        this.processing.waits,
      );
    });
    return this.shownRefund(payment, refundId);
  }

  /** While it is pending. Throws RefundNotFoundError, RefundNotPendingError. */
  async cancelRefund(context: RequestContext, refundId: string): Promise<Refund> {
    const { paymentId } = await this.refunds.get(context.accountId, refundId);
    const payment = await this.change(context, paymentId, (current, moment) =>
      refundCanceled(current, refundId, moment),
    );
    return this.shownRefund(payment, refundId);
  }

  /** Throws PaymentNotFoundError. */
  async get(accountId: string, id: string): Promise<Payment> {
    const payment = await this.store.find(id);
    if (payment?.accountId !== accountId) throw PaymentNotFoundError.forAccount(id);
    return payment;
  }

  /** The payment that a customer is asked to authenticate for, by the secret of its link. Throws ChallengeNotFoundError. */
  async getChallenged(id: string, token: string): Promise<Payment> {
    const expected = Buffer.from(this.challengeToken(id));
    const given = Buffer.from(token);
    if (expected.length !== given.length || !timingSafeEqual(expected, given)) throw new ChallengeNotFoundError();
    const payment = await this.store.find(id);
    if (!payment?.challengeUrl) throw new ChallengeNotFoundError();
    return payment;
  }

  private newPayment(
    { accountId, requestId, eventId }: RequestContext,
    id: string,
    charge: Charge,
    method: ChargedMethod | null,
    baseUrl: string,
  ): Payment {
    const createdAt = timeOf(id);
    const changedAt = new Date();
    const { amount, customerName, simulate } = charge;
    const decisive = {
      simulate,
      paymentMethod: method && { value: method.id, outcome: method.outcome },
      amount: { minor: amount.minor, decimals: decimalsOf(amount.currency) ?? 0 },
      customerName,
    };
    const { outcome, rule } = decideOutcome(decisive, this.config.TEST_AMOUNTS);
    const cause: ChangeCause = { by: 'request', requestId };
    const created: HistoryItem & Pick<HistoryEntry, 'recordedAt'> = {
      eventId,
      type: 'payment.created',
      at: createdAt,
      from: null,
      to: 'pending',
      amount: amount.minor,
      cause,
      refundId: null,
      recordedAt: changedAt,
    };
    const challenged: typeof created = {
      ...created,
      eventId: newId('evt', createdAt),
      type: 'payment.requires_action',
      from: 'pending',
      to: 'requires_action',
    };
    const waitMs = outcome.authentication
      ? this.config.AUTHENTICATION_TIMEOUT_SECONDS * 1000
      : this.config.PAYMENT_PROCESSING_DELAY_MS;
    return {
      _id: id,
      accountId,
      customerName,
      amount: amount.minor,
      currency: amount.currency,
      comparableAmount: amount.comparable,
      details: charge.details,
      webhookUrl: charge.webhookUrl,
      orderReference: charge.orderReference,
      metadata: charge.metadata,
      paymentMethod: method && { id: method.id, brand: method.brand, last4: method.last4 },
      capture: charge.capture,
      outcome,
      rule,
      challengeUrl: outcome.authentication ? `${baseUrl}/3ds/${id}/${this.challengeToken(id)}` : null,
      returnUrl: charge.returnUrl,
      status: outcome.authentication ? 'requires_action' : 'pending',
      amountCaptured: 0,
      amountRefunded: 0,
      failure: null,
      refunds: [],
      version: 1,
      createdAt,
      ...(outcome.result === 'stays_pending' ? {} : { dueAt: new Date(Date.now() + waitMs) }),
      history: outcome.authentication ? [created, challenged] : [created],
      changedAt,
    };
  }

  private async methodToCharge(accountId: string, token: string): Promise<ChargedMethod> {
    const method = await this.paymentMethods.toCharge(accountId, token);
    if (!method)
      throw ValidationFailedError.at(
        ['body', 'paymentMethod'],
        'unknown_payment_method',
        'You have no such payment method',
        token,
      );
    return method;
  }

  /** Nobody can guess it, and nothing has to be stored to recognize it. */
  private challengeToken(id: string): string {
    return createHmac('sha256', this.config.ENCRYPTION_KEY).update(`3ds ${id}`).digest('hex').slice(0, 32);
  }

  /** Decides on what is there and writes if it is still there; of two that race, the second decides anew. */
  private async change(
    { accountId, requestId, eventId }: RequestContext,
    id: string,
    decide: (payment: Payment, moment: Moment) => Change,
  ): Promise<Payment> {
    for (;;) {
      const payment = await this.get(accountId, id);
      // The same request ran before and was not answered: what it asks for is done.
      if (payment.history.some((entry) => entry.eventId === eventId)) return payment;
      const now = new Date();
      const changed = await this.store.change(
        payment,
        decide(payment, momentOf({ by: 'request', requestId }, now, eventId)),
      );
      if (changed) {
        this.processing.announce(changed);
        return changed;
      }
    }
  }

  /** The refund, listed already when its request is answered. */
  private async shownRefund(payment: Payment, refundId: string): Promise<Refund> {
    await this.refunds.copy([{ payment, refundIds: [refundId] }]);
    const refund = payment.refunds.find(({ id }) => id === refundId);
    if (!refund) throw new RefundNotFoundError(refundId);
    return refundOf(payment, refund);
  }
}
