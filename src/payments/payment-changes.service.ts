import { Injectable } from '@nestjs/common';
import { timeOf } from '../platform/common/ids.js';
import type { Wait } from '../platform/http/waits.decorator.js';
import { changeContext } from './change-context.js';
import { moneyOf } from './money-of.js';
import { OutcomeWaits } from './outcome-waits.service.js';
import type { Payment } from './payment.schema.js';
import { RefundNotFoundError } from './payment-errors.js';
import { assertAllowed } from './payment-lifecycle.js';
import { PaymentProcessing } from './payment-processing.worker.js';
import { decideAuthentication, decideCancel, decideCapture, decideVoid } from './payment-rules.js';
import { type Change, type ChangeContext, termsOf } from './payment-state.js';
import { PaymentStore } from './payment-store.service.js';
import type { Refund } from './refund.schema.js';
import { decideRefund, decideRefundCancellation } from './refund-rules.js';
import { refundOf, RefundsService } from './refunds.service.js';
import type { RequestContext } from './request-context.js';

/** A sum in major units, or in minor ones. */
export type AskedAmount = number | { readonly minor: number };

/** A requested refund; without an amount all that is left is refunded. */
export interface RefundRequest {
  readonly amount: AskedAmount | null;
  readonly reason: string | null;
  readonly orderReference: string | null;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Changes payments on request. */
@Injectable()
export class PaymentChangesService {
  constructor(
    private readonly store: PaymentStore,
    private readonly processing: PaymentProcessing,
    private readonly refunds: RefundsService,
    private readonly waits: OutcomeWaits,
  ) {}

  /**
   * Captures an authorized payment, once: this amount, or all of it; the rest is released.
   * Throws PaymentNotFoundError, IllegalTransitionError, AmountTooLargeError, InvalidFieldError.
   */
  capture(context: RequestContext, id: string, amount: AskedAmount | null): Promise<Payment> {
    return this.change(context, id, (payment, change) => {
      assertAllowed(payment.status, 'capture');
      return decideCapture(
        payment,
        amount === null ? null : minorOf(amount, payment.currency),
        change,
        termsOf(context.world.settings),
      );
    });
  }

  /** Voids an authorization. Throws PaymentNotFoundError, IllegalTransitionError. */
  void(context: RequestContext, id: string): Promise<Payment> {
    return this.change(context, id, decideVoid);
  }

  /**
   * Ends a payment before its outcome. One that is canceled already stays so. Throws PaymentNotFoundError,
   * IllegalTransitionError.
   */
  cancel(context: RequestContext, id: string): Promise<Payment> {
    return this.change(context, id, (payment, change) =>
      payment.status === 'canceled' ? null : decideCancel(payment, change),
    );
  }

  /** Applies the customer's answer to a challenge. Throws PaymentNotFoundError, IllegalTransitionError. */
  authenticate(context: RequestContext, id: string, succeeded: boolean): Promise<Payment> {
    return this.change(context, id, (payment, change) =>
      decideAuthentication(payment, succeeded, change, termsOf(context.world.settings)),
    );
  }

  /**
   * Refunds all that is left, or a part. Waits at most as long as `wait` says until the refund is no longer pending.
   * Throws PaymentNotFoundError, IllegalTransitionError, TooManyRefundsError, AmountTooLargeError, InvalidFieldError.
   */
  async refund(
    context: RequestContext,
    id: string,
    refundId: string,
    request: RefundRequest,
    wait: Wait | null,
  ): Promise<Refund> {
    const payment = await this.change(context, id, (current, change) => {
      const amount = request.amount === null ? null : minorOf(request.amount, current.currency);
      return decideRefund(
        current,
        {
          ...request,
          id: refundId,
          amount,
          orderReference: request.orderReference ?? current.orderReference,
          createdAt: timeOf(refundId),
        },
        change,
        termsOf(context.world.settings),
      );
    });
    return this.shownRefund(await this.waits.forRefund(payment, refundId, wait), refundId);
  }

  /** While it is pending. Throws RefundNotFoundError, RefundNotPendingError. */
  async cancelRefund(context: RequestContext, refundId: string): Promise<Refund> {
    const { _id: storedId, paymentId } = await this.refunds.get(context.accountId, refundId);
    const payment = await this.change(context, paymentId, (current, change) =>
      decideRefundCancellation(current, storedId, change),
    );
    return this.shownRefund(payment, storedId);
  }

  /**
   * Reads the payment, decides, and writes if nobody has changed the payment since; otherwise reads and decides again.
   * Changes nothing if the decision is null. Throws PaymentNotFoundError, and what `decide` throws.
   */
  async change(
    { accountId, world, requestId, eventId, idempotencyKey = null }: RequestContext,
    id: string,
    decide: (payment: Payment, context: ChangeContext) => Change | null | Promise<Change | null>,
  ): Promise<Payment> {
    for (;;) {
      const payment = await this.store.get(accountId, id);
      // The same request ran before but its answer was lost: the change is already made.
      if (payment.history.some((entry) => entry.eventId === eventId)) return payment;
      const cause = { by: 'request', requestId, ...(idempotencyKey !== null && { idempotencyKey }) } as const;
      const context = changeContext(cause, world.now(), eventId);
      const change = await decide(payment, context);
      if (change === null) return payment;
      const changed = await this.store.change(payment, change);
      if (changed) {
        await this.processing.goOn(changed, world);
        return changed;
      }
    }
  }

  /** Copies the refund to the list before the request is answered. */
  private async shownRefund(payment: Payment, refundId: string): Promise<Refund> {
    await this.refunds.copy([{ payment, refundIds: [refundId] }]);
    const refund = payment.refunds.find(({ id }) => id === refundId);
    if (!refund) throw new RefundNotFoundError(refundId);
    return refundOf(payment, refund);
  }
}

/** Throws InvalidFieldError for a sum that the currency cannot have. */
function minorOf(amount: AskedAmount, currency: string): number {
  return typeof amount === 'number' ? moneyOf(amount, currency).minor : amount.minor;
}
