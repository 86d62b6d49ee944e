import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { WorldsService } from '../accounts/worlds.service.js';
import { followingId, idIn } from '../platform/worlds/world-ids.js';
import { AccountData } from '../platform/database/account-data.service.js';
import { insertNew } from '../platform/database/driver-writes.js';
import { ADMINISTRATORS, type Role } from '../platform/access/role.js';
import { decideClosing } from './dispute-rules.js';
import { amountLost, disputeFeesLost, isOpen } from './disputed-amount.js';
import { type Payment, PaymentTombstone } from './payment.schema.js';
import { NotPaymentOwnerError, PaymentNotFoundError } from './payment-errors.js';
import { changeContext } from './change-context.js';
import type { Change, ChangeContext } from './payment-state.js';
import { PaymentRelay } from './payment-relay.worker.js';
import { PaymentStore } from './payment-store.service.js';
import { decideRefundCancellation } from './refund-rules.js';
import { RefundsService } from './refunds.service.js';

/** Removes what else is stored about a payment. Must be safe to repeat. */
export type DeletionConsumer = (payment: Payment) => Promise<void>;

/** Deletes payments. If money was captured, an anonymous record of the sums remains. */
@Injectable()
export class PaymentDeletionService {
  private readonly consumers: DeletionConsumer[] = [];

  constructor(
    @InjectModel(PaymentTombstone.name) private readonly tombstones: Model<PaymentTombstone>,
    private readonly store: PaymentStore,
    private readonly relay: PaymentRelay,
    private readonly refunds: RefundsService,
    private readonly worlds: WorldsService,
    accountData: AccountData,
  ) {
    accountData.register({ model: tombstones, belongsTo: 'world', outlivesUser: true, copied: { ids: ['_id'] } });
  }

  /** Call it before the application has started. */
  subscribe(consumer: DeletionConsumer): void {
    this.consumers.push(consumer);
  }

  /**
   * Deletes a payment for its owner or an administrator; cancels pending refunds and accepts open disputes first.
   * Throws PaymentNotFoundError, NotPaymentOwnerError.
   */
  async delete(
    caller: { readonly accountId: string; readonly role: Role },
    id: string,
    requestId: string,
  ): Promise<void> {
    for (;;) {
      const payment = await this.store.find(idIn(caller.accountId, id));
      if (!payment) throw PaymentNotFoundError.anywhere(id);
      if (payment.accountId !== caller.accountId && !ADMINISTRATORS.includes(caller.role))
        throw new NotPaymentOwnerError();
      const closing = closingOf(payment, await this.contextOf(payment, requestId));
      if (closing) {
        await this.store.change(payment, closing);
      } else if (await this.store.beginDeletion(payment)) {
        await this.finish(payment);
        return;
      }
    }
  }

  private async contextOf({ accountId, history }: Payment, requestId: string): Promise<ChangeContext> {
    const now = (await this.worlds.of(accountId))?.now() ?? new Date();
    return changeContext({ by: 'request', requestId }, now, followingId('evt', history.at(-1)?.eventId ?? '', now));
  }

  /**
   * Completes a deletion that has begun. Nothing can change the payment any more, so its sums are final. Safe to
   * repeat.
   */
  async finish(payment: Payment): Promise<void> {
    const { _id, accountId, currency, status, amountCaptured, amountRefunded, fee, disputes = [], createdAt } = payment;
    // Its events are published before it is removed.
    await this.relay.relayNow(payment);
    if (amountCaptured > 0) {
      const deletedAt = (await this.worlds.of(accountId))?.now() ?? new Date();
      await insertNew(this.tombstones, [
        {
          _id,
          accountId,
          currency,
          status,
          amountCaptured,
          amountRefunded,
          ...(fee !== undefined && { fee }),
          ...(disputes.length > 0 && {
            disputesLost: amountLost(payment),
            disputeFees: disputeFeesLost(payment),
          }),
          createdAt,
          deletedAt,
        },
      ]);
      await this.refunds.anonymize(_id, accountId);
    }
    for (const consume of this.consumers) await consume(payment);
    await this.store.remove(_id);
  }
}

/** What has to end before a payment can be deleted, one change at a time; null if nothing is open. */
function closingOf(payment: Payment, context: ChangeContext): Change | null {
  const pending = payment.refunds.find(({ status }) => status === 'pending');
  if (pending) return decideRefundCancellation(payment, pending.id, context);
  return payment.disputes?.some(isOpen) ? decideClosing(payment, context) : null;
}
