import { Injectable } from '@nestjs/common';
import type { Payment } from '../../payments/payment.schema.js';
import { AmountTooLargeError, IllegalTransitionError, RefundNotPendingError } from '../../payments/payment-errors.js';
import { PaymentChangesService } from '../../payments/payment-changes.service.js';
import { PaymentStore } from '../../payments/payment-store.service.js';
import { refundable } from '../../payments/refund-rules.js';
import { RefundsService } from '../../payments/refunds.service.js';
import { Money } from '../../platform/common/money.js';
import { idIn, publicId } from '../../platform/worlds/world-ids.js';
import { detailsOf } from '../charges/charge-facts.js';
import { ownId, shownId } from '../../platform/common/dialect-ids.js';
import { amending } from '../events/amendments.js';
import { ShownObjects } from '../objects.service.js';
import { ShownIntents } from '../payment-intents/shown-intents.service.js';
import type { Call } from '../wire/call.js';
import { invalidRequest, missingParameter } from '../wire/dialect-error.js';
import type { Shown } from '../wire/expand.js';
import { created, idsWithin, LIST, listOf, pageOf } from '../wire/lists.js';
import { found, notThere, type Place } from '../wire/lookups.js';
import { anything, flag, integer, metadata, metadataAfter, oneOf, type ParamsOf, text } from '../wire/params.js';
import { refundView } from './refund-view.js';

export const CREATE_REFUND = {
  amount: integer(1, Number.MAX_SAFE_INTEGER),
  charge: text(),
  customer: text(),
  currency: text(3),
  instructions_email: text(800),
  metadata,
  origin: text(),
  payment_intent: text(),
  reason: oneOf('duplicate', 'fraudulent', 'requested_by_customer'),
  refund_application_fee: flag,
  reverse_transfer: flag,
} as const;

export const UPDATE_REFUND = { metadata, tax: anything } as const;
export const LIST_REFUNDS = { ...LIST, charge: text(), created, payment_intent: text() } as const;

/** The operations of refunds. All throw DialectErrors. */
@Injectable()
export class ShownRefunds {
  constructor(
    private readonly changes: PaymentChangesService,
    private readonly refunds: RefundsService,
    private readonly payments: PaymentStore,
    private readonly intents: ShownIntents,
    private readonly objects: ShownObjects,
  ) {
    objects.register('refund', async ({ accountId }, id) => {
      try {
        const { paymentId, _id } = await refunds.get(accountId, ownId(id));
        return viewOf(await payments.get(accountId, paymentId), _id);
      } catch {
        return null;
      }
    });
  }

  async create(call: Call, sent: ParamsOf<typeof CREATE_REFUND>): Promise<Shown> {
    const { amount, reason = null, metadata: asked } = sent;
    const payment = await this.paymentOf(call, sent);
    const refundId = call.newId('ref');
    const request = {
      amount: amount === undefined ? null : { minor: amount },
      reason,
      orderReference: null,
      metadata: metadataAfter({}, asked),
    };
    try {
      const { _id } = await this.changes.refund(call, payment._id, refundId, request, null);
      return await this.shown(call, await this.payments.get(call.accountId, payment._id), _id);
    } catch (error) {
      if (error instanceof AmountTooLargeError || error instanceof IllegalTransitionError)
        throw refused(await this.payments.get(call.accountId, payment._id), amount);
      throw error;
    }
  }

  async retrieve(call: Call, id: string): Promise<Shown> {
    const { payment, refundId } = await this.get(call, id);
    return this.shown(call, payment, refundId);
  }

  async update(call: Call, id: string, sent: ParamsOf<typeof UPDATE_REFUND>): Promise<Shown> {
    for (;;) {
      const { payment, refundId } = await this.get(call, id);
      const key = publicId(refundId);
      const details = detailsOf(payment);
      const before = details.refunds?.[key] ?? payment.refunds.find((each) => each.id === refundId)?.metadata ?? {};
      const after = metadataAfter(before, sent.metadata);
      const told = { of: 'refund', id: key, before: { metadata: before }, after: { metadata: after } } as const;
      const refunds = { ...details.refunds, [key]: after };
      const dialect = { ...details, refunds, ...amending(call, details, told, new Date()) };
      const amended = await this.payments.amendAndTell(payment, { dialect });
      if (amended) return this.shown(call, amended, refundId);
    }
  }

