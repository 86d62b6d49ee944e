import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { WorldsService } from '../accounts/worlds.service.js';
import { changedFields, type ToldChange, untoldChange, type WriteContext } from '../events/untold-changes.js';
import { UNTOLD_IDS } from '../events/untold-fields.schema.js';
import { UntoldObjects } from '../events/untold-objects.service.js';
import { AttachedMethods } from '../payment-methods/attached-methods.service.js';
import { PaymentMethodNotAttachedError } from '../payment-methods/payment-method-errors.js';
import type { PaymentMethod } from '../payment-methods/payment-method.schema.js';
import { PaymentMethodsService } from '../payment-methods/payment-methods.service.js';
import { timeOf } from '../platform/common/ids.js';
import { AccountData } from '../platform/database/account-data.service.js';
import { findPage, idBetween, type Page, type PageRequest } from '../platform/database/page.js';
import { DueWorkRunner } from '../platform/due-work/due-work-runner.service.js';
import { followingId, idIn } from '../platform/worlds/world-ids.js';
import { CustomerDeletedError, CustomerNotFoundError } from './customer-errors.js';
import { changedCustomer, type CustomerChanges, type CustomerFields, NO_FIELDS } from './customer-fields.js';
import { Customer } from './customer.schema.js';

/** A customer as it is to be created. The caller attaches the default payment method. */
export interface NewCustomer extends CustomerChanges {
  readonly testClockId?: string | null;
}

/** Selects customers; a condition that is not given selects all. */
export interface CustomerFilter {
  /** Letter by letter. */
  readonly email?: string;
  readonly createdFrom?: Date;
  /** Without those created at that very time. */
  readonly createdBefore?: Date;
  /** Those that were created with this test clock. */
  readonly testClockId?: string;
}

/** Creates, changes, lists and deletes customers. Subscribers are told of each change. */
@Injectable()
export class CustomersService implements OnModuleInit {
  /** What subscribers are told of: `customer.created`, `.updated`, `.deleted`. */
  readonly changes: UntoldObjects<Customer>;

  constructor(
    @InjectModel(Customer.name) private readonly customers: Model<Customer>,
    private readonly methods: PaymentMethodsService,
    private readonly attached: AttachedMethods,
    accountData: AccountData,
    worlds: WorldsService,
    runner: DueWorkRunner,
  ) {
    accountData.register({
      model: customers,
      belongsTo: 'world',
      outlivesUser: false,
      copied: {
        ids: ['_id', 'defaultPaymentMethodId', 'testClockId', 'untold.previous.defaultPaymentMethodId', ...UNTOLD_IDS],
        left: ['leaseUntil'],
      },
    });
    this.changes = new UntoldObjects(customers, worlds, runner, 'customer.repair');
  }

  /** After other subscribers, so that they are told of a deletion before they are told of what follows from it. */
  onModuleInit(): void {
    this.changes.subscribe((told) => this.detachFromDeleted(told));
    this.methods.changes.subscribe(async (told) => {
      await this.detachFromGone(told);
      await this.clearDefaults(told);
    });
  }

  /** If the same request ran before, this returns the customer that it made. */
  create(context: WriteContext, id: string, { testClockId = null, ...fields }: NewCustomer): Promise<Customer> {
    const { accountId } = context;
    const _id = idIn(accountId, id);
    const createdAt = timeOf(_id);
    const customer: Customer = {
      ...storedFields(accountId, changedCustomer(NO_FIELDS, fields)),
      _id,
      accountId,
      testClockId: testClockId === null ? null : idIn(accountId, testClockId),
      createdAt,
      updatedAt: createdAt,
      deletedAt: null,
    };
    return this.changes.insert(customer, untoldChange('customer.created', context, null));
  }

  /** A deleted customer is returned too, with `deletedAt`. Throws CustomerNotFoundError. */
  async get(accountId: string, id: string): Promise<Customer> {
    const customer = await this.customers
      .findOne({ _id: idIn(accountId, id), accountId })
      .lean<Customer>()
      .exec();
    if (!customer) throw new CustomerNotFoundError(id);
    return customer;
  }

  /** Throws CustomerNotFoundError, CustomerDeletedError. */
  async getActive(accountId: string, id: string): Promise<Customer> {
    const customer = await this.get(accountId, id);
    if (customer.deletedAt) throw new CustomerDeletedError(id);
    return customer;
  }

