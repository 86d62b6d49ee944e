import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { changedFields, untoldChange, type UntoldChange, type WriteContext } from '../events/untold-changes.js';
import { mergedMetadata, type MetadataChanges } from '../platform/common/metadata.js';
import { findPage, type Page, type PageRequest } from '../platform/database/page.js';
import { followingId, idIn } from '../platform/worlds/world-ids.js';
import { attachmentFailure } from './attachment-rules.js';
import { type BillingChanges, mergedBilling, NO_BILLING } from './billing.js';
import { checkExpiry } from './card-rules.js';
import {
  CardRefusedError,
  PaymentMethodAttachedError,
  PaymentMethodNotAttachedError,
  PaymentMethodRefusedError,
} from './payment-method-errors.js';
import { type AllowRedisplay, PaymentMethod } from './payment-method.schema.js';
import { PaymentMethodsService } from './payment-methods.service.js';

/** Changes of a payment method; what is not given stays as it is. */
export interface MethodChanges {
  readonly billing?: BillingChanges;
  readonly metadata?: MetadataChanges;
  readonly allowRedisplay?: AllowRedisplay;
  readonly expMonth?: number;
  /** Four digits. */
  readonly expYear?: number;
}

interface DecidedChange {
  readonly type: `payment_method.${'attached' | 'updated' | 'detached'}`;
  readonly values: Partial<PaymentMethod>;
}

/** How many methods of a deleted customer are read at once. */
const BATCH_SIZE = 100;

/** Attaches payment methods to customers, and changes them. Subscribers are told of each change. */
@Injectable()
export class AttachedMethods {
  constructor(
    @InjectModel(PaymentMethod.name) private readonly methods: Model<PaymentMethod>,
    private readonly service: PaymentMethodsService,
  ) {}

  /**
   * Attaches a method to a customer, whom the caller has found; does nothing if it is attached to that one already.
   * Throws PaymentMethodNotFoundError, PaymentMethodAttachedError, PaymentMethodRefusedError if the card declines.
   */
  attach(context: WriteContext, id: string, customerId: string): Promise<PaymentMethod> {
    const stored = idIn(context.accountId, customerId);
    return this.change(context, id, (method) => {
      if (method.customerId === stored) return null;
      if (typeof method.customerId === 'string') throw new PaymentMethodAttachedError(id);
      const failure = attachmentFailure(method);
      if (failure) throw new PaymentMethodRefusedError(failure, method._id);
      return { type: 'payment_method.attached', values: { customerId: stored } };
    });
  }

  /** Throws PaymentMethodNotFoundError, PaymentMethodNotAttachedError. */
  detach(context: WriteContext, id: string): Promise<PaymentMethod> {
    return this.change(context, id, ({ customerId, lastEventId }) => {
      // This request ran before, and its answer was lost.
      if (lastEventId === context.eventId) return null;
      if (typeof customerId !== 'string') throw new PaymentMethodNotAttachedError(id);
      return { type: 'payment_method.detached', values: { customerId: null } };
    });
  }

  /**
   * Detaches all methods of a customer because of a change of that customer. Safe to repeat.
   *
   * @param cause the ids of the events follow from it
   */
  async detachAll(accountId: string, customerId: string, cause: UntoldChange): Promise<void> {
    const filter = { accountId, customerId: idIn(accountId, customerId) };
    let { eventId } = cause;
    for (;;) {
      const batch = await this.methods.find(filter).sort({ _id: 1 }).limit(BATCH_SIZE).lean<PaymentMethod[]>();
      if (batch.length === 0) return;
      for (const method of batch) {
        eventId = followingId('evt', eventId, cause.at, method._id);
        const previous = { customerId: method.customerId };
        const change = { ...cause, eventId, type: 'payment_method.detached', previous };
        await this.service.changes.change(method, { customerId: null }, change);
      }
    }
  }

  /** Throws PaymentMethodNotFoundError, CardRefusedError if the card would be expired. */
  update(context: WriteContext, id: string, changes: MethodChanges): Promise<PaymentMethod> {
    return this.change(context, id, (method) => {
      const { billing, metadata, allowRedisplay, expMonth = method.expMonth, expYear = method.expYear } = changes;
      if (expMonth !== method.expMonth || expYear !== method.expYear) {
        const refused = checkExpiry({ expMonth, expYear }, context.world.now());
        if (refused) throw new CardRefusedError(refused);
      }
      return {
        type: 'payment_method.updated',
        values: {
          expMonth,
          expYear,
          ...(billing && { billing: mergedBilling(method.billing ?? NO_BILLING, billing) }),
          ...(metadata !== undefined && { metadata: mergedMetadata(method.metadata ?? {}, metadata) }),
          ...(allowRedisplay && { allowRedisplay }),
        },
      };
    });
  }

  /** Notes that the customer has authenticated for later payments. Nobody is told of it. */
  async markSetUp(accountId: string, id: string): Promise<void> {
    await this.methods.updateOne({ _id: idIn(accountId, id), accountId }, { $set: { isSetUp: true } });
  }

  /** Newest first. */
  listOfCustomer(accountId: string, customerId: string, page: PageRequest): Promise<Page<PaymentMethod>> {
    return findPage(this.methods, accountId, { customerId: idIn(accountId, customerId) }, page);
  }

  /** Decides again if somebody else changed the method meanwhile. */
  private async change(
    context: WriteContext,
    id: string,
    decide: (method: PaymentMethod) => DecidedChange | null,
  ): Promise<PaymentMethod> {
    const { changes } = this.service;
    for (;;) {
      const method = await this.service.get(context.accountId, id);
      const decided = decide(method);
      const changed = decided && changedFields(method, decided.values);
      if (!changed) {
        // A request that ran before may have been interrupted before it told of its change.
        await changes.tell(method);
        return method;
      }
      const told = await changes.change(method, changed.set, untoldChange(decided.type, context, changed.previous));
      if (told) return told;
    }
  }
}
