import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { WorldsService } from '../accounts/worlds.service.js';
import { EventsService, newEvent, type PublishedEvent } from '../events/events.service.js';
import { timeDigits } from '../platform/common/ids.js';
import { AccountData, type AccountDocument } from '../platform/database/account-data.service.js';
import { collectionOf, insertNew } from '../platform/database/driver-writes.js';
import { isDuplicateKey } from '../platform/database/duplicate-key.js';
import { idIn, publicId, worldOf } from '../platform/worlds/world-ids.js';
import { Balance, type Release } from './balance.schema.js';
import { type BalanceState, fold, foldRelease, NO_BALANCE, withDue } from './balance-state.js';
import { balanceView, ledgerAccountViews } from './balance-view.js';
import { ledgerEntry, postedEntry } from './entry-document.js';
import { LedgerEntry } from './ledger-entry.schema.js';
import { ledgerEntryView, transactionView } from './ledger-views.js';
import { entryIdOf, type NewEntry } from './new-entry.js';

/** Balances that this process has written last, so that it need not read them; the oldest is forgotten first. */
const MAX_KNOWN = 2_000;

/** The entries of one write are in the document of the balance. */
const MAX_AT_ONCE = 500;

/** What a posting needs to be made. Throws if it must not be. */
type Condition = (balance: Balance) => void;

/**
 * Posts entries. One write, on condition that nobody else has changed the balance, folds entries into the sums and
 * stores them in the balance's outbox; then they are copied to the collection of all entries. The next write is made
 * only when that was done. So an entry that is in neither was not folded, and each is folded once, whatever is killed.
 */
@Injectable()
export class LedgerPostings {
  private readonly known = new Map<string, Balance>();

  constructor(
    @InjectModel(LedgerEntry.name) private readonly entries: Model<LedgerEntry>,
    @InjectModel(Balance.name) private readonly balances: Model<Balance>,
    private readonly worlds: WorldsService,
    private readonly events: EventsService,
    accountData: AccountData,
  ) {
    accountData.register({
      model: entries,
      belongsTo: 'world',
      outlivesUser: true,
      copied: {
        ids: ['_id', 'source', 'eventId'],
        check: (entry) => {
          const shown = entry as AccountDocument & LedgerEntry;
          ledgerEntryView(shown);
          transactionView(shown, null);
        },
      },
    });
    accountData.register({
      model: balances,
      belongsTo: 'world',
      outlivesUser: true,
      copied: {
        ids: [
          '_id',
          'outbox._id',
          'outbox.source',
          'outbox.eventId',
          'pendingDays.firstId',
          'pendingDays.lastId',
          'release.firstId',
          'release.lastId',
        ],
        left: ['leaseUntil', 'clockId'],
        byClock: true,
        check: (balance) => {
          const { currency, sums, pendingDays } = balance as AccountDocument & Balance;
          ledgerAccountViews([{ currency, sums }]);
          for (const { amount } of pendingDays) BigInt(amount);
        },
      },
    });
  }

  /** Posts those entries of an account that are not posted yet. Safe to repeat. */
  async post(accountId: string, entries: readonly NewEntry[]): Promise<void> {
    for (const currency of new Set(entries.map((entry) => entry.currency))) {
      const ofCurrency = entries.filter((entry) => entry.currency === currency);
      for (let from = 0; from < ofCurrency.length; from += MAX_AT_ONCE)
        await this.postTo(accountId, currency, ofCurrency.slice(from, from + MAX_AT_ONCE));
    }
  }

  /** Posts an entry if `condition` does not throw. An entry that is posted already is no concern of it. */
  async postIf(accountId: string, entry: NewEntry, condition: Condition): Promise<void> {
    await this.postTo(accountId, entry.currency, [entry], condition);
  }

  /** The source too: in a sandbox, what comes after a refused request has its ids. */
  async isPosted({ id, source }: NewEntry): Promise<boolean> {
    return (await this.entries.exists({ _id: id, source })) !== null;
  }

  /** An account's balances, by currency; each entry that they contain is in the collection. */
  async balancesOf(accountId: string): Promise<Balance[]> {
    const balances = await this.balances.find({ accountId }).sort({ currency: 1 }).lean<Balance[]>();
    await Promise.all(balances.map((balance) => this.finishOnce(balance)));
    return balances;
  }

  /**
   * Makes the funds of the earliest pending day available, if that day has come and nobody changes the balance
   * meanwhile; finishes what an interrupted process began.
   *
   * @returns the balance as it is then; null if somebody else changed it
   */
  async release(balance: Balance, now: Date): Promise<Balance | null> {
    await this.finishOnce(balance);
    const [first] = balance.pendingDays;
    if (!first || first.day > now) return this.setDue(balance);
    const at = balance.clockId === undefined ? now : (balance.dueAt ?? now);
    const sequence = balance.sequence + 1;
    const eventId = releaseEventId(balance, sequence, at);
    const entry: NewEntry = {
      id: entryIdOf(eventId),
      type: 'funds_available',
      amount: BigInt(first.amount),
      fee: 0n,
      atOnce: true,
      createdAt: at,
      currency: balance.currency,
      source: null,
      sources: [],
      eventId,
      availableOn: first.day,
    };
    // Nothing if all that was captured went into fees.
    const entries = entry.amount === 0n ? [] : [entry];
    const { day, firstId, lastId } = first;
    const release = { day, firstId, lastId, sequence };
    const changed = await this.replace(balance, { ...foldRelease(balance, entries), dueAt: at }, { entries, release });
    return changed && this.setDue(changed);
  }

