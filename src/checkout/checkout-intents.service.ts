import { Injectable } from '@nestjs/common';
import { IntentStore } from '../payment-intents/intent-store.service.js';
import { PaymentIntentsService } from '../payment-intents/payment-intents.service.js';
import { PaymentMethodsService } from '../payment-methods/payment-methods.service.js';
import type { Payment } from '../payments/payment.schema.js';
import { PaymentNotFoundError } from '../payments/payment-errors.js';
import type { World } from '../platform/worlds/world.js';
import { publicId } from '../platform/worlds/world-ids.js';
import type { CheckoutSession } from './checkout-session.schema.js';
import type { CheckoutAttempt, SessionIntent } from './checkout-state.js';

/** Makes the attempts of sessions whose payments belong to an intent. */
@Injectable()
export class CheckoutIntents {
  constructor(
    private readonly store: IntentStore,
    private readonly intents: PaymentIntentsService,
    private readonly methods: PaymentMethodsService,
  ) {}

  /**
   * Makes the payment of an attempt, and the intent with the first one. The same each time. Throws DomainErrors if the
   * intent does not take it any more.
   */
  async pay(
    session: CheckoutSession,
    { email, ...asked }: SessionIntent,
    attempt: CheckoutAttempt,
    world: World,
  ): Promise<Payment> {
    const { _id, accountId, amount, currency, paymentIntentId = '' } = session;
    const { paymentId, requestBase, requestId, eventId } = attempt;
    const context = { accountId, world, requestId, eventId, idempotencyKey: null };
    const paymentMethodId = attempt.paymentMethodId ?? (await this.methodOf(session, email, attempt, world));
    const confirmation = { paymentId, paymentMethodId, returnUrl: null, offSession: false, requestBase };
    const isMade = (await this.store.byIds([paymentIntentId])).has(paymentIntentId);
    const intent = { ...asked, amount, currency, paymentMethodId: null, checkoutSessionId: _id };
    const { payment } = isMade
      ? await this.intents.confirm(context, paymentIntentId, confirmation)
      : await this.intents.create(context, paymentIntentId, intent, confirmation);
    // Somebody else pays the intent, without the session.
    if (payment?._id !== paymentId) throw PaymentNotFoundError.forAccount(publicId(paymentId));
    return payment;
  }

  /** A method of its own for the test card that the customer chose. */
  private async methodOf(
    { accountId }: CheckoutSession,
    email: string | null,
    { paymentId, testToken, customerName }: CheckoutAttempt,
    world: World,
  ): Promise<string> {
    const id = paymentId.replace(/^txn_/, 'pm_');
    const billing = { name: customerName, email };
    const { _id } = await this.methods.createFromToken({ accountId, world }, id, testToken ?? '', { billing });
    return _id;
  }
}