  /** Those that are not deleted, newest first. */
  list(
    accountId: string,
    { email, createdFrom, createdBefore, testClockId }: CustomerFilter,
    page: PageRequest,
  ): Promise<Page<Customer>> {
    const filter = {
      deletedAt: null,
      ...(email !== undefined && { email }),
      ...(testClockId !== undefined && { testClockId: idIn(accountId, testClockId) }),
      ...idBetween('cus', createdFrom?.toISOString(), createdBefore?.toISOString()),
    };
    return findPage(this.customers, accountId, filter, page);
  }

  /**
   * Changes the given fields; nobody is told if nothing differs. Throws CustomerNotFoundError, CustomerDeletedError,
   * PaymentMethodNotFoundError, PaymentMethodNotAttachedError if the default method is not one of the customer.
   */
  async update(context: WriteContext, id: string, changes: CustomerChanges): Promise<Customer> {
    const { accountId, world } = context;
    await this.assertAttached(accountId, id, changes.defaultPaymentMethodId);
    for (;;) {
      const customer = await this.getActive(accountId, id);
      const changed = changedFields<Customer>(customer, storedFields(accountId, changedCustomer(customer, changes)));
      if (!changed) {
        // A request that ran before may have been interrupted before it told of its change.
        await this.changes.tell(customer);
        return customer;
      }
      const set = { ...changed.set, updatedAt: world.now() };
      const change = untoldChange('customer.updated', context, changed.previous);
      const told = await this.changes.change(customer, set, change);
      if (told) return told;
    }
  }

  /**
   * Deletes a customer and detaches its payment methods. What is left has no personal data.
   * Throws CustomerNotFoundError, CustomerDeletedError.
   */
  async delete(context: WriteContext, id: string): Promise<Customer> {
    const { accountId, world } = context;
    for (;;) {
      const customer = await this.get(accountId, id);
      if (customer.deletedAt) {
        if (customer.lastEventId !== context.eventId) throw new CustomerDeletedError(id);
        // This request ran before, and its answer was lost.
        await this.changes.tell(customer);
        return customer;
      }
      const now = world.now();
      const gone = { ...storedFields(accountId, NO_FIELDS), deletedAt: now };
      const { set = {}, previous = {} } = changedFields<Customer>(customer, gone) ?? {};
      const change = untoldChange('customer.deleted', context, previous);
      const told = await this.changes.change(customer, { ...set, updatedAt: now }, change);
      if (told) return told;
    }
  }

  private async assertAttached(accountId: string, id: string, methodId: string | null | undefined): Promise<void> {
    if (typeof methodId !== 'string') return;
    const { customerId } = await this.methods.get(accountId, methodId);
    if (customerId !== idIn(accountId, id)) throw new PaymentMethodNotAttachedError(methodId, id);
  }

  private async detachFromDeleted(told: readonly ToldChange<Customer>[]): Promise<void> {
    for (const { change, after } of told)
      if (change.type === 'customer.deleted') await this.attached.detachAll(after.accountId, after._id, change);
  }

  /** A method may be attached while its customer is deleted, after the others were detached. */
  private async detachFromGone(told: readonly ToldChange<PaymentMethod>[]): Promise<void> {
    for (const { change, after } of told) {
      if (change.type !== 'payment_method.attached' || typeof after.customerId !== 'string') continue;
      const customer = await this.customers.findById(after.customerId).lean<Customer>();
      if (customer?.deletedAt) await this.attached.detachAll(after.accountId, after.customerId, change);
    }
  }

  /** A method that was detached is nobody's default any more. */
  private async clearDefaults(told: readonly ToldChange<PaymentMethod>[]): Promise<void> {
    for (const { change, before, after } of told) {
      const { customerId } = before ?? after;
      if (change.type !== 'payment_method.detached' || typeof customerId !== 'string') continue;
      for (let isDone = false; !isDone;) {
        const customer = await this.customers.findById(customerId).lean<Customer>();
        if (customer?.defaultPaymentMethodId !== after._id) break;
        const eventId = followingId('evt', change.eventId, change.at, 'default');
        const previous = { defaultPaymentMethodId: after._id };
        const update = { ...change, eventId, type: 'customer.updated', previous };
        const set = { defaultPaymentMethodId: null, updatedAt: change.at };
        isDone = (await this.changes.change(customer, set, update)) !== null;
      }
    }
  }
}

/** The fields as they are stored: ids have their world. */
function storedFields(
  accountId: string,
  { defaultPaymentMethodId, preferredLocales, ...fields }: CustomerFields,
): Pick<Customer, keyof CustomerFields> {
  return {
    ...fields,
    preferredLocales: [...preferredLocales],
    defaultPaymentMethodId: defaultPaymentMethodId === null ? null : idIn(accountId, defaultPaymentMethodId),
  };
}
