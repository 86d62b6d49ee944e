import { Injectable } from '@nestjs/common';
import type { QueryFilter } from 'mongoose';
import type { PaymentMethod } from '../../payment-methods/payment-method.schema.js';
import { ChallengeReturns } from '../../payments/challenge-returns.service.js';
import { AmountTooLargeError } from '../../payments/payment-errors.js';
import { IntentStateError, PaymentMethodMissingError } from '../../payment-intents/intent-errors.js';
import { isAllowed, statusOf } from '../../payment-intents/intent-state.js';
import type { IntentState } from '../../payment-intents/intent-with-payment.js';
import type { PaymentIntent } from '../../payment-intents/payment-intent.schema.js';
import {
  type Confirmation,
  type IntentUpdate,
  PaymentIntentsService,
} from '../../payment-intents/payment-intents.service.js';
import type { Page, PageRequest } from '../../platform/database/page.js';
import { idIn, publicId } from '../../platform/worlds/world-ids.js';
import { given } from '../addresses.js';
import { declineFacts, isCharge } from '../charges/charge-facts.js';
import { ShownCharges } from '../charges/shown-charges.service.js';
import { ShownCustomers } from '../customers/shown-customers.service.js';
import { shownId } from '../../platform/common/dialect-ids.js';
import { ShownObjects } from '../objects.service.js';
import { DialectMethods } from '../payment-methods/dialect-methods.service.js';
import { paymentMethodView } from '../payment-methods/payment-method-view.js';
import { assertChargeable } from '../wire/amounts.js';
import type { Call } from '../wire/call.js';
import { cardError, DialectError, invalidRequest, missingParameter } from '../wire/dialect-error.js';
import type { Shown } from '../wire/expand.js';
import { createdWithin, listOf, pageOf } from '../wire/lists.js';
import { found, type Place } from '../wire/lookups.js';
import { metadataAfter, type ParamsOf } from '../wire/params.js';
import { type SEARCH, searched } from '../wire/search.js';
import { isSince } from '../wire/versions.js';
import { ClientSecrets } from './client-secrets.service.js';
import {
  type CANCEL_INTENT,
  type CAPTURE_INTENT,
  type CONFIRM_INTENT,
  type CREATE_INTENT,
  type LIST_INTENTS,
  SERVER_ONLY,
  type UPDATE_INTENT,
} from './intent-params.js';
import { detailsOfIntent, isAutomatic, isOffSession, methodTypes } from './intent-details.js';
import { intentReturn } from './intent-returns.js';
import { intentView } from './intent-view.js';

const SEARCHED = ['amount', 'created', 'currency', 'customer', 'metadata', 'status'];

/** The operations of payment intents. All throw DialectErrors. */
@Injectable()
export class ShownIntents {
  constructor(
    private readonly intents: PaymentIntentsService,
    private readonly methods: DialectMethods,
    private readonly customers: ShownCustomers,
    private readonly charges: ShownCharges,
    private readonly secrets: ClientSecrets,
    private readonly objects: ShownObjects,
    returns: ChallengeReturns,
  ) {
    returns.use((payment) => intentReturn(payment, (intentId) => secrets.of(intentId)));
    objects.register('payment_intent', async (call, id) => this.view(call, await this.get(call, id)));
  }

  async create(call: Call, sent: ParamsOf<typeof CREATE_INTENT>): Promise<Shown> {
    const { amount, currency, customer, metadata, setup_future_usage = null, capture_method } = sent;
    assertChargeable(amount);
    const types = methodTypes(call, sent);
    const automatic = isAutomatic(call, types, sent.automatic_payment_methods?.enabled);
    const details = detailsOfIntent(sent, { types, automatic });
    assertConfirmation(sent, sent.confirm === true, details);
    if (customer !== undefined) await this.customers.active(call, customer, { param: 'customer' });
    const method = await this.methodOf(call, sent, customer ?? null);
    const intent = {
      amount,
      currency,
      captureMethod: capture_method ?? (isSince(call.version, 'automaticAsync') ? 'automatic_async' : 'automatic'),
      customerId: customer === undefined ? null : idIn(call.accountId, customer),
      paymentMethodId: method?._id ?? null,
      metadata: metadataAfter({}, metadata),
      description: sent.description ?? null,
      receiptEmail: sent.receipt_email ?? null,
      setupFutureUsage: setup_future_usage,
      details,
    } as const;
    const confirmation = sent.confirm === true ? this.confirmation(call, sent, method) : null;
    return this.settled(call, method, () => this.intents.create(call, call.newId('pi'), intent, confirmation));
  }

  async retrieve(call: Call, id: string, clientSecret: string | undefined): Promise<Shown> {
    const state = await this.get(call, id);
    this.secrets.assertAllowed(call, state.intent._id, clientSecret);
    return this.shown(call, state);
  }

  async update(call: Call, id: string, sent: ParamsOf<typeof UPDATE_INTENT>): Promise<Shown> {
    const { intent } = await this.get(call, id);
    if (sent.amount !== undefined) assertChargeable(sent.amount);
    const customer = await this.customerOf(call, sent.customer, intent);
    const method = await this.methodOf(call, sent, customer);
    const set = this.updateOf(call, sent, intent, method);
    return this.settled(call, method, () => this.intents.update(call, id, set));
  }

