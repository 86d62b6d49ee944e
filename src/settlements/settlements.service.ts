import { Injectable } from '@nestjs/common';
import type { Allocation } from '../ledger/allocation.schema.js';
import { Allocations } from '../ledger/allocations.service.js';
import { postedOf } from '../ledger/entry-document.js';
import type { LedgerEntry } from '../ledger/ledger-entry.schema.js';
import { LedgerService, type Reader } from '../ledger/ledger.service.js';
import { transactionIdOf } from '../ledger/new-entry.js';
import { transactionOf } from '../ledger/postings.js';
import { PaymentFacts } from '../payments/payment-facts.service.js';
import { idPattern } from '../platform/common/ids.js';
import type { Page, PageRequest } from '../platform/database/page.js';
import { publicId } from '../platform/worlds/world-ids.js';
import { dayOfReportId, dayReportId, type ReportDay, reportDay } from './day-report-id.js';
import { SettlementNotFoundError } from './settlement-errors.js';
import type { SettlementReport, SettlementRow } from './settlement-report.js';

/** Selects reports: that of a payout, or those of a day, one for each currency; otherwise those of all payouts. */
export interface SettlementFilter {
  readonly payout?: string;
  readonly day?: string;
}

/** A report without its rows. */
export type SettlementSummary = Omit<SettlementReport, 'rows'>;

const PAYMENT_ID = idPattern('txn');
const BATCH = 500;

/** What payouts contain, and what happened on each day, row by row. */
@Injectable()
export class SettlementsService {
  constructor(
    private readonly ledger: LedgerService,
    private readonly allocations: Allocations,
    private readonly payments: PaymentFacts,
  ) {}

  async list(reader: Reader, { payout, day }: SettlementFilter, page: PageRequest): Promise<Page<SettlementSummary>> {
    const balances = await this.ledger.balances(reader);
    if (day !== undefined)
      return { data: balances.map(({ currency }) => ofDay(reportDay(day, currency))), hasMore: false };
    await this.allocations.bringUpToDate(balances);
    const { data, hasMore } = await this.allocations.list(reader.accountId, payout, page);
    return { data: data.map(ofPayout), hasMore };
  }

  /** Throws SettlementNotFoundError. */
  async report(reader: Reader, id: string): Promise<SettlementReport> {
    const balances = await this.ledger.balances(reader);
    await this.allocations.bringUpToDate(balances);
    const allocation = await this.allocations.find(reader.accountId, id);
    if (allocation) return { ...ofPayout(allocation), rows: await this.rowsOfPayout(reader, allocation) };
    const day = dayOfReportId(id);
    if (!day || !balances.some(({ currency }) => currency === day.currency)) throw new SettlementNotFoundError(id);
    return { ...ofDay(day), rows: await this.rowsOfDay(reader, day) };
  }

  private async rowsOfPayout({ accountId }: Reader, allocation: Allocation): Promise<SettlementRow[]> {
    const taken: { readonly entry: LedgerEntry; readonly amount: bigint }[] = [];
    for await (const { transaction, amount } of this.allocations.taken(allocation))
      taken.push({ entry: transaction.entry, amount });
    return this.rowsOf(accountId, taken);
  }

  private async rowsOfDay({ accountId }: Reader, { begin, end, currency }: ReportDay): Promise<SettlementRow[]> {
    const entries = await this.ledger.transactionsBetween(accountId, currency, begin, end);
    return this.rowsOf(
      accountId,
      entries.map((entry) => ({ entry, amount: 0n })),
    );
  }

  private async rowsOf(
    accountId: string,
    taken: readonly { readonly entry: LedgerEntry; readonly amount: bigint }[],
  ): Promise<SettlementRow[]> {
    const paymentIds = [...new Set(taken.flatMap(({ entry }) => paymentIdOf(entry) ?? []))];
    const references = new Map<string, string | null>();
    for (let from = 0; from < paymentIds.length; from += BATCH)
      for (const { _id, orderReference } of await this.payments.ofIds(accountId, paymentIds.slice(from, from + BATCH)))
        references.set(publicId(_id), orderReference);
    return taken.map(({ entry, amount }) => rowOf(entry, amount, references));
  }
}

function ofPayout({ _id, payoutId, currency, createdAt }: Allocation): SettlementSummary {
  return { id: publicId(_id), payoutId: publicId(payoutId), day: null, currency, createdAt };
}

function ofDay(day: ReportDay): SettlementSummary {
  return { id: dayReportId(day), payoutId: null, day: day.day, currency: day.currency, createdAt: day.end };
}

/** Null for what is about no payment. */
function paymentIdOf({ sources }: LedgerEntry): string | null {
  return sources.find((id) => PAYMENT_ID.test(id)) ?? null;
}

function rowOf(entry: LedgerEntry, taken: bigint, references: ReadonlyMap<string, string | null>): SettlementRow {
  const { _id, source, currency, createdAt, availableOn } = entry;
  const transaction = transactionOf(postedOf(entry));
  if (!transaction) throw new Error(`${_id} is no transaction.`);
  const paymentId = paymentIdOf(entry);
  return {
    transactionId: transactionIdOf(publicId(_id)),
    type: transaction.type,
    source: source === null ? null : publicId(source),
    paymentId,
    orderReference: paymentId === null ? null : (references.get(paymentId) ?? null),
    // Each is the amount of one payment, refund, dispute or payout, so a number keeps it exactly.
    gross: Number(transaction.amount),
    fee: Number(transaction.fee),
    net: Number(transaction.net),
    currency,
    createdAt,
    availableOn,
    amountInPayout: Number(taken),
  };
}
