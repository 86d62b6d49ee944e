import { Injectable } from '@nestjs/common';
import { CustomersService } from '../../customers/customers.service.js';
import { AttachedMethods } from '../../payment-methods/attached-methods.service.js';
import type { PaymentMethod } from '../../payment-methods/payment-method.schema.js';
import { PaymentMethodsService } from '../../payment-methods/payment-methods.service.js';
import { publicId } from '../../platform/worlds/world-ids.js';
import { ShownObjects } from '../objects.service.js';
import type { Call } from '../wire/call.js';
import { invalidRequest } from '../wire/dialect-error.js';
import type { Shown } from '../wire/expand.js';
import { LIST, listOf, pageOf, seconds } from '../wire/lists.js';
import { found, notThere } from '../wire/lookups.js';
import type { ParamsOf } from '../wire/params.js';
import { cardView } from './card-view.js';
import { attachedAlready, DialectMethods } from './dialect-methods.service.js';
import type { CREATE_METHOD, CREATE_TOKEN, UPDATE_METHOD } from './method-params.js';
import { paymentMethodView } from './payment-method-view.js';

/** The operations of payment methods and tokens. All throw DialectErrors. */
@Injectable()
export class ShownMethods {
  constructor(
    private readonly methods: DialectMethods,
    private readonly own: PaymentMethodsService,
    private readonly attached: AttachedMethods,
    private readonly customers: CustomersService,
    private readonly objects: ShownObjects,
  ) {
    objects.register('payment_method', async (call, id) => {
      const method = await methods.find(call, id);
      return method && paymentMethodView(method);
    });
  }

  async create(call: Call, sent: ParamsOf<typeof CREATE_METHOD>): Promise<Shown> {
    return this.shown(call, await this.methods.create(call, sent));
  }

  async retrieve(call: Call, id: string): Promise<Shown> {
    return this.shown(call, await this.methods.get(call, id, 'path'));
  }

  async update(call: Call, id: string, sent: ParamsOf<typeof UPDATE_METHOD>): Promise<Shown> {
    return this.shown(call, await this.methods.update(call, id, sent));
  }

  async attach(call: Call, id: string, customerId: string): Promise<Shown> {
    await this.assertCustomer(call, customerId);
    const method = id.startsWith('pm_card_')
      ? await this.methods.named(call, id, 'payment_method')
      : await this.methods.get(call, id, 'path');
    if (typeof method.customerId === 'string' && publicId(method.customerId) !== customerId) throw attachedAlready();
    return this.shown(call, await this.methods.attach(call, method, customerId));
  }

  async detach(call: Call, id: string): Promise<Shown> {
    const method = await this.methods.get(call, id, 'path');
    if (typeof method.customerId !== 'string' && method.lastEventId !== call.eventId)
      throw invalidRequest(
        'The payment method you provided is not attached to a customer so detachment is impossible.',
      );
    return this.shown(call, await this.methods.detach(call, id));
  }

  /** Of a customer, or of the whole account. */
  async list(
    call: Call,
    { customer, ...asked }: ParamsOf<typeof LIST> & { readonly customer: string | undefined },
  ): Promise<Shown> {
    if (customer !== undefined) await this.assertCustomer(call, customer);
    const page = pageOf(asked);
    const { data, hasMore } = await (customer === undefined
      ? this.own.list(call.accountId, page)
      : this.attached.listOfCustomer(call.accountId, customer, page));
    return this.objects.expanded(call, { ...listOf(call, { data: data.map(paymentMethodView), hasMore }) });
  }

  async ofCustomer(call: Call, customerId: string, id: string): Promise<Shown> {
    const method = await this.methods.get(call, id, 'path');
    if (typeof method.customerId !== 'string' || publicId(method.customerId) !== customerId)
      throw notThere('PaymentMethod', id, 'path');
    return this.shown(call, method);
  }

  async createToken(call: Call, sent: ParamsOf<typeof CREATE_TOKEN>): Promise<Shown> {
    return tokenView(await this.methods.createToken(call, sent));
  }

  async retrieveToken(call: Call, id: string): Promise<Shown> {
    if (!id.startsWith('tok_')) throw notThere('token', id, 'path');
    return tokenView(await this.methods.get(call, id, 'path'));
  }

  private async assertCustomer({ accountId }: Call, id: string): Promise<void> {
    const customer = await found('customer', id, { param: 'customer' }, () => this.customers.get(accountId, id));
    if (customer.deletedAt) throw notThere('customer', id, { param: 'customer' });
  }

  private shown(call: Call, method: PaymentMethod): Promise<Shown> {
    return this.objects.expanded(call, paymentMethodView(method));
  }
}

/** A token is a method that was not used yet. */
function tokenView(method: PaymentMethod) {
  const digits = publicId(method._id).slice('pm_'.length);
  const {
    networks,
    three_d_secure_usage: _usage,
    display_brand,
    checks,
    generated_from: _from,
    wallet,
    ...card
  } = cardView(method);
  const { billing } = method;
  return {
    id: `tok_${digits}`,
    object: 'token',
    card: {
      id: `card_${digits}`,
      object: 'card',
      address_city: billing?.address?.city ?? null,
      address_country: billing?.address?.country ?? null,
      address_line1: billing?.address?.line1 ?? null,
      address_line1_check: checks.address_line1_check,
      address_line2: billing?.address?.line2 ?? null,
      address_state: billing?.address?.state ?? null,
      address_zip: billing?.address?.postalCode ?? null,
      address_zip_check: checks.address_postal_code_check,
      ...card,
      brand: display_brand,
      cvc_check: checks.cvc_check,
      dynamic_last4: null,
      metadata: {},
      name: billing?.name ?? null,
      networks: { preferred: networks.preferred },
      tokenization_method: null,
      wallet,
    },
    client_ip: '127.0.0.1',
    created: seconds(method.createdAt),
    livemode: false,
    type: 'card',
    used: false,
  };
}
