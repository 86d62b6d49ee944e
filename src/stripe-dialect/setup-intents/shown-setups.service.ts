import { Injectable } from '@nestjs/common';
import type { PaymentMethod } from '../../payment-methods/payment-method.schema.js';
import { idIn, publicId } from '../../platform/worlds/world-ids.js';
import { given } from '../addresses.js';
import { declineFacts } from '../charges/charge-facts.js';
import { ShownCustomers } from '../customers/shown-customers.service.js';
import { EventProjection } from '../events/event-projection.service.js';
import { ShownObjects } from '../objects.service.js';
import { ClientSecrets } from '../payment-intents/client-secrets.service.js';
import { detailsOfIntent, methodTypes } from '../payment-intents/intent-details.js';
import { DialectMethods } from '../payment-methods/dialect-methods.service.js';
import { paymentMethodView } from '../payment-methods/payment-method-view.js';
import type { Call } from '../wire/call.js';
import { cardError, invalidRequest } from '../wire/dialect-error.js';
import type { Shown } from '../wire/expand.js';
import { createdWithin, listOf, pageOf } from '../wire/lists.js';
import { notThere } from '../wire/lookups.js';
import { metadataAfter, type ParamsOf } from '../wire/params.js';
import { SetupChallenges } from './setup-challenges.service.js';
import type { SetupIntent } from './setup-intent.schema.js';
import { setupIntentView } from './setup-intent-view.js';
import { SetupIntents, SetupStateError } from './setup-intents.service.js';
import type { CANCEL_SETUP, CONFIRM_SETUP, CREATE_SETUP, LIST_SETUPS, UPDATE_SETUP } from './setup-params.js';
import { decideConfirmation } from './setup-rules.js';

/** The operations of setup intents. All throw DialectErrors. */
@Injectable()
export class ShownSetups {
  constructor(
    private readonly setups: SetupIntents,
    private readonly challenges: SetupChallenges,
    private readonly methods: DialectMethods,
    private readonly customers: ShownCustomers,
    private readonly secrets: ClientSecrets,
    private readonly objects: ShownObjects,
    events: EventProjection,
  ) {
    events.follow(setups.changes, (intent) => this.view(intent));
    objects.register('setup_intent', async ({ accountId }, id) => {
      const intent = await setups.find(accountId, id);
      return intent && this.view(intent);
    });
  }

  async create(call: Call, sent: ParamsOf<typeof CREATE_SETUP>): Promise<Shown> {
    const { customer, usage = 'off_session', metadata, description = null } = sent;
    const types = methodTypes(call, sent);
    if (customer !== undefined) await this.customers.active(call, customer, { param: 'customer' });
    const method = await this.methodOf(call, sent, customer ?? null);
    const details = detailsOfIntent(sent, {
      types,
      automatic: types === null || sent.automatic_payment_methods?.enabled === true,
    });
    const created = await this.setups.create(call, {
      _id: call.newId('seti'),
      accountId: call.accountId,
      status: method ? 'requires_confirmation' : 'requires_payment_method',
      customerId: customer === undefined ? null : idIn(call.accountId, customer),
      paymentMethodId: method?._id ?? null,
      usage,
      description,
      metadata: metadataAfter({}, metadata),
      details,
      failure: null,
      failedMethodId: null,
      attemptId: null,
      challengeUrl: null,
      returnUrl: null,
      cancellationReason: null,
      createdAt: call.world.now(),
    });
    if (sent.confirm !== true) return this.shown(call, created);
    return this.confirmed(call, created, method, sent.return_url);
  }

  async retrieve(call: Call, id: string, clientSecret: string | undefined): Promise<Shown> {
    const intent = await this.get(call, id);
    this.secrets.assertAllowed(call, intent._id, clientSecret);
    return this.shown(call, intent);
  }

  async update(call: Call, id: string, sent: ParamsOf<typeof UPDATE_SETUP>): Promise<Shown> {
    const intent = await this.get(call, id);
    const { customer, description, metadata } = sent;
    if (customer !== undefined) await this.customers.active(call, customer, { param: 'customer' });
    const method = await this.methodOf(call, sent, customer ?? (intent.customerId && publicId(intent.customerId)));
    const types = methodTypes(call, sent);
    return this.shown(
      call,
      await this.changed(call, id, 'update', (current) => ({
        set: given({
          customerId: customer === undefined ? undefined : idIn(call.accountId, customer),
          description,
          metadata: metadata === undefined ? undefined : metadataAfter(current.metadata, metadata),
          details: types === null ? undefined : { ...current.details, types },
          paymentMethodId: method?._id,
          status: method ? ('requires_confirmation' as const) : undefined,
        }),
      })),
    );
  }

