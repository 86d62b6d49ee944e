import { Injectable } from '@nestjs/common';
import { DEFAULT_CUSTOMER } from '../../checkout/card-form.js';
import { CheckoutPayments } from '../../checkout/checkout-payments.service.js';
import { isInProgress } from '../../checkout/checkout-rules.js';
import type { CheckoutSession } from '../../checkout/checkout-session.schema.js';
import { followingContext } from '../../events/untold-changes.js';
import type { PaymentMethod } from '../../payment-methods/payment-method.schema.js';
import { publicId } from '../../platform/worlds/world-ids.js';
import { declineFacts, isCharge } from '../charges/charge-facts.js';
import { shownId } from '../../platform/common/dialect-ids.js';
import { ShownObjects } from '../objects.service.js';
import { DialectMethods } from '../payment-methods/dialect-methods.service.js';
import { paymentMethodView } from '../payment-methods/payment-method-view.js';
import type { Call } from '../wire/call.js';
import { cardError, invalidRequest, missingParameter } from '../wire/dialect-error.js';
import type { Shown } from '../wire/expand.js';
import type { ParamsOf } from '../wire/params.js';
import type { CONFIRM_PAGE } from './checkout-params.js';
import { ShownSessions } from './shown-sessions.service.js';

type Sent = ParamsOf<typeof CONFIRM_PAGE>;

/** What the page of a session does, without a browser: the official command line pays so. All throw DialectErrors. */
@Injectable()
export class PaymentPages {
  constructor(
    private readonly sessions: ShownSessions,
    private readonly payments: CheckoutPayments,
    private readonly methods: DialectMethods,
    private readonly objects: ShownObjects,
  ) {}

  retrieve(call: Call, id: string): Promise<Shown> {
    return this.sessions.retrieve(call, id);
  }

  /** Pays as the customer would. The session stays open if the card is declined. */
  async confirm(call: Call, id: string, sent: Sent): Promise<Shown> {
    const session = await this.sessions.current(call, id);
    // The same request ran before but its answer was lost.
    const isRepeated = session.attempt?.eventId === call.eventId;
    const paid = isRepeated ? session : await this.pay(call, session, sent);
    const { paymentIntentId } = paid;
    const intent = paymentIntentId ? await this.objects.read(call, 'payment_intent', publicId(paymentIntentId)) : null;
    const payment = await this.payments.paymentOf(paid);
    if (!payment?.failure)
      return { ...(await this.sessions.shown(call, paid)), ...(intent && { payment_intent: intent }) };
    const method = paid.attempt?.paymentMethodId
      ? await this.methods.find(call, publicId(paid.attempt.paymentMethodId))
      : null;
    throw cardError(
      payment.failure.message,
      {
        ...(isCharge(payment) && { charge: shownId(publicId(payment._id)) }),
        ...declineFacts(payment.failure),
        ...(intent && { payment_intent: intent }),
        ...(method && { payment_method: paymentMethodView(method) }),
      },
      true,
    );
  }

  private async pay(call: Call, session: CheckoutSession, sent: Sent): Promise<CheckoutSession> {
    assertPayable(session, sent);
    const free = isInProgress(session)
      ? await this.payments.giveUp(session, followingContext(call, 'given up'))
      : session;
    assertPayable(free, sent);
    const method = await this.methodOf(call, sent);
    const { intent } = free;
    this.methods.assertOfCustomer(
      call,
      method,
      intent?.customerId ? publicId(intent.customerId) : null,
      'payment_method',
    );
    const order = {
      method: 'card',
      customerName: method.billing?.name ?? free.customerName ?? DEFAULT_CUSTOMER,
      testToken: method.testToken,
      paymentMethodId: method._id,
      simulate: null,
      requestBase: call.base,
    } as const;
    const seed = publicId(call.newId('txn')).slice('txn_'.length);
    const begun = await this.payments.begin(free, order, { ...call, seed });
    if (begun === null) throw notOpen();
    return this.payments.goOn(begun, call.world);
  }

  private methodOf(call: Call, { payment_method: id, payment_method_data: data }: Sent): Promise<PaymentMethod> {
    if (data !== undefined) return this.methods.create(call, data, 'payment_method_data[card]');
    if (id === undefined) throw missingParameter('payment_method');
    return this.methods.named(call, id, 'payment_method');
  }
}

/** Throws a DialectError (400) if the session is not open, or the customer sees another amount. */
function assertPayable({ status, amount }: CheckoutSession, { expected_amount: expected }: Sent): void {
  if (status !== 'open') throw notOpen();
  if (expected === undefined || expected === amount) return;
  throw invalidRequest(`The amount of the session is ${amount}, and not the expected amount of ${expected}.`, {
    code: 'checkout_amount_mismatch',
    param: 'expected_amount',
  });
}

function notOpen() {
  return invalidRequest('The checkout session is not open any more, or somebody else pays it.', {
    code: 'checkout_not_active_session',
  });
}
