import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, QueryFilter } from 'mongoose';
import { idIn } from '../platform/worlds/world-ids.js';
import { AccountData } from '../platform/database/account-data.service.js';
import { replaceEach } from '../platform/database/driver-writes.js';
import { repeated } from '../platform/database/repeated.js';
import { findPage, type Page, type PageRequest } from '../platform/database/page.js';
import type { Payment } from './payment.schema.js';
import { RefundNotFoundError } from './payment-errors.js';
import type { RefundState } from './payment-state.js';
import { Refund } from './refund.schema.js';

/** Lists refunds. They are made and changed inside their payments. */
@Injectable()
export class RefundsService {
  constructor(
    @InjectModel(Refund.name) private readonly refunds: Model<Refund>,
    accountData: AccountData,
  ) {
    accountData.register({
      model: refunds,
      belongsTo: 'world',
      outlivesUser: true,
      copied: { ids: ['_id', 'paymentId'] },
    });
  }

  /** Brings the copies of these refunds up to date. Safe to repeat, in any order. */
  async copy(changed: readonly { readonly payment: Payment; readonly refundIds: readonly string[] }[]): Promise<void> {
    await replaceEach(
      this.refunds,
      changed.flatMap(({ payment, refundIds }) =>
        payment.refunds
          .filter(({ id }) => refundIds.includes(id))
          .map((refund) => ({
            filter: { _id: refund.id, accountId: payment.accountId, version: { $lte: payment.version } },
            document: refundOf(payment, refund),
          })),
      ),
    );
  }

  list(accountId: string, filter: QueryFilter<Refund>, page: PageRequest): Promise<Page<Refund>> {
    const { paymentId } = filter;
    const own = typeof paymentId === 'string' ? { ...filter, paymentId: idIn(accountId, paymentId) } : filter;
    return findPage(this.refunds, accountId, own, page);
  }

  /** Throws RefundNotFoundError. */
  async get(accountId: string, id: string): Promise<Refund> {
    const refund = await this.refunds.findOne({ _id: idIn(accountId, id), accountId }).lean<Refund>();
    if (!refund) throw new RefundNotFoundError(id);
    return refund;
  }

  /**
   * Erases the texts of a deleted payment's refunds; the amounts remain. The highest possible version keeps a late copy
   * from writing them back.
   */
  async anonymize(paymentId: string, accountId: string): Promise<void> {
    await repeated(() =>
      this.refunds.updateMany(
        { accountId, paymentId },
        { $set: { reason: null, orderReference: null, metadata: {}, version: Number.MAX_SAFE_INTEGER } },
      ),
    );
  }
}

export function refundOf({ _id: paymentId, accountId, currency, version }: Payment, refund: RefundState): Refund {
  const { id, amount, status, reason, orderReference, metadata, createdAt } = refund;
  return {
    _id: id,
    accountId,
    paymentId,
    amount,
    currency,
    status,
    reason,
    orderReference,
    metadata,
    createdAt,
    version,
  };
}