  async confirm(call: Call, id: string, sent: ParamsOf<typeof CONFIRM_SETUP>): Promise<Shown> {
    const intent = await this.get(call, id);
    this.secrets.assertAllowed(call, intent._id, sent.client_secret);
    const method = await this.methodOf(call, sent, intent.customerId && publicId(intent.customerId));
    return this.confirmed(call, intent, method, sent.return_url);
  }

  async cancel(call: Call, id: string, sent: ParamsOf<typeof CANCEL_SETUP>): Promise<Shown> {
    const intent = await this.get(call, id);
    this.secrets.assertAllowed(call, intent._id, sent.client_secret);
    const set = {
      status: 'canceled' as const,
      cancellationReason: sent.cancellation_reason ?? null,
      challengeUrl: null,
    };
    return this.shown(call, await this.changed(call, id, 'cancel', () => ({ set, event: 'setup_intent.canceled' })));
  }

  async list(
    call: Call,
    { created, customer, payment_method, ...asked }: ParamsOf<typeof LIST_SETUPS>,
  ): Promise<Shown> {
    const filter = {
      ...createdWithin(created),
      ...(customer !== undefined && { customerId: idIn(call.accountId, customer) }),
      ...(payment_method !== undefined && { paymentMethodId: idIn(call.accountId, payment_method) }),
    };
    const { data, hasMore } = await this.setups.list(call.accountId, filter, pageOf(asked));
    return this.objects.expanded(call, { ...listOf(call, { data: data.map((intent) => this.view(intent)), hasMore }) });
  }

  private view(intent: SetupIntent, failedMethod: object | null = null): Shown {
    return setupIntentView(intent, { clientSecret: this.secrets.of(intent._id), failedMethod });
  }

  private async shown(call: Call, intent: SetupIntent): Promise<Shown> {
    return this.objects.expanded(call, this.view(intent, await this.failedMethod(call, intent)));
  }

  private async failedMethod(call: Call, { failedMethodId }: SetupIntent): Promise<object | null> {
    const method = failedMethodId === null ? null : await this.methods.find(call, publicId(failedMethodId));
    return method && paymentMethodView(method);
  }

  private async confirmed(
    call: Call,
    { _id, paymentMethodId }: SetupIntent,
    sent: PaymentMethod | null,
    returnUrl: string | undefined,
  ): Promise<Shown> {
    const method =
      sent ?? (paymentMethodId === null ? null : await this.methods.get(call, publicId(paymentMethodId), 'path'));
    if (!method)
      throw invalidRequest('The intent has no payment method. Send one, and confirm it again.', {
        code: 'setup_intent_unexpected_state',
      });
    const attempt = {
      attemptId: call.newId('setatt'),
      returnUrl: returnUrl ?? null,
      challengeUrl: this.challenges.urlOf(_id, call.base),
    };
    const changed = await this.changed(call, publicId(_id), 'confirm', () => decideConfirmation(method, attempt));
    if (changed.failure === null || changed.attemptId !== attempt.attemptId) return this.shown(call, changed);
    const payment_method = paymentMethodView(method);
    throw cardError(
      changed.failure.message,
      { ...declineFacts(changed.failure), payment_method, setup_intent: this.view(changed, payment_method) },
      true,
    );
  }

  private async changed(
    call: Call,
    id: string,
    action: Parameters<SetupIntents['change']>[2],
    decide: Parameters<SetupIntents['change']>[3],
  ): Promise<SetupIntent> {
    try {
      const changed = await this.setups.change(call, id, action, decide);
      if (changed) return changed;
    } catch (error) {
      if (!(error instanceof SetupStateError)) throw error;
      throw invalidRequest(error.message, {
        code: 'setup_intent_unexpected_state',
        setup_intent: await this.shown(call, error.intent),
      });
    }
    throw notThere('setupintent', id, 'path');
  }

  private async methodOf(
    call: Call,
    {
      payment_method: id,
      payment_method_data: data,
    }: Pick<ParamsOf<typeof UPDATE_SETUP>, 'payment_method' | 'payment_method_data'>,
    customerId: string | null,
  ): Promise<PaymentMethod | null> {
    if (data !== undefined) return this.methods.create(call, data, 'payment_method_data[card]');
    if (typeof id !== 'string') return null;
    const method = await this.methods.named(call, id, 'payment_method');
    this.methods.assertOfCustomer(call, method, customerId, 'payment_method');
    return method;
  }

  private async get({ accountId }: Call, id: string): Promise<SetupIntent> {
    const intent = await this.setups.find(accountId, id);
    if (!intent) throw notThere('setupintent', id, 'path');
    return intent;
  }
}