  async cancel(call: Call, id: string): Promise<Shown> {
    const { refundId, payment } = await this.get(call, id);
    try {
      await this.changes.cancelRefund(call, refundId);
    } catch (error) {
      if (!(error instanceof RefundNotPendingError)) throw error;
      throw invalidRequest('Only a refund that is pending can be canceled.', { code: 'refund_not_cancelable' });
    }
    return this.shown(call, await this.payments.get(call.accountId, payment._id), refundId);
  }

  async list(call: Call, asked: ParamsOf<typeof LIST_REFUNDS>): Promise<Shown> {
    const { charge, payment_intent, created: bounds, ...page } = asked;
    const payment = charge === undefined && payment_intent === undefined ? null : await this.paymentOf(call, asked);
    const filter = { ...idsWithin('ref', bounds), ...(payment && { paymentId: payment._id }) };
    const { data, hasMore } = await this.refunds.list(call.accountId, filter, pageOf(page, ownId));
    const views = await Promise.all(
      data.map(async ({ _id, paymentId }) => viewOf(await this.payments.get(call.accountId, paymentId), _id)),
    );
    return this.objects.expanded(call, { ...listOf(call, { data: views, hasMore }) });
  }

  /** The payment of an intent or a charge. */
  private async paymentOf(
    call: Call,
    { charge, payment_intent }: { readonly charge: string | undefined; readonly payment_intent: string | undefined },
  ): Promise<Payment> {
    if (charge !== undefined) return this.chargeOf(call, charge, { param: 'charge' });
    if (payment_intent === undefined) throw missingParameter('payment_intent');
    const { payment } = await this.intents.find(call, payment_intent, { param: 'payment_intent' });
    if (payment) return payment;
    throw invalidRequest('This PaymentIntent does not have a successful charge to refund.', {
      param: 'payment_intent',
    });
  }

  private chargeOf(call: Call, id: string, place: Place): Promise<Payment> {
    return found('charge', id, place, () => this.payments.get(call.accountId, ownId(id)));
  }

  private async get(call: Call, id: string): Promise<{ payment: Payment; refundId: string }> {
    const refund = await found('refund', id, 'path', () => this.refunds.get(call.accountId, ownId(id)));
    if (!id.startsWith('re_')) throw notThere('refund', id, 'path');
    return { payment: await this.payments.get(call.accountId, refund.paymentId), refundId: refund._id };
  }

  private shown(call: Call, payment: Payment, refundId: string): Promise<Shown> {
    return this.objects.expanded(call, viewOf(payment, idIn(call.accountId, refundId)));
  }
}

function viewOf(payment: Payment, refundId: string): Shown {
  const refund = payment.refunds.find(({ id }) => id === refundId);
  if (!refund) throw notThere('refund', shownId(publicId(refundId)), 'path');
  return refundView(payment, refund);
}

/** Why nothing, or not so much, is refunded. */
function refused(payment: Payment, asked: number | undefined) {
  const id = shownId(publicId(payment._id));
  const { status, currency } = payment;
  if (status !== 'completed' && status !== 'refunded')
    return payment.paymentIntentId === undefined
      ? invalidRequest(`Charge ${id} has not been captured, so it cannot be refunded.`, {
          code: 'charge_not_refundable',
        })
      : invalidRequest('This PaymentIntent does not have a successful charge to refund; cancel it instead.', {
          code: 'payment_intent_unexpected_state',
        });
  const left = refundable(payment);
  if (left <= 0)
    return (payment.disputes ?? []).length > 0 && payment.amountRefunded === 0
      ? invalidRequest(`Charge ${id} has been charged back; it cannot be refunded.`, { code: 'charge_disputed' })
      : invalidRequest(`Charge ${id} has already been refunded.`, { code: 'charge_already_refunded' });
  const [wanted, rest] = [asked ?? 0, left].map((minor) => Money.ofMinor(minor, currency).text);
  return invalidRequest(`Refund amount (${wanted}) is greater than unrefunded amount on charge (${rest})`, {
    param: 'amount',
    code: 'amount_too_large',
  });
}
