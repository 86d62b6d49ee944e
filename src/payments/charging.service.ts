import { Injectable } from '@nestjs/common';
import { EventsService } from '../events/events.service.js';
import { type ChargedMethod, PaymentMethodsService } from '../payment-methods/payment-methods.service.js';
import { decimalsOf } from '../platform/common/currencies.js';
import { timeOf } from '../platform/common/ids.js';
import type { WorldSettings } from '../platform/worlds/world.js';
import { decideOutcome, type DecidedOutcome } from '../simulation/decide-outcome.js';
import { WebhookUrlService } from '../webhooks/webhook-url.service.js';
import { ChallengeLinks } from './challenge-links.service.js';
import { changeContext } from './change-context.js';
import { type Charge, newPayment } from './new-payment.js';
import type { Payment } from './payment.schema.js';
import { PaymentProcessing } from './payment-processing.worker.js';
import { PaymentStore } from './payment-store.service.js';
import { paymentView } from './payment-view.js';
import type { RequestContext } from './request-context.js';

/** Makes payments. */
@Injectable()
export class ChargingService {
  constructor(
    private readonly store: PaymentStore,
    private readonly processing: PaymentProcessing,
    private readonly events: EventsService,
    private readonly paymentMethods: PaymentMethodsService,
    private readonly webhookUrls: WebhookUrlService,
    private readonly links: ChallengeLinks,
  ) {}

  /**
   * Makes the payment `id`, whose outcome is decided now and takes effect after the processing delay, or once the
   * customer has authenticated. The payment is durable when this resolves. Throws InvalidFieldError if nothing may be
   * sent to the webhookUrl, UnknownPaymentMethodError, EventTooLargeError.
   *
   * @param requestBase where customers reach the gateway, unless PUBLIC_URL is set
   */
  async charge(context: RequestContext, id: string, charge: Charge, requestBase: string): Promise<Payment> {
    const { accountId, world, requestId, eventId } = context;
    if (charge.webhookUrl !== null) this.webhookUrls.assertAllowed(charge.webhookUrl, 'webhookUrl');
    const method =
      charge.paymentMethod === null ? null : await this.paymentMethods.toCharge(context, charge.paymentMethod);
    const decided = decide(charge, method, world.settings);
    const { outcome } = decided;
    const payment = newPayment(
      charge,
      {
        ...decided,
        id,
        accountId,
        method,
        challengeUrl: outcome.authentication ? this.links.urlOf(id, requestBase) : null,
        dueAt:
          outcome.result === 'stays_pending'
            ? null
            : new Date(world.now().getTime() + delayOf(outcome.authentication, world.settings)),
        clockId: world.clockId,
        recordedAt: new Date(),
      },
      changeContext({ by: 'request', requestId }, timeOf(id), eventId),
    );
    this.events.assertDeliverable(paymentView(payment));
    // The same request ran before but its answer was lost: it made this payment.
    if (!(await this.store.insert(payment))) return this.store.get(accountId, id);
    await this.processing.goOn(payment, world);
    return payment;
  }
}

function decide(
  { simulate, amount, customerName }: Charge,
  method: ChargedMethod | null,
  { testAmounts }: WorldSettings,
): DecidedOutcome {
  const inputs = {
    simulate,
    paymentMethod: method && { value: method.id, outcome: method.outcome },
    amount: { minor: amount.minor, decimals: decimalsOf(amount.currency) ?? 0 },
    customerName,
  };
  return decideOutcome(inputs, testAmounts);
}

/** In ms. */
function delayOf(authentication: boolean, { authenticationTimeoutSeconds, processingDelayMs }: WorldSettings): number {
  return authentication ? authenticationTimeoutSeconds * 1000 : processingDelayMs;
}
