import { GatewayConnectionError, type GatewayClient, GatewayError } from 'mock-payment-gateway/client';
import { CURRENCY } from './articles.ts';
import { currentPayment, hasEnded, type KnownPayment } from './order-state.ts';
import type { Order, Orders } from './orders.ts';

/** How long the customer waits for the outcome, in seconds. If it takes longer, the webhook tells. */
const WAIT_SECONDS = 10;

/**
 * Moves the money of orders. Each request and its idempotency key follow from what is stored, so that it can be sent
 * again at any time, also after a crash, and is carried out once.
 */
export class Payments {
  readonly #gateway: GatewayClient;
  readonly #orders: Orders;

  constructor(gateway: GatewayClient, orders: Orders) {
    this.#gateway = gateway;
    this.#orders = orders;
  }

  /** Authorizes the amount of an order. @param returnUrl where the customer comes back to after 3-D Secure */
  async authorize(order: Order, returnUrl: string): Promise<void> {
    const current = currentPayment(this.#orders.paymentsOf(order.id));
    if (current && !hasEnded(current)) return this.refresh(current);
    if (this.#orders.stateOf(order) !== 'unconfirmed') return;
    await this.#ask(async () => {
      const { id } = await this.#gateway.payments.charge(
        {
          customerName: order.customer,
          paymentAmount: order.price / 100,
          currency: CURRENCY,
          paymentMethod: order.card,
          capture: 'manual',
          orderReference: order.id,
          returnUrl,
        },
        { idempotencyKey: `order-${order.id}-${order.attempts}`, wait: WAIT_SECONDS },
      );
      return id;
    });
  }

  /** Captures the amount when the parcel leaves. */
  async capture(order: Order): Promise<void> {
    const payment = currentPayment(this.#orders.paymentsOf(order.id));
    if (payment?.status !== 'authorized') return;
    await this.#ask(async () => {
      await this.#gateway.payments.capture(
        payment.id,
        {},
        { idempotencyKey: `capture-${payment.id}`, wait: WAIT_SECONDS },
      );
      return payment.id;
    }, payment.id);
  }

  /** Gives the whole amount back. */
  async refund(order: Order): Promise<void> {
    const payment = currentPayment(this.#orders.paymentsOf(order.id));
    const refunds = this.#orders.refundsOf(order.id);
    if (!payment || this.#orders.stateOf(order) !== 'shipped') return;
    await this.#ask(async () => {
      const refund = await this.#gateway.payments.refund(
        payment.id,
        { reason: 'Returned' },
        { idempotencyKey: `refund-${payment.id}-${refunds.length + 1}`, wait: WAIT_SECONDS },
      );
      this.#orders.noteRefund(refund);
      return payment.id;
    }, payment.id);
  }

  /** Asks how a payment stands, while it has no outcome. */
  async refresh({ id, status }: KnownPayment): Promise<void> {
    if (status === 'pending' || status === 'requires_action') await this.#ask(() => Promise.resolve(id));
  }

  /**
   * Sends a request, then stores how the payment stands now: the answer of a repeated request is that of the first one.
   * Without an answer nothing is known: the webhook tells, or the customer tries again.
   *
   * @param paymentId the payment to look at if the gateway refuses the request, because it moved on by itself
   */
  async #ask(request: () => Promise<string>, paymentId?: string): Promise<void> {
    try {
      const id = await request().catch((error: unknown) => {
        if (paymentId !== undefined && error instanceof GatewayError && error.status === 409) return paymentId;
        throw error;
      });
      this.#orders.notePayment(await this.#gateway.payments.get(id));
    } catch (error) {
      if (!hasNoAnswer(error)) throw error;
    }
  }
}

/** Whether the request may have been carried out nevertheless. */
function hasNoAnswer(error: unknown): boolean {
  if (error instanceof GatewayError)
    return error.status === 429 || error.status >= 500 || error.code === 'idempotency_conflict';
  return error instanceof GatewayConnectionError;
}
