import { Injectable } from '@nestjs/common';
import type { CustomerChanges } from '../../customers/customer-fields.js';
import type { Customer } from '../../customers/customer.schema.js';
import { CustomersService } from '../../customers/customers.service.js';
import { addressChanges, given } from '../addresses.js';
import { ShownObjects } from '../objects.service.js';
import { DialectMethods } from '../payment-methods/dialect-methods.service.js';
import type { Call } from '../wire/call.js';
import type { Shown } from '../wire/expand.js';
import { createdWithin, listOf, pageOf } from '../wire/lists.js';
import { found, notThere, type Place } from '../wire/lookups.js';
import { metadataAfter, type ParamsOf } from '../wire/params.js';
import { type SEARCH, searched } from '../wire/search.js';
import type { CREATE_CUSTOMER, LIST_CUSTOMERS, UPDATE_CUSTOMER } from './customer-params.js';
import { customerView } from './customer-view.js';

/** The operations of customers. All throw DialectErrors. */
@Injectable()
export class ShownCustomers {
  constructor(
    private readonly customers: CustomersService,
    private readonly methods: DialectMethods,
    private readonly objects: ShownObjects,
  ) {
    objects.register('customer', async ({ accountId }, id) => {
      try {
        return customerView(await customers.get(accountId, id));
      } catch {
        return null;
      }
    });
    for (const part of ['sources', 'subscriptions', 'tax_ids'])
      objects.register(`customer.${part}`, (_call, id) =>
        Promise.resolve({ object: 'list', url: `/v1/customers/${id}/${part}`, has_more: false, data: [] }),
      );
  }

  async create(call: Call, sent: ParamsOf<typeof CREATE_CUSTOMER>): Promise<Shown> {
    const { payment_method, source, test_clock, invoice_settings, metadata } = sent;
    const named = payment_method ?? source ?? invoice_settings?.default_payment_method ?? null;
    const param = payment_method === undefined ? 'source' : 'payment_method';
    if (test_clock !== undefined) await this.assertClock(call, test_clock);
    const method = named === null ? null : await this.methods.named(call, named, param);
    const id = call.newId('cus');
    metadataAfter({}, metadata);
    const customer = await this.customers.create(call, id, {
      ...changesOf(sent),
      ...given({ testClockId: test_clock }),
    });
    if (method === null) return this.shown(call, customer);
    try {
      await this.methods.attach(call, method, id);
    } catch (error) {
      // A customer whose card is refused is not created.
      await this.customers.delete(call, id);
      throw error;
    }
    const isDefault = named === source || typeof invoice_settings?.default_payment_method === 'string';
    return this.shown(
      call,
      isDefault ? await this.customers.update(call, id, { defaultPaymentMethodId: method._id }) : customer,
    );
  }

  async retrieve(call: Call, id: string): Promise<Shown> {
    return this.shown(call, await this.get(call, id, 'path'));
  }

  async update(call: Call, id: string, sent: ParamsOf<typeof UPDATE_CUSTOMER>): Promise<Shown> {
    const customer = await this.active(call, id, 'path');
    const chosen = sent.invoice_settings?.default_payment_method;
    metadataAfter(customer.metadata, sent.metadata);
    const source = sent.source === undefined ? undefined : await this.methods.named(call, sent.source, 'source');
    if (source) await this.methods.attach(call, source, id);
    const named = typeof chosen === 'string' ? await this.methods.get(call, chosen, { param: DEFAULT }) : chosen;
    const method = named === undefined ? source : named;
    if (method) this.methods.assertOfCustomer(call, method, id, DEFAULT);
    const changes = { ...changesOf(sent), ...given({ defaultPaymentMethodId: method === null ? null : method?._id }) };
    return this.shown(call, await this.customers.update(call, id, changes));
  }

  async delete(call: Call, id: string): Promise<Shown> {
    await this.active(call, id, 'path');
    return customerView(await this.customers.delete(call, id));
  }

  async list(
    call: Call,
    { email, created, test_clock: testClockId, ...asked }: ParamsOf<typeof LIST_CUSTOMERS>,
  ): Promise<Shown> {
    const { createdAt } = createdWithin(created);
    if (testClockId !== undefined) await this.assertClock(call, testClockId);
    const { data, hasMore } = await this.customers.list(
      call.accountId,
      given({ email, testClockId, createdFrom: createdAt?.$gte, createdBefore: createdAt?.$lt }),
      pageOf(asked),
    );
    return this.objects.expanded(call, { ...listOf(call, { data: data.map(customerView), hasMore }) });
  }

  async search(call: Call, asked: ParamsOf<typeof SEARCH>): Promise<Shown> {
    const found = await searched(call, asked, SEARCHED, async (page) => {
      const { data, hasMore } = await this.customers.list(call.accountId, {}, page);
      return { data: data.map(customerView), hasMore };
    });
    return this.objects.expanded(call, found);
  }

  /** Throws a DialectError if there is no such customer, or it is deleted. */
  async active(call: Call, id: string, place: Place): Promise<Customer> {
    const customer = await this.get(call, id, place);
    if (customer.deletedAt) throw notThere('customer', id, place);
    return customer;
  }

  /** Throws a DialectError (400) if there is no such test clock. */
  private async assertClock(call: Call, id: string): Promise<void> {
    if (await this.objects.read(call, 'test_helpers.test_clock', id)) return;
    throw notThere('test clock', id, { param: 'test_clock' });
  }

  private get({ accountId }: Call, id: string, place: Place): Promise<Customer> {
    return found('customer', id, place, () => this.customers.get(accountId, id));
  }

  private shown(call: Call, customer: Customer): Promise<Shown> {
    return this.objects.expanded(call, customerView(customer));
  }
}

const SEARCHED = ['created', 'email', 'metadata', 'name', 'phone'];

const DEFAULT = 'invoice_settings[default_payment_method]';

function changesOf(sent: ParamsOf<typeof UPDATE_CUSTOMER> | ParamsOf<typeof CREATE_CUSTOMER>): CustomerChanges {
  const { address, balance, description, email, metadata, name, phone, preferred_locales, shipping, tax_exempt } = sent;
  const to = shipping && {
    name: shipping.name ?? null,
    phone: shipping.phone ?? null,
    address: shipping.address ? { ...NOWHERE, ...addressChanges(shipping.address) } : null,
  };
  return given({
    address: addressChanges(address),
    balance,
    description,
    email,
    metadata,
    name,
    phone,
    preferredLocales: preferred_locales,
    shipping: to,
    taxExempt: tax_exempt === null ? ('none' as const) : tax_exempt,
  });
}

const NOWHERE = { line1: null, line2: null, city: null, state: null, postalCode: null, country: null };
