import { Injectable } from '@nestjs/common';
import type { QueryFilter } from 'mongoose';
import { ChargingService } from '../../payments/charging.service.js';
import type { Payment } from '../../payments/payment.schema.js';
import { AmountTooLargeError, IllegalTransitionError } from '../../payments/payment-errors.js';
import { PaymentChangesService } from '../../payments/payment-changes.service.js';
import { PaymentStore } from '../../payments/payment-store.service.js';
import type { ChargeDetails } from '../../payment-intents/intent-charge.js';
import { CustomersService } from '../../customers/customers.service.js';
import type { PaymentMethod } from '../../payment-methods/payment-method.schema.js';
import { PaymentMethodsService } from '../../payment-methods/payment-methods.service.js';
import { Money } from '../../platform/common/money.js';
import type { Page, PageRequest } from '../../platform/database/page.js';
import { idIn, publicId } from '../../platform/worlds/world-ids.js';
import { given } from '../addresses.js';
import { amending } from '../events/amendments.js';
import { ownId, shownId } from '../../platform/common/dialect-ids.js';
import { ShownObjects } from '../objects.service.js';
import { detailsOfIntent } from '../payment-intents/intent-details.js';
import { DialectMethods } from '../payment-methods/dialect-methods.service.js';
import { card as cardField } from '../payment-methods/method-params.js';
import { refundView } from '../refunds/refund-view.js';
import { assertChargeable } from '../wire/amounts.js';
import type { Call } from '../wire/call.js';
import { cardError, invalidRequest, missingParameter } from '../wire/dialect-error.js';
import type { Shown } from '../wire/expand.js';
import type { FormObject, FormValue } from '../wire/form.js';
import { idsWithin, listOf, pageOf } from '../wire/lists.js';
import { found, notThere } from '../wire/lookups.js';
import { metadataAfter, type ParamsOf } from '../wire/params.js';
import { type SEARCH, searched } from '../wire/search.js';
import { isSince } from '../wire/versions.js';
import { CHARGES, declineFacts, detailsOf, type DialectDetails, isCharge } from './charge-facts.js';
import type { CAPTURE_CHARGE, CREATE_CHARGE, LIST_CHARGES, UPDATE_CHARGE } from './charge-params.js';
import { chargeView } from './charge-view.js';

const SEARCHED = [
  'amount',
  'billing_details.address.postal_code',
  'created',
  'currency',
  'customer',
  'disputed',
  'metadata',
  'payment_method_details.card.brand',
  'payment_method_details.card.exp_month',
  'payment_method_details.card.exp_year',
  'payment_method_details.card.fingerprint',
  'payment_method_details.card.last4',
  'refunded',
  'status',
];

/** The operations of charges. All throw DialectErrors. */
@Injectable()
export class ShownCharges {
  constructor(
    private readonly payments: PaymentStore,
    private readonly charging: ChargingService,
    private readonly changes: PaymentChangesService,
    private readonly own: PaymentMethodsService,
    private readonly methods: DialectMethods,
    private readonly customers: CustomersService,
    private readonly objects: ShownObjects,
  ) {
    objects.register('charge', async (call, id) => {
      const payment = await payments.find(idIn(call.accountId, ownId(id)));
      return payment && isCharge(payment) ? this.view(call, payment) : null;
    });
    objects.register('charge.refunds', async (call, id) => {
      const payment = await payments.find(idIn(call.accountId, ownId(id)));
      return payment && refundsOf(payment);
    });
  }

  async create(call: Call, sent: ParamsOf<typeof CREATE_CHARGE>): Promise<Shown> {
    const { amount, currency, customer, capture = true, description = null, metadata } = sent;
    assertChargeable(amount);
    const method = await this.source(call, sent.source, customer);
    const { outcome: _outcome, ...charged } = await this.own.toCharge(call, method._id);
    const details: ChargeDetails = {
      method: charged,
      makesIntent: false,
      returnUrl: null,
      base: call.base,
      idempotencyKey: call.idempotencyKey,
      receiptEmail: sent.receipt_email ?? null,
      keepsMethod: false,
      intent: detailsOfIntent(sent, { types: null, automatic: false }),
    };
    const charge = {
      customerName: charged.billing?.name ?? 'Unknown customer',
      amount: Money.ofMinor(amount, currency),
      details: description,
      webhookUrl: null,
      paymentMethod: method._id,
      capture: capture ? ('automatic' as const) : ('manual' as const),
      returnUrl: null,
      orderReference: null,
      metadata: metadataAfter({}, metadata),
      simulate: null,
      // Nobody is there who could authenticate.
      offSession: true,
      origin: {
        ...(customer !== undefined && { customerId: idIn(call.accountId, customer) }),
        dialect: { ...details },
      },
    };
    const payment = await this.charging.charge(call, call.newId('txn'), charge, call.base, 'now');
    if (payment.failure === null) return this.shown(call, payment);
    throw cardError(
      payment.failure.message,
      { charge: shownId(publicId(payment._id)), ...declineFacts(payment.failure) },
      true,
    );
  }

  async retrieve(call: Call, id: string): Promise<Shown> {
    return this.shown(call, await this.get(call, id));
  }