  /** Due when the earliest pending day comes. Until a release is finished, its balance stays due. */
  private async setDue(balance: Balance): Promise<Balance | null> {
    const next = withDue(balance, balance.dueAt);
    const { matchedCount } = await collectionOf(this.balances).updateOne(
      { _id: balance._id, version: balance.version },
      next.dueAt ? { $set: { dueAt: next.dueAt } } : { $unset: { dueAt: 1 } },
    );
    this.known.delete(balance._id);
    return matchedCount === 1 ? next : null;
  }

  private async postTo(
    accountId: string,
    currency: string,
    entries: readonly NewEntry[],
    condition?: Condition,
  ): Promise<void> {
    const id = balanceId(accountId, currency);
    for (;;) {
      // A condition is decided by what is stored now.
      const known = condition ? undefined : this.known.get(id);
      const balance = known ?? (await this.read(id)) ?? (await this.newBalance(accountId, currency));
      // What belongs to a world that is gone is removed with it.
      if (balance === null) return;
      const missing = await this.notPosted(entries);
      if (missing.length === 0) return;
      condition?.(balance);
      if (await this.replace(balance, fold(balance, missing), { entries: missing, release: null })) return;
    }
  }

  /** The stored balance, when the entries of its outbox are in the collection. */
  private async read(id: string): Promise<Balance | null> {
    const balance = await collectionOf(this.balances).findOne({ _id: id });
    if (balance) await this.finishOnce(balance);
    return balance;
  }

  private async newBalance(accountId: string, currency: string): Promise<Balance | null> {
    const world = await this.worlds.of(accountId);
    if (!world) return null;
    return {
      _id: balanceId(accountId, currency),
      accountId,
      currency,
      ...NO_BALANCE,
      pendingDays: [],
      outbox: [],
      release: null,
      version: 0,
      ...(world.clockId !== null && { clockId: world.clockId }),
    };
  }

  private async notPosted(entries: readonly NewEntry[]): Promise<NewEntry[]> {
    const posted = await collectionOf(this.entries)
      .find({ _id: { $in: entries.map(({ id }) => id) } }, { projection: { _id: 1 } })
      .toArray();
    const ids = new Set(posted.map(({ _id }) => _id));
    // One change can be asked for twice at once.
    return [...new Map(entries.map((entry) => [entry.id, entry])).values()].filter(({ id }) => !ids.has(id));
  }

  /** Writes the balance if nobody else has, then copies its entries. Returns null if somebody has. */
  private async replace(
    before: Balance,
    state: BalanceState,
    { entries, release }: { readonly entries: readonly NewEntry[]; readonly release: Release | null },
  ): Promise<Balance | null> {
    const outbox = entries.map((entry, index) => postedEntry(entry, before.sequence + index + 1));
    const { _id, accountId, currency, clockId } = before;
    const { sums, pendingDays, sequence, lastPayout, dueAt } = state;
    const next: Balance = {
      _id,
      accountId,
      currency,
      sums,
      pendingDays: [...pendingDays],
      sequence,
      ...(lastPayout !== undefined && { lastPayout }),
      outbox,
      release,
      version: before.version + 1,
      ...(dueAt && { dueAt }),
      ...(clockId !== undefined && { clockId }),
    };
    this.known.delete(next._id);
    if (!(await this.write(before, next))) return null;
    await this.finishOnce(next);
    return next;
  }

  private async write({ _id, version }: Balance, next: Balance): Promise<boolean> {
    if (version > 0) return (await collectionOf(this.balances).replaceOne({ _id, version }, next)).matchedCount === 1;
    try {
      await collectionOf(this.balances).insertOne(next);
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  /** Finishes what follows from a write of the balance, unless this process has done so, and remembers the balance. */
  private async finishOnce(balance: Balance): Promise<void> {
    if (this.known.get(balance._id)?.version === balance.version) return;
    await this.finish(balance);
    if (this.known.size >= MAX_KNOWN) this.known.delete(this.known.keys().next().value ?? '');
    // Without the entries, which are stored now: many balances are kept.
    this.known.set(balance._id, Object.assign({}, balance, { outbox: [], release: null }));
  }

  /** What follows from a write of the balance. Safe to repeat. */
  private async finish(balance: Balance): Promise<void> {
    const { accountId, currency, outbox, release } = balance;
    await insertNew(
      this.entries,
      outbox.map((entry) => ledgerEntry({ accountId, currency }, entry)),
    );
    if (!release) return;
    await this.markAvailable(accountId, currency, release);
    await this.events.publish(outbox.map(({ eventId }) => availableEvent(balance, eventId)));
  }

  private async markAvailable(
    accountId: string,
    currency: string,
    { day, firstId, lastId, sequence }: Release,
  ): Promise<void> {
    await collectionOf(this.entries).updateMany(
      {
        accountId,
        currency,
        _id: { $gte: firstId, $lte: lastId },
        availableOn: day,
        availableAt: { $exists: false },
        sequence: { $lt: sequence },
      },
      { $set: { availableAt: sequence } },
    );
  }
}

/** Ordinary accounts share one world, so the account is part of the id. */
function balanceId(accountId: string, currency: string): string {
  const owner = worldOf(accountId) === '' ? accountId : '';
  return idIn(accountId, `bal_${hexOf(`${owner} ${currency}`, 24)}`);
}

/** The event of funds that become available: the number of the entry decides it. */
function releaseEventId({ _id, accountId }: Balance, sequence: number, at: Date): string {
  return idIn(accountId, `evt_${timeDigits(at)}${hexOf(`${publicId(_id)} ${sequence}`, 12)}`);
}

function hexOf(text: string, digits: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, digits);
}

function availableEvent(balance: Balance, eventId: string): PublishedEvent {
  return {
    event: newEvent({
      _id: eventId,
      accountId: balance.accountId,
      type: 'balance.available',
      data: balanceView([balance]),
      objectIds: [],
      requestId: null,
    }),
    direct: null,
  };
}
