import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, QueryFilter } from 'mongoose';
import { PaymentRelay } from '../payments/payment-relay.worker.js';
import { PaymentStore } from '../payments/payment-store.service.js';
import { idAt } from '../platform/common/ids.js';
import { findPage, type Page, type PageRequest } from '../platform/database/page.js';
import type { World } from '../platform/worlds/world.js';
import { publicId } from '../platform/worlds/world-ids.js';
import { Allocations } from './allocations.service.js';
import type { Balance } from './balance.schema.js';
import { postedOf } from './entry-document.js';
import { FundsRelease } from './funds-release.worker.js';
import { LedgerEntry } from './ledger-entry.schema.js';
import { LedgerPostings } from './ledger-postings.service.js';
import { tAccounts, type TAccount, type TransactionView, transactionView } from './ledger-views.js';
import { type EntryType, type LedgerAccount, TRANSACTION_TYPES, transactionOf, typesTouching } from './postings.js';

/** Whose ledger is read, and by which clock. */
export interface Reader {
  readonly accountId: string;
  readonly world: World;
}

/** Selects entries; a condition that is not given selects all. */
export interface EntryFilter {
  readonly type?: string;
  /** One of several. */
  readonly types?: readonly EntryType[];
  readonly source?: string;
  /** The stored id of what it is about itself. */
  readonly about?: string;
  readonly account?: LedgerAccount;
  readonly currency?: string;
  readonly payout?: string;
  readonly createdAt?: { readonly _id?: { readonly $gte?: string; readonly $lt?: string } };
}

/** A transaction of the balance. */
export interface FoundTransaction {
  readonly entry: LedgerEntry;
  /** The payout that takes it, the first of several; null if none has yet. */
  readonly payoutId: string | null;
}

export interface TAccountsOfPayment {
  readonly paymentId: string;
  readonly currency: string;
  readonly accounts: TAccount[];
}

/** Shows the ledger. Every read first posts what was answered before. */
@Injectable()
export class LedgerService {
  private readonly unfinished: ((accountId: string) => Promise<void>)[] = [];

  constructor(
    @InjectModel(LedgerEntry.name) private readonly ledger: Model<LedgerEntry>,
    private readonly postings: LedgerPostings,
    private readonly allocations: Allocations,
    private readonly release: FundsRelease,
    private readonly relay: PaymentRelay,
    private readonly payments: PaymentStore,
  ) {}

  /** Call it before the application has started: posts what was answered and is not posted yet. */
  beforeReads(finish: (accountId: string) => Promise<void>): void {
    this.unfinished.push(finish);
  }

  /** By currency. */
  async balances({ accountId, world }: Reader): Promise<Balance[]> {
    await this.relay.catchUp(accountId);
    for (const finish of this.unfinished) await finish(accountId);
    const balances = await this.postings.balancesOf(accountId);
    return (await this.release.catchUp(balances, world.now())) ? this.postings.balancesOf(accountId) : balances;
  }

  async entries(reader: Reader, filter: EntryFilter, page: PageRequest): Promise<Page<LedgerEntry>> {
    await this.balances(reader);
    const { account, ...rest } = filter;
    if (account === undefined) return findPage(this.ledger, reader.accountId, conditionOf(rest), page);
    const types = typesTouching(account).filter((type) => rest.type === undefined || rest.type === type);
    // Most entries are of payments, and touch the other accounts.
    const condition = types.includes('payment') ? {} : { rare: true as const };
    const touching = { ...conditionOf(rest), ...condition, type: { $in: types }, 'lines.account': account };
    return findPage(this.ledger, reader.accountId, touching, page);
  }

  /** Newest first, with the payout of each. */
  async transactions(reader: Reader, filter: EntryFilter, page: PageRequest): Promise<Page<TransactionView>> {
    const { data, hasMore } = await this.foundTransactions(reader, filter, page);
    const views = data.map(({ entry, payoutId }) => transactionView(entry, payoutId));
    return { data: views.filter((view) => view !== null), hasMore };
  }

