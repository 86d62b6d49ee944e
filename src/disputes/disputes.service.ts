import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, QueryFilter } from 'mongoose';
import { DisputeNotFoundError } from '../payments/dispute-errors.js';
import { disputeHistory, disputeView, type DisputeView } from '../payments/dispute-view.js';
import type { Payment } from '../payments/payment.schema.js';
import { PaymentDeletionService } from '../payments/payment-deletion.service.js';
import { PaymentRelay } from '../payments/payment-relay.worker.js';
import { PaymentStore } from '../payments/payment-store.service.js';
import type { DisputeState } from '../payments/payment-state.js';
import { AccountData } from '../platform/database/account-data.service.js';
import { replaceEach } from '../platform/database/driver-writes.js';
import { findPage, type Page, type PageRequest } from '../platform/database/page.js';
import { repeated } from '../platform/database/repeated.js';
import { idIn } from '../platform/worlds/world-ids.js';
import { Dispute } from './dispute.schema.js';
import { EvidenceService, NO_STORED_EVIDENCE, type StoredEvidence } from './evidence.service.js';

/** How often a dispute is read again if its evidence was changed while it was read. */
const MAX_READS = 5;

/** A dispute as it is in its payment. */
export interface ReadDispute {
  readonly payment: Payment;
  readonly dispute: DisputeState;
  readonly evidence: StoredEvidence;
}

/** Shows disputes. They are opened and changed inside their payments. */
@Injectable()
export class DisputesService {
  constructor(
    @InjectModel(Dispute.name) private readonly disputes: Model<Dispute>,
    private readonly payments: PaymentStore,
    private readonly evidence: EvidenceService,
    relay: PaymentRelay,
    deletion: PaymentDeletionService,
    accountData: AccountData,
  ) {
    accountData.register({
      model: disputes,
      belongsTo: 'world',
      outlivesUser: true,
      copied: { ids: ['_id', 'paymentId'], check: (dispute) => void viewOf(dispute as unknown as Dispute) },
    });
    relay.subscribe((changes) =>
      this.copy(
        changes.map(({ object, firstEntry }) => ({ payment: object, ids: disputeIdsSince(object, firstEntry) })),
      ),
    );
    deletion.subscribe((payment) => this.seal(payment));
  }

  /** Brings the copies of these disputes up to date. Safe to repeat, in any order. */
  async copy(changed: readonly { readonly payment: Payment; readonly ids: readonly string[] }[]): Promise<void> {
    await replaceEach(
      this.disputes,
      changed.flatMap(({ payment, ids }) =>
        (payment.disputes ?? [])
          .filter(({ id }) => ids.includes(id))
          .map((dispute) => ({
            filter: { _id: dispute.id, accountId: payment.accountId, version: { $lte: payment.version } },
            document: copyOf(payment, dispute),
          })),
      ),
    );
  }

  async list(accountId: string, filter: QueryFilter<Dispute>, page: PageRequest): Promise<Page<DisputeView>> {
    const { data, hasMore } = await this.copies(accountId, filter, page);
    return { data: data.map(viewOf), hasMore };
  }

  /** The copies of disputes, newest first. */
  copies(accountId: string, filter: QueryFilter<Dispute>, page: PageRequest): Promise<Page<Dispute>> {
    const { paymentId } = filter;
    const own = typeof paymentId === 'string' ? { ...filter, paymentId: idIn(accountId, paymentId) } : filter;
    return findPage(this.disputes, accountId, own, page);
  }

  /** The stored ids of a dispute and its payment. Throws DisputeNotFoundError. */
  async find(accountId: string, id: string): Promise<Dispute> {
    const dispute = await this.disputes.findOne({ _id: idIn(accountId, id), accountId }).lean<Dispute>();
    if (!dispute) throw new DisputeNotFoundError(id);
    return dispute;
  }

  /** With its evidence and history; both are empty if its payment was deleted. Throws DisputeNotFoundError. */
  async get(accountId: string, id: string): Promise<DisputeView> {
    const copy = await this.find(accountId, id);
    const payment = await this.payments.find(copy.paymentId);
    return payment ? this.shown(payment, copy._id) : { ...viewOf(copy), evidence: {}, history: [] };
  }

  /** A dispute of this payment, as it is in it. Throws DisputeNotFoundError. */
  async shown(payment: Payment, id: string): Promise<DisputeView> {
    const { payment: current, dispute, evidence } = await this.readIn(payment, id);
    return { ...disputeView(current, dispute), evidence: evidence.texts, history: disputeHistory(current, id) };
  }

  /** Throws DisputeNotFoundError, also if its payment was deleted. */
  async read(accountId: string, id: string): Promise<ReadDispute> {
    const { _id, paymentId } = await this.find(accountId, id);
    const payment = await this.payments.find(paymentId);
    if (!payment) throw new DisputeNotFoundError(id);
    return this.readIn(payment, _id);
  }

  /** The payment is read again if its evidence was changed meanwhile. Throws DisputeNotFoundError. */
  async readIn(payment: Payment, id: string): Promise<ReadDispute> {
    for (let current = payment, reads = 1; ; reads++) {
      const dispute = current.disputes?.find((each) => each.id === id);
      if (!dispute) throw new DisputeNotFoundError(id);
      const evidence = await this.evidence.of(current, dispute);
      const latest = evidence === null && reads < MAX_READS ? await this.payments.find(payment._id) : null;
      if (latest === null) return { payment: current, dispute, evidence: evidence ?? NO_STORED_EVIDENCE };
      current = latest;
    }
  }

  /** Of a deleted payment the copies remain. The highest possible version keeps late copies from replacing them. */
  private async seal({ _id: paymentId, accountId, disputes = [] }: Payment): Promise<void> {
    if (disputes.length === 0) return;
    await repeated(() =>
      this.disputes.updateMany({ accountId, paymentId }, { $set: { version: Number.MAX_SAFE_INTEGER } }),
    );
  }
}

function copyOf({ _id: paymentId, accountId, currency, version }: Payment, dispute: DisputeState): Dispute {
  const { id, stage, status, reason, amount, fee, evidenceDueBy, createdAt } = dispute;
  return {
    _id: id,
    accountId,
    paymentId,
    stage,
    status,
    reason,
    amount,
    currency,
    fee,
    evidenceDueBy,
    createdAt,
    version,
  };
}

function viewOf({ _id: id, paymentId, currency, ...copy }: Pick<Dispute, keyof Dispute>): DisputeView {
  return disputeView({ _id: paymentId, currency }, { ...copy, id });
}

function disputeIdsSince({ history }: Payment, firstEntry: number): string[] {
  return history.slice(firstEntry).flatMap(({ dispute }) => (dispute ? [dispute.id] : []));
}