  async update(call: Call, id: string, sent: ParamsOf<typeof UPDATE_CHARGE>): Promise<Shown> {
    for (;;) {
      const payment = await this.get(call, id);
      const details = detailsOf(payment);
      const { metadata, description, receipt_email, shipping } = sent;
      const changed: DialectDetails = {
        ...details,
        ...given({ description, receiptEmail: receipt_email }),
        ...(metadata !== undefined && { metadata: metadataAfter(details.metadata ?? payment.metadata, metadata) }),
        ...(shipping !== undefined && {
          intent: { ...details.intent, ...detailsOfIntent({ shipping }, { types: null, automatic: false }) },
        }),
      };
      const [before, after] = [details, changed].map((dialect) =>
        describedIn(this.view(call, Object.assign({}, payment, { dialect }))),
      );
      const told = { of: 'charge', id: publicId(payment._id), before: before ?? {}, after: after ?? {} } as const;
      const dialect = { ...changed, ...amending(call, details, told, new Date()) };
      const amended = await this.payments.amendAndTell(payment, { dialect });
      if (amended) return this.shown(call, amended);
    }
  }

  async capture(call: Call, id: string, { amount }: ParamsOf<typeof CAPTURE_CHARGE>): Promise<Shown> {
    const { _id } = await this.get(call, id);
    try {
      return await this.shown(
        call,
        await this.changes.capture(call, _id, amount === undefined ? null : { minor: amount }),
      );
    } catch (error) {
      if (error instanceof AmountTooLargeError)
        throw invalidRequest('The amount to capture is more than what is authorized.', {
          code: 'amount_too_large',
          param: 'amount',
        });
      if (!(error instanceof IllegalTransitionError)) throw error;
      const { status } = await this.get(call, id);
      throw status === 'completed' || status === 'refunded'
        ? invalidRequest(`Charge ${id} has already been captured.`, { code: 'charge_already_captured' })
        : invalidRequest(`Charge ${id} cannot be captured.`, { code: 'charge_not_capturable' });
    }
  }

  async list(call: Call, asked: ParamsOf<typeof LIST_CHARGES>): Promise<Shown> {
    const { created, customer, payment_intent, ...page } = asked;
    const filter = {
      ...CHARGES,
      ...(customer !== undefined && { customerId: idIn(call.accountId, customer) }),
      ...(payment_intent !== undefined && { paymentIntentId: idIn(call.accountId, payment_intent) }),
      ...idsWithin('txn', created),
    };
    return this.objects.expanded(call, { ...listOf(call, await this.page(call, filter, pageOf(page, ownId))) });
  }

  async search(call: Call, asked: ParamsOf<typeof SEARCH>): Promise<Shown> {
    const found = await searched(call, asked, SEARCHED, ({ startingAfter, ...page }) =>
      this.page(call, CHARGES, {
        ...page,
        ...(startingAfter !== undefined && { startingAfter: ownId(startingAfter) }),
      }),
    );
    return this.objects.expanded(call, found);
  }

  private async page(call: Call, filter: QueryFilter<Payment>, page: PageRequest): Promise<Page<Shown>> {
    const { data, hasMore } = await this.payments.list(call.accountId, filter, page);
    return { data: data.map((payment) => this.view(call, payment)), hasMore };
  }

  /** Throws a DialectError (404). */
  async get({ accountId }: Call, id: string): Promise<Payment> {
    const payment = await found('charge', id, 'path', () => this.payments.get(accountId, ownId(id)));
    if (!id.startsWith('ch_') || !isCharge(payment)) throw notThere('charge', id, 'path');
    return payment;
  }

  view({ base, version, world }: Pick<Call, 'base' | 'version' | 'world'>, payment: Payment): Shown {
    const view = chargeView(payment, { base, now: world.now() });
    return isSince(version, 'chargesNotListed') ? view : { ...view, refunds: refundsOf(payment) };
  }

  private shown(call: Call, payment: Payment): Promise<Shown> {
    return this.objects.expanded(call, this.view(call, payment));
  }

  /** What is charged: a token, a method, a card, or the default of the customer. */
  private async source(
    call: Call,
    source: FormValue | undefined,
    customerId: string | undefined,
  ): Promise<PaymentMethod> {
    if (typeof source === 'string' && source !== '') {
      const method = await this.methods.named(call, source, 'source');
      this.methods.assertOfCustomer(call, method, customerId ?? null, 'source');
      return method;
    }
    if (source !== undefined && source !== '') {
      const { object: _kind, ...card } = source as Readonly<Record<string, FormValue>>;
      return this.methods.create(
        call,
        { ...EMPTY, card: cardField.read(Object.assign(Object.create(null) as FormObject, card), ['source']) },
        'source',
      );
    }
    if (customerId === undefined) throw missingParameter('source');
    const customer = await found('customer', customerId, { param: 'customer' }, () =>
      this.customers.get(call.accountId, customerId),
    );
    const chosen = customer.defaultPaymentMethodId;
    if (chosen === null)
      throw invalidRequest('Cannot charge a customer that has no payment method.', { code: 'missing', param: 'card' });
    return this.methods.get(call, publicId(chosen), { param: 'customer' });
  }
}

const EMPTY = {
  type: 'card',
  billing_details: undefined,
  metadata: undefined,
  allow_redisplay: undefined,
  radar_options: undefined,
} as const;

/** What an update changes. */
function describedIn({ description, metadata, receipt_email, shipping }: Shown): Shown {
  return { description, metadata, receipt_email, shipping };
}

function refundsOf(payment: Payment): Shown {
  const data = [...payment.refunds].reverse().map((refund) => refundView(payment, refund));
  return { object: 'list', url: `/v1/charges/${shownId(publicId(payment._id))}/refunds`, has_more: false, data };
}
