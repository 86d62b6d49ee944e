import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, QueryFilter } from 'mongoose';
import { WorldsService } from '../../accounts/worlds.service.js';
import { followingContext, untoldChange, type WriteContext } from '../../events/untold-changes.js';
import { UNTOLD_IDS } from '../../events/untold-fields.schema.js';
import { UntoldObjects } from '../../events/untold-objects.service.js';
import { AttachedMethods } from '../../payment-methods/attached-methods.service.js';
import { AccountData } from '../../platform/database/account-data.service.js';
import { findPage, type Page, type PageRequest } from '../../platform/database/page.js';
import { DueWorkRunner } from '../../platform/due-work/due-work-runner.service.js';
import { idIn } from '../../platform/worlds/world-ids.js';
import { SetupIntent } from './setup-intent.schema.js';
import { isSetupAllowed, type SetupAction, type SetupStep } from './setup-rules.js';

/** What a request does with a setup intent; null changes nothing. */
export type SetupDecision =
  SetupStep | { readonly set: Partial<SetupIntent>; readonly event?: 'setup_intent.canceled' } | null;

/** The status of a setup intent does not allow an action. */
export class SetupStateError extends Error {
  constructor(
    readonly intent: SetupIntent,
    readonly action: SetupAction,
  ) {
    super(`You cannot ${action} this SetupIntent because it has a status of ${intent.status}.`);
  }
}

/** Setup intents in the database. */
@Injectable()
export class SetupIntents {
  /** What subscribers are told of: `setup_intent.created`, `.requires_action`, `.succeeded`, `.setup_failed`, `.canceled`. */
  readonly changes: UntoldObjects<SetupIntent>;

  constructor(
    @InjectModel(SetupIntent.name) private readonly intents: Model<SetupIntent>,
    private readonly attached: AttachedMethods,
    accountData: AccountData,
    worlds: WorldsService,
    runner: DueWorkRunner,
  ) {
    accountData.register({
      model: intents,
      belongsTo: 'world',
      outlivesUser: false,
      copied: {
        ids: ['_id', 'customerId', 'paymentMethodId', 'failedMethodId', 'attemptId', ...UNTOLD_IDS],
        left: ['leaseUntil', 'challengeUrl'],
      },
    });
    this.changes = new UntoldObjects(intents, worlds, runner, 'setup_intent.repair');
  }

  /** If the same request ran before, this returns the intent that it made. */
  create(context: WriteContext, intent: SetupIntent): Promise<SetupIntent> {
    return this.changes.insert(intent, untoldChange('setup_intent.created', context, null));
  }

  /** Null if there is none. */
  find(accountId: string, id: string): Promise<SetupIntent | null> {
    return this.intents
      .findOne({ _id: idIn(accountId, id), accountId })
      .lean<SetupIntent>()
      .exec();
  }

  /** By its stored id, whoever owns it. */
  findStored(id: string): Promise<SetupIntent | null> {
    return this.intents.findById(id).lean<SetupIntent>().exec();
  }

  list(accountId: string, filter: QueryFilter<SetupIntent>, page: PageRequest): Promise<Page<SetupIntent>> {
    return findPage(this.intents, accountId, filter, page);
  }

  /** Decides again if somebody else changed it meanwhile. Throws SetupStateError. */
  async change(
    context: WriteContext,
    id: string,
    action: SetupAction,
    decide: (intent: SetupIntent) => SetupDecision,
  ): Promise<SetupIntent | null> {
    // The creation of the same request has the first id; what is attached is told of before the intent.
    const attaching = followingContext(context, 'attach');
    const step = followingContext(attaching, 'setup');
    for (;;) {
      const intent = await this.find(context.accountId, id);
      if (!intent) return null;
      if (!isSetupAllowed(intent.status, action)) throw new SetupStateError(intent, action);
      const decision = decide(intent);
      if (decision === null) return intent;
      const { set, event } = decision;
      if (set.status === 'succeeded') await this.keep(attaching, intent, set);
      const changed =
        event === undefined
          ? await this.changes.changeSilently(intent, set)
          : await this.changes.change(intent, set, untoldChange(event, step, previousOf(intent, set)));
      if (changed) return changed;
    }
  }

  /** What is set up belongs to the customer, and needs no authentication later. */
  private async keep(
    context: WriteContext,
    { customerId }: SetupIntent,
    { paymentMethodId }: Partial<SetupIntent>,
  ): Promise<void> {
    if (typeof paymentMethodId !== 'string') return;
    if (customerId !== null) await this.attached.attach(context, paymentMethodId, customerId);
    await this.attached.markSetUp(context.accountId, paymentMethodId);
  }
}

function previousOf(intent: SetupIntent, set: Partial<SetupIntent>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.keys(set).map((field) => [field, intent[field as keyof SetupIntent] ?? null]));
}