  async confirm(call: Call, id: string, sent: ParamsOf<typeof CONFIRM_INTENT>): Promise<Shown> {
    const { intent, payment } = await this.get(call, id);
    this.secrets.assertAllowed(call, intent._id, sent.client_secret);
    if (call.caller.publishable) assertForBrowsers(sent);
    // An intent that takes no confirmation says so, and asks for nothing.
    if (isAllowed(statusOf(intent, payment), 'confirm')) assertConfirmation(sent, true, intent.details);
    const customer = await this.customerOf(call, sent.customer, intent);
    const method = await this.methodOf(call, sent, customer);
    const set = this.updateOf(call, sent, intent, null);
    const confirmation = this.confirmation(call, sent, method, set);
    return this.settled(call, method, () => this.intents.confirm(call, id, confirmation));
  }

  async capture(call: Call, id: string, sent: ParamsOf<typeof CAPTURE_INTENT>): Promise<Shown> {
    const { intent } = await this.get(call, id);
    const { amount_to_capture: amount = null, metadata } = sent;
    const capture = async (): Promise<IntentState> => {
      const captured = await this.intents.capture(call, id, amount);
      if (metadata === undefined) return captured;
      return this.intents.update(call, id, { metadata: metadataAfter(intent.metadata, metadata) });
    };
    try {
      return await this.settled(call, null, capture);
    } catch (error) {
      if (!(error instanceof AmountTooLargeError)) throw error;
      throw invalidRequest('The amount to capture is more than what is authorized.', {
        code: 'amount_too_large',
        param: 'amount_to_capture',
      });
    }
  }

  async cancel(call: Call, id: string, sent: ParamsOf<typeof CANCEL_INTENT>): Promise<Shown> {
    const { intent } = await this.get(call, id);
    this.secrets.assertAllowed(call, intent._id, sent.client_secret);
    return this.settled(call, null, () => this.intents.cancel(call, id, sent.cancellation_reason ?? null));
  }

  async list(call: Call, { created, customer, ...asked }: ParamsOf<typeof LIST_INTENTS>): Promise<Shown> {
    const filter = {
      ...createdWithin(created),
      ...(customer !== undefined && { customerId: idIn(call.accountId, customer) }),
    };
    return this.objects.expanded(call, { ...listOf(call, await this.page(call, filter, pageOf(asked))) });
  }

  async search(call: Call, asked: ParamsOf<typeof SEARCH>): Promise<Shown> {
    return this.objects.expanded(call, await searched(call, asked, SEARCHED, (page) => this.page(call, {}, page)));
  }

  private async page(call: Call, filter: QueryFilter<PaymentIntent>, page: PageRequest): Promise<Page<Shown>> {
    const { data, hasMore } = await this.intents.list(call.accountId, filter, page);
    const views = await Promise.all(
      data.map(async (intent) => this.view(call, await this.intents.goOn(intent, call.world))),
    );
    return { data: views, hasMore };
  }

  private view(call: Call, state: IntentState, declinedMethod: object | null = null): Shown {
    const view = intentView(state, { clientSecret: this.secrets.of(state.intent._id), declinedMethod });
    if (isSince(call.version, 'chargesNotListed')) return view;
    const charges = state.payment && isCharge(state.payment) ? [this.charges.view(call, state.payment)] : [];
    const path = `/v1/charges?payment_intent=${view.id}`;
    return { ...view, charges: listOf({ path }, { data: charges, hasMore: false }) };
  }

  get(call: Call, id: string): Promise<IntentState> {
    return this.find(call, id, 'path');
  }

  find(call: Call, id: string, place: Place): Promise<IntentState> {
    return found('payment_intent', id, place, () => this.intents.get(call.accountId, call.world, id));
  }

  private async shown(call: Call, state: IntentState): Promise<Shown> {
    return this.objects.expanded(call, this.view(call, state, await this.declinedMethod(call, state)));
  }

  /** The method of a declined attempt, which the error names whole. */
  private async declinedMethod(call: Call, { intent: { attempt }, payment }: IntentState): Promise<object | null> {
    if (attempt === null || !payment?.failure) return null;
    const method = await this.methods.find(call, publicId(attempt.paymentMethodId));
    return method && paymentMethodView(method);
  }

  /** Does something with an intent; a decline, and a status that does not allow it, become errors of the dialect. */
  private async settled(call: Call, method: PaymentMethod | null, work: () => Promise<IntentState>): Promise<Shown> {
    const state = await this.asErrors(call, work);
    const { payment, intent } = state;
    if (!payment?.failure || intent.attempt?.eventId !== call.eventId) return this.shown(call, state);
    const shownMethod = method ? paymentMethodView(method) : await this.declinedMethod(call, state);
    throw cardError(
      payment.failure.message,
      {
        ...(isCharge(payment) && { charge: shownId(publicId(payment._id)) }),
        ...declineFacts(payment.failure),
        payment_intent: this.view(call, state, shownMethod),
        ...(shownMethod && { payment_method: shownMethod }),
      },
      true,
    );
  }