  /** By the stored id of its entry; null if there is none. */
  async transaction(reader: Reader, entryId: string): Promise<LedgerEntry | null> {
    await this.balances(reader);
    const { accountId } = reader;
    return this.ledger
      .findOne({ _id: entryId, accountId, type: { $in: [...TRANSACTION_TYPES] as EntryType[] } })
      .lean<LedgerEntry>()
      .exec();
  }

  /** The entries of transactions, newest first. */
  async foundTransactions(reader: Reader, filter: EntryFilter, page: PageRequest): Promise<Page<FoundTransaction>> {
    const { accountId } = reader;
    await this.allocations.bringUpToDate(await this.balances(reader));
    const { payout, ...rest } = filter;
    const taken = payout === undefined ? {} : await this.allocations.transactionsOf(accountId, payout);
    if (taken === null) return { data: [], hasMore: false };
    const type = rest.type ?? { $in: [...(rest.types ?? TRANSACTION_TYPES)] };
    const conditions = [{ ...conditionOf(rest), type } as QueryFilter<LedgerEntry>, taken];
    const { data, hasMore } = await findPage<LedgerEntry>(this.ledger, accountId, { $and: conditions }, page);
    const payouts = await this.allocations.payoutsOf(accountId, data);
    return { data: data.map((entry) => ({ entry, payoutId: payouts.get(entry._id) ?? null })), hasMore };
  }

  /** An account's transactions of a time, in the order of the ledger. Call `balances` before. */
  transactionsBetween(accountId: string, currency: string, begin: Date, end: Date): Promise<LedgerEntry[]> {
    return this.ledger
      .find({
        accountId,
        currency,
        _id: { $gte: idAt('le', begin), $lt: idAt('le', end) },
        type: { $in: [...TRANSACTION_TYPES] as EntryType[] },
      })
      .sort({ _id: 1 })
      .lean<LedgerEntry[]>()
      .exec();
  }

  /** The T-accounts of a payment. Throws PaymentNotFoundError. */
  async tAccountsOf(reader: Reader, id: string): Promise<TAccountsOfPayment> {
    const { _id, currency } = await this.payments.get(reader.accountId, id);
    await this.balances(reader);
    const entries = await this.ledger
      .find({ accountId: reader.accountId, sources: publicId(_id) })
      .sort({ sequence: 1 })
      .lean<LedgerEntry[]>();
    const released = await Promise.all(entries.map((entry) => this.releaseOf(entry)));
    const inOrder = [...entries, ...released.flat()].sort((a, b) => a.sequence - b.sequence);
    return { paymentId: publicId(_id), currency, accounts: tAccounts(inOrder) };
  }

  /** The payment's own part of the entry that made the funds of its day available. */
  private async releaseOf(entry: LedgerEntry): Promise<LedgerEntry[]> {
    const { accountId, currency, availableAt, sequence } = entry;
    if (availableAt === undefined || availableAt === sequence) return [];
    const release = await this.ledger
      .findOne({ accountId, currency, availableAt, sequence: availableAt })
      .lean<LedgerEntry>();
    const net = transactionOf(postedOf(entry))?.net ?? 0n;
    return release && net > 0n ? [Object.assign({}, release, { amount: String(net) })] : [];
  }
}

function conditionOf({ type, types, source, about, currency, createdAt }: EntryFilter): QueryFilter<LedgerEntry> {
  return {
    ...(type !== undefined && { type, ...(type !== 'payment' && { rare: true }) }),
    // Most entries are of payments, and have no part in the index of the other types.
    ...(types && !types.includes('payment') && { rare: true }),
    ...(source !== undefined && { sources: source }),
    ...(about !== undefined && { sources: publicId(about), source: about }),
    ...(currency !== undefined && { currency }),
    ...createdAt,
  } as QueryFilter<LedgerEntry>;
}
