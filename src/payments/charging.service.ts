import { Injectable } from '@nestjs/common';
import { EventsService } from '../events/events.service.js';
import { type ChargedMethod, PaymentMethodsService } from '../payment-methods/payment-methods.service.js';
import { outcomeOffSession } from '../payment-methods/attachment-rules.js';
import { decimalsOf } from '../platform/common/currencies.js';
import { timeOf } from '../platform/common/ids.js';
import type { World, WorldSettings } from '../platform/worlds/world.js';
import { decideOutcome, type DecidedOutcome } from '../simulation/decide-outcome.js';
import { unattended } from '../simulation/outcome.js';
import { WebhookUrlService } from '../webhooks/webhook-url.service.js';
import { ChallengeLinks } from './challenge-links.service.js';
import { changeContext } from './change-context.js';
import { decideCompletion } from './payment-rules.js';
import { type ChangeContext, termsOf } from './payment-state.js';
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
   * @param settle `now`: the outcome takes effect within this one write, unless the customer has to authenticate; its
   *   events are stored soon after (`PaymentRelay.finish`)
   */
  async charge(
    context: RequestContext,
    id: string,
    charge: Charge,
    requestBase: string,
    settle: 'later' | 'now' = 'later',
  ): Promise<Payment> {
    const { accountId, world, requestId, eventId } = context;
    if (charge.webhookUrl !== null) this.webhookUrls.assertAllowed(charge.webhookUrl, 'webhookUrl');
    const method = await this.methodOf(context, charge);
    const decided = decide(charge, method, world.settings);
    const { outcome } = decided;
    const change = changeContext({ by: 'request', requestId }, timeOf(id), eventId);
    const pending = newPayment(
      withDelay(context.dialect === true ? shownByDialect(charge, method, requestBase) : charge, world.settings),
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
      change,
    );
    const payment = settle === 'now' ? settled(pending, change, world) : pending;
    this.events.assertDeliverable(paymentView(payment));
    // The same request ran before but its answer was lost: it made this payment.
    // By a virtual clock nothing is left to do when a request is answered.
    const told = settle === 'now' && world.clockId === null ? 'later' : 'now';
    if (!(await this.store.insert(payment, told))) return this.store.get(accountId, id);
    await this.processing.goOn(payment, world);
    return payment;
  }

  private async methodOf(context: RequestContext, { method, paymentMethod }: Charge): Promise<ChargedMethod | null> {
    if (method) return method;
    return paymentMethod === null ? null : this.paymentMethods.toCharge(context, paymentMethod);
  }
}

/** The charge with what the dialect shows of it, unless the dialect itself said so. */
function shownByDialect(charge: Charge, charged: ChargedMethod | null, base: string): Charge {
  if (charge.origin?.dialect) return charge;
  if (charged === null) return { ...charge, origin: { ...charge.origin, dialect: { base } } };
  const { outcome, ...method } = charged;
  return { ...charge, origin: { ...charge.origin, dialect: { base, method } } };
}

/** The charge with the delay after which the dialect shows its balance transaction. */
function withDelay(charge: Charge, { balanceTransactionDelayMs: transactionDelayMs }: WorldSettings): Charge {
  if (!charge.origin?.dialect || transactionDelayMs === 0) return charge;
  return { ...charge, origin: { ...charge.origin, dialect: { ...charge.origin.dialect, transactionDelayMs } } };
}

/** The payment with its outcome, if that does not wait for the customer. */
function settled(pending: Payment, context: ChangeContext, { settings, clockId }: World): Payment {
  if (pending.status !== 'pending' || pending.outcome.result === 'stays_pending') return pending;
  const { set, entries } = decideCompletion(pending, { ...context, eventId: context.nextEventId() }, termsOf(settings));
  const history = [...pending.history, ...entries.map((entry) => ({ ...entry, recordedAt: pending.changedAt }))];
  const payment: Payment = Object.assign(pending, set, { history });
  // Nothing is due of a payment without a `dueAt`.
  if (!set.dueAt) {
    delete payment.dueAt;
    delete payment.clockId;
  } else if (clockId !== null) payment.clockId = clockId;
  return payment;
}

function decide(
  { simulate, amount, customerName, offSession = false }: Charge,
  method: ChargedMethod | null,
  { testAmounts }: WorldSettings,
): DecidedOutcome {
  const inputs = {
    simulate,
    paymentMethod: method && {
      value: method.id,
      outcome: offSession ? unattended(outcomeOffSession(method)) : method.outcome,
    },
    amount: { minor: amount.minor, decimals: decimalsOf(amount.currency) ?? 0 },
    customerName,
  };
  return decideOutcome(inputs, testAmounts);
}

/** In ms. */
function delayOf(authentication: boolean, { authenticationTimeoutSeconds, processingDelayMs }: WorldSettings): number {
  return authentication ? authenticationTimeoutSeconds * 1000 : processingDelayMs;
}