  private async asErrors(call: Call, work: () => Promise<IntentState>): Promise<IntentState> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof PaymentMethodMissingError)
        throw unexpectedState(
          'The intent has no payment method. Send one, or set it on the intent, and confirm it again.',
          await this.shown(call, error.state),
          'payment_intent_unexpected_state',
        );
      if (!(error instanceof IntentStateError)) throw error;
      const { action, status, state } = error;
      throw unexpectedState(
        `You cannot ${action} this PaymentIntent because it has a status of ${status}.`,
        await this.shown(call, state),
        'payment_intent_unexpected_state',
      );
    }
  }

  private async customerOf(call: Call, sent: string | undefined, intent: PaymentIntent): Promise<string | null> {
    if (sent === undefined) return intent.customerId === null ? null : publicId(intent.customerId);
    await this.customers.active(call, sent, { param: 'customer' });
    return sent;
  }

  /** The method that is sent, by its id or its data; null if none is. */
  private async methodOf(
    call: Call,
    sent: Pick<ParamsOf<typeof UPDATE_INTENT>, 'payment_method' | 'payment_method_data'>,
    customerId: string | null,
  ): Promise<PaymentMethod | null> {
    const { payment_method: id, payment_method_data: data } = sent;
    if (typeof id === 'string' && data !== undefined)
      throw invalidRequest('You may only specify one of these parameters: payment_method, payment_method_data.', {
        code: 'parameters_exclusive',
        param: 'payment_method',
      });
    if (data !== undefined) return this.methods.create(call, data, 'payment_method_data[card]');
    if (typeof id !== 'string') return null;
    const method = await this.methods.named(call, id, 'payment_method');
    this.methods.assertOfCustomer(call, method, customerId, 'payment_method');
    return method;
  }

  private confirmation(
    call: Call,
    sent: Pick<ParamsOf<typeof CONFIRM_INTENT>, 'error_on_requires_action' | 'off_session' | 'return_url'>,
    method: PaymentMethod | null,
    set?: IntentUpdate,
  ): Confirmation {
    return {
      paymentId: call.newId('txn'),
      paymentMethodId: method?._id ?? null,
      method,
      returnUrl: sent.return_url ?? null,
      // Either way nobody is asked: what would need the customer is declined.
      offSession: isOffSession(sent.off_session) || sent.error_on_requires_action === true,
      requestBase: call.base,
      ...(set && { set }),
    };
  }

  private updateOf(
    call: Call,
    sent: Partial<ParamsOf<typeof UPDATE_INTENT>>,
    intent: PaymentIntent,
    method: PaymentMethod | null,
  ): IntentUpdate {
    const { customer, description, metadata, receipt_email, setup_future_usage, capture_method } = sent;
    const details = detailsOfIntent(sent, { types: methodTypes(call, sent), automatic: false });
    return given({
      amount: sent.amount,
      currency: sent.currency,
      customerId: customer === undefined ? undefined : idIn(call.accountId, customer),
      description,
      metadata: metadata === undefined ? undefined : metadataAfter(intent.metadata, metadata),
      receiptEmail: receipt_email,
      setupFutureUsage: setup_future_usage,
      captureMethod: capture_method,
      paymentMethodId: method?._id,
      details: Object.keys(details).length === 0 ? undefined : { ...intent.details, ...details },
    });
  }
}

function unexpectedState(message: string, payment_intent: object, code: string): DialectError {
  return invalidRequest(message, { code, payment_intent });
}

/** Throws a DialectError (403) if a browser says what only the merchant's server may. */
function assertForBrowsers(sent: ParamsOf<typeof CONFIRM_INTENT>): void {
  const param = SERVER_ONLY.find((name) => sent[name] !== undefined);
  if (param === undefined) return;
  throw new DialectError(
    403,
    'invalid_request_error',
    `A publishable key cannot send \`${param}\`; send it with the secret key from your server.`,
    { code: 'secret_key_required', param },
  );
}

/** Throws a DialectError (400) if a confirmation lacks the address to which the customer returns. */
function assertConfirmation(
  sent: {
    readonly return_url: string | undefined;
    readonly off_session: unknown;
    readonly use_stripe_sdk?: boolean | undefined;
    readonly payment_method_types?: readonly string[] | undefined;
    readonly allowed_payment_method_types?: readonly string[] | undefined;
  },
  confirms: boolean,
  { automaticMethods }: PaymentIntent['details'],
): void {
  if (!confirms) {
    if (sent.return_url !== undefined)
      throw invalidRequest('`return_url` can only be sent with `confirm=true`.', { param: 'return_url' });
    return;
  }
  if (sent.return_url !== undefined) return;
  const automatic = automaticMethods as { readonly allow_redirects: string } | undefined;
  const named = sent.payment_method_types ?? sent.allowed_payment_method_types;
  const mayRedirect = automatic?.allow_redirects === 'always' && named === undefined;
  if (!mayRedirect || isOffSession(sent.off_session) || sent.use_stripe_sdk) return;
  throw missingParameter('return_url');
}
