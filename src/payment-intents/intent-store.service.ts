import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, QueryFilter } from 'mongoose';
import { WorldsService } from '../accounts/worlds.service.js';
import { followingContext, untoldChange, type WriteContext } from '../events/untold-changes.js';
import { UNTOLD_IDS } from '../events/untold-fields.schema.js';
import { UntoldObjects } from '../events/untold-objects.service.js';
import { AccountData } from '../platform/database/account-data.service.js';
import { findPage, type Page, type PageRequest } from '../platform/database/page.js';
import { DueWorkRunner } from '../platform/due-work/due-work-runner.service.js';
import { idIn } from '../platform/worlds/world-ids.js';
import { PaymentIntentNotFoundError } from './intent-errors.js';
import { PaymentIntent } from './payment-intent.schema.js';

/** New values of an intent, and what subscribers are told of; nothing if `tells` is not given. */
export interface IntentChange {
  readonly set: Partial<PaymentIntent>;
  readonly tells?: 'payment_intent.canceled';
}

/** Payment intents in the database. */
@Injectable()
export class IntentStore {
  /**
   * What subscribers are told of: `payment_intent.created`, unless the same request paid, and `.canceled`. All else
   * follows from the payments.
   */
  readonly changes: UntoldObjects<PaymentIntent>;

  constructor(
    @InjectModel(PaymentIntent.name) private readonly intents: Model<PaymentIntent>,
    accountData: AccountData,
    worlds: WorldsService,
    runner: DueWorkRunner,
  ) {
    accountData.register({
      model: intents,
      belongsTo: 'world',
      outlivesUser: false,
      copied: {
        ids: [
          '_id',
          'customerId',
          'paymentMethodId',
          'checkoutSessionId',
          'attempt.paymentId',
          'attempt.paymentMethodId',
          'attempt.eventId',
          ...UNTOLD_IDS,
        ],
        left: ['leaseUntil'],
      },
    });
    this.changes = new UntoldObjects(intents, worlds, runner, 'payment_intent.repair');
  }

  /** If the same request ran before, this returns the intent that it made. */
  insert(intent: PaymentIntent, context: WriteContext): Promise<PaymentIntent> {
    return intent.attempt === null
      ? this.changes.insert(intent, untoldChange('payment_intent.created', context, null))
      : this.changes.insertSilently(intent);
  }

  /** Throws PaymentIntentNotFoundError. */
  async get(accountId: string, id: string): Promise<PaymentIntent> {
    const intent = await this.intents.findOne({ _id: idIn(accountId, id), accountId }).lean<PaymentIntent>();
    if (!intent) throw new PaymentIntentNotFoundError(id);
    return intent;
  }

  /** Null if somebody else changed it first. */
  change(intent: PaymentIntent, { set, tells }: IntentChange, context: WriteContext): Promise<PaymentIntent | null> {
    if (tells === undefined) return this.changes.changeSilently(intent, set);
    const previous = Object.fromEntries(
      Object.keys(set).map((field) => [field, intent[field as keyof PaymentIntent] ?? null]),
    );
    return this.changes.change(intent, set, untoldChange(tells, followingContext(context, 'intent'), previous));
  }

  list(accountId: string, filter: QueryFilter<PaymentIntent>, page: PageRequest): Promise<Page<PaymentIntent>> {
    return findPage(this.intents, accountId, filter, page);
  }

  async byIds(ids: readonly string[]): Promise<Map<string, PaymentIntent>> {
    const found = await this.intents.find({ _id: { $in: [...new Set(ids)] } }).lean<PaymentIntent[]>();
    return new Map(found.map((intent) => [intent._id, intent]));
  }
}
