import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, QueryFilter, UpdateQuery } from 'mongoose';
import { notLeasedAt } from '../platform/due-work/due-work.js';
import type { WorldSettings } from '../platform/worlds/world.js';
import { accountOf, publicId, worldOf } from '../platform/worlds/world-ids.js';
import { Account } from './account.schema.js';
import type { Sandbox } from './sandbox.schema.js';

/** An account that is a sandbox. */
export type SandboxAccount = Account & { readonly sandbox: Sandbox };

/** Where a sandbox stands in the list of all. */
export interface SandboxPlace {
  readonly account: string;
  readonly createdAt: Date;
}

/** What its owner changes of a sandbox. */
export interface SandboxChange {
  readonly name?: string | null;
  readonly settings: Partial<WorldSettings>;
}

/** The exclusive right to move a clock, until `leaseUntil` in real time. */
export interface ClockLease {
  readonly leasedBy: string;
  readonly leaseUntil: Date;
}

/**
 * How long data of a former world may still be written by requests that began before it was left, in ms: a fault may
 * hold a request for 60 s, and an advance may run as long again.
 */
export const LATE_WRITES_MS = 130_000;

/** The accounts that are sandboxes, in the database. */
@Injectable()
export class SandboxAccounts {
  constructor(@InjectModel(Account.name) private readonly accounts: Model<Account>) {}

  async insert(account: SandboxAccount): Promise<void> {
    await this.accounts.create(account);
  }

  /** How many sandboxes an address has. */
  countOf(address: string): Promise<number> {
    return this.accounts.countDocuments({ 'sandbox.address': address, 'sandbox.deletedAt': null });
  }

  /** Whatever became of it; null if there is none. */
  findAccount(account: string): Promise<SandboxAccount | null> {
    return this.accounts.findById(account).lean<SandboxAccount>().exec();
  }

  /** Null if the account is no sandbox, or is in another world by now. */
  find(owner: string): Promise<SandboxAccount | null> {
    return this.accounts
      .findOne({ _id: accountOf(owner), 'sandbox.owner': owner })
      .lean<SandboxAccount>()
      .exec();
  }

  /** The newest sandboxes first, `limit` of them, after the one with this place. */
  newest(after: SandboxPlace | null, limit: number): Promise<SandboxAccount[]> {
    const older: QueryFilter<Account> = after
      ? {
          'sandbox.createdAt': { $lte: after.createdAt },
          $or: [{ 'sandbox.createdAt': { $lt: after.createdAt } }, { _id: { $lt: after.account } }],
        }
      : { 'sandbox.createdAt': { $exists: true } };
    return this.accounts
      .find({ ...older, 'sandbox.deletedAt': null })
      .sort({ 'sandbox.createdAt': -1, _id: -1 })
      .limit(limit)
      .lean<SandboxAccount[]>()
      .exec();
  }

  /** Those of these accounts that are sandboxes which an address created, the newest first. */
  async createdFrom(address: string, accounts: readonly string[]): Promise<string[]> {
    const found = await this.accounts
      .find({ _id: { $in: [...accounts] }, 'sandbox.address': address, 'sandbox.deletedAt': null }, { sandbox: 1 })
      .lean<SandboxAccount[]>();
    return found.sort((a, b) => b.sandbox.createdAt.getTime() - a.sandbox.createdAt.getTime()).map(({ _id }) => _id);
  }

  /**
   * The place in that list of the newest sandbox with an id; null if there is none. Sandboxes of one seed have the same
   * id: with the mark of its account (idInWorld), it is that of one.
   */
  async placeOf(sandboxId: string): Promise<SandboxPlace | null> {
    const found = await this.accounts
      .find({ 'sandbox.id': publicId(sandboxId), 'sandbox.createdAt': { $exists: true } }, { 'sandbox.createdAt': 1 })
      .sort({ 'sandbox.createdAt': -1, _id: -1 })
      .lean<SandboxAccount[]>();
    const wanted = worldOf(sandboxId);
    const account = found.find(({ _id }) => wanted === '' || worldOf(_id) === wanted);
    return account ? { account: account._id, createdAt: account.sandbox.createdAt } : null;
  }

  /** Changes the name, if it is given, and these settings; null if the world is gone. */
  change(owner: string, { name, settings }: SandboxChange): Promise<SandboxAccount | null> {
    const fields = Object.entries(settings).map(([setting, value]) => [`sandbox.settings.${setting}`, value] as const);
    return this.update(owner, {
      $set: { ...Object.fromEntries(fields), ...(name !== undefined && { 'sandbox.name': name }) },
    });
  }

  /**
   * Takes another world, if nobody moves the clock. The data of the world before is removed by due work. Null if the
   * clock is being moved, or the world is gone.
   */
  enter(
    owner: string,
    next: string,
    state: { readonly writes: number; readonly now: Date | null; readonly startedAt: Date | null },
  ): Promise<SandboxAccount | null> {
    const now = new Date();
    const left = { accountId: owner, removeFrom: now, removeAt: new Date(now.getTime() + LATE_WRITES_MS) };
    return this.accounts
      .findOneAndUpdate(
        {
          _id: accountOf(owner),
          'sandbox.owner': owner,
          'sandbox.deletedAt': null,
          'sandbox.clock.leaseUntil': { $not: { $gt: now } },
        },
        {
          $set: {
            'sandbox.owner': next,
            'sandbox.writes': state.writes,
            'sandbox.clock': { now: state.now, startedAt: state.startedAt },
            'sandbox.dueAt': now,
          },
          $push: { 'sandbox.formerWorlds': left },
          // Faults belong to the world.
          $unset: { hasFaults: 1 },
        },
        { returnDocument: 'after' },
      )
      .lean<SandboxAccount>()
      .exec();
  }

  /**
   * Notes that a world is being filled: if that does not end, its data is removed at `removeAt`. False if the world
   * before is gone, and nothing was noted.
   */
  async noteUnfinished(owner: string, unfinished: string, removeAt: Date): Promise<boolean> {
    const noted = await this.update(owner, {
      $push: { 'sandbox.formerWorlds': { accountId: unfinished, removeFrom: removeAt, removeAt } },
      $min: { 'sandbox.dueAt': removeAt },
    });
    return noted !== null;
  }

  /** The world was filled and entered: its data stays. */
  async noteFinished(owner: string): Promise<void> {
    await this.update(owner, { $pull: { 'sandbox.formerWorlds': { accountId: owner } } });
  }

  /**
   * Ends a sandbox: its keys are worth nothing from now on, and due work removes the rest.
   *
   * @param expiredAt ends it only if its life is over at this time; a request may have renewed it meanwhile
   */
  async end(account: string, { expiredAt }: { readonly expiredAt?: Date } = {}): Promise<void> {
    const now = new Date();
    await this.accounts.updateOne(
      {
        _id: account,
        'sandbox.deletedAt': null,
        ...(expiredAt !== undefined && { 'sandbox.expiresAt': { $lte: expiredAt } }),
      },
      {
        $set: { apiKeys: [], 'sandbox.deletedAt': now, 'sandbox.dueAt': now },
        // It counts no more among those of its address, and creating the next one need not look at it.
        $unset: { 'sandbox.address': 1 },
      },
    );
  }

  /**
   * Begins a sandbox anew that was deleted or has expired, in another world. False if it is not, or somebody else was
   * faster.
   */
  async beginAnew(former: Sandbox, { _id, sandbox, ...fields }: SandboxAccount): Promise<boolean> {
    const now = new Date();
    const left = { accountId: former.owner, removeFrom: now, removeAt: new Date(now.getTime() + LATE_WRITES_MS) };
    const { formerWorlds, ...next } = sandbox;
    const { matchedCount } = await this.accounts.updateOne(
      {
        _id,
        'sandbox.owner': former.owner,
        $or: [{ 'sandbox.deletedAt': { $exists: true } }, { 'sandbox.expiresAt': { $lte: now } }],
      },
      {
        $set: {
          ...fields,
          ...Object.fromEntries(Object.entries(next).map(([name, value]) => [`sandbox.${name}`, value])),
          'sandbox.dueAt': now,
        },
        $push: { 'sandbox.formerWorlds': { $each: [...formerWorlds, left] } },
        $unset: { 'sandbox.deletedAt': 1, 'sandbox.leaseUntil': 1, hasFaults: 1 },
      },
    );
    return matchedCount === 1;
  }

  async remove(account: string): Promise<void> {
    await this.accounts.deleteOne({ _id: account, 'sandbox.deletedAt': { $exists: true } });
  }

  /** Takes the lease on a clock. Null if somebody else has it, or the world is gone. */
  leaseClock(owner: string, { leasedBy, leaseUntil }: ClockLease): Promise<SandboxAccount | null> {
    return this.accounts
      .findOneAndUpdate(
        { _id: accountOf(owner), 'sandbox.owner': owner, 'sandbox.clock.leaseUntil': { $not: { $gt: new Date() } } },
        { $set: { 'sandbox.clock.leasedBy': leasedBy, 'sandbox.clock.leaseUntil': leaseUntil } },
        { returnDocument: 'after' },
      )
      .lean<SandboxAccount>()
      .exec();
  }

  /** Turns the real time of a sandbox into a virtual one. False if it is virtual already, or the world is gone. */
  async makeVirtual(owner: string, now: Date): Promise<boolean> {
    const { matchedCount } = await this.accounts.updateOne(
      { _id: accountOf(owner), 'sandbox.owner': owner, 'sandbox.clock.now': null, 'sandbox.deletedAt': null },
      { $set: { 'sandbox.clock.now': now } },
    );
    return matchedCount === 1;
  }

  /** Returns a sandbox to the real time. False while somebody moves the clock, or if the world is gone. */
  async makeReal(owner: string): Promise<boolean> {
    const { matchedCount } = await this.accounts.updateOne(
      {
        _id: accountOf(owner),
        'sandbox.owner': owner,
        'sandbox.clock.leaseUntil': { $not: { $gt: new Date() } },
      },
      { $set: { 'sandbox.clock.now': null } },
    );
    return matchedCount === 1;
  }

  /** Moves a clock, and renews the lease on it. False if the lease was lost. */
  async moveClock(owner: string, now: Date, { leasedBy, leaseUntil }: ClockLease): Promise<boolean> {
    return this.withLease(owner, leasedBy, {
      $set: { 'sandbox.clock.now': now, 'sandbox.clock.leaseUntil': leaseUntil },
    });
  }

  async renewClock(owner: string, { leasedBy, leaseUntil }: ClockLease): Promise<boolean> {
    return this.withLease(owner, leasedBy, { $set: { 'sandbox.clock.leaseUntil': leaseUntil } });
  }

  async releaseClock(owner: string, leasedBy: string): Promise<void> {
    await this.withLease(owner, leasedBy, { $unset: { 'sandbox.clock.leaseUntil': 1, 'sandbox.clock.leasedBy': 1 } });
  }

  /** Sandboxes with a virtual clock. */
  withVirtualClock(): Promise<SandboxAccount[]> {
    return this.accounts
      .find({ 'sandbox.createdAt': { $exists: true }, 'sandbox.clock.now': { $ne: null }, 'sandbox.deletedAt': null })
      .lean<SandboxAccount[]>()
      .exec();
  }

  /** Sandboxes that due work looks after now. */
  findDue(until: Date, now: Date, limit: number): Promise<SandboxAccount[]> {
    const { leaseUntil } = notLeasedAt(now);
    return this.accounts
      .find({ 'sandbox.dueAt': { $lte: until }, 'sandbox.leaseUntil': leaseUntil })
      .sort({ 'sandbox.dueAt': 1 })
      .limit(limit)
      .lean<SandboxAccount[]>()
      .exec();
  }

  async postpone(account: string, leaseUntil: Date): Promise<void> {
    await this.accounts.updateOne({ _id: account }, { $set: { 'sandbox.leaseUntil': leaseUntil } });
  }

  /** The data of a former world was removed, and is removed again at `removeFrom`. */
  async removeAgain(account: string, world: string, removeFrom: Date): Promise<void> {
    await this.accounts.updateOne(
      { _id: account, 'sandbox.formerWorlds.accountId': world },
      { $set: { 'sandbox.formerWorlds.$.removeFrom': removeFrom } },
    );
  }

  /** Forgets these former worlds, whose data is removed. The sandbox is due again at `dueAt`. */
  async forget(account: string, before: Date, worlds: readonly string[], dueAt: Date): Promise<void> {
    if (worlds.length > 0)
      await this.accounts.updateOne(
        { _id: account },
        { $pull: { 'sandbox.formerWorlds': { accountId: { $in: [...worlds] } } } },
      );
    // Not if something became due meanwhile.
    await this.accounts.updateOne({ _id: account, 'sandbox.dueAt': before }, { $set: { 'sandbox.dueAt': dueAt } });
  }

  countDue(now: Date): Promise<number> {
    return this.accounts.countDocuments({ 'sandbox.dueAt': { $lte: now } });
  }

  private update(owner: string, update: UpdateQuery<Account>): Promise<SandboxAccount | null> {
    return this.accounts
      .findOneAndUpdate({ _id: accountOf(owner), 'sandbox.owner': owner }, update, { returnDocument: 'after' })
      .lean<SandboxAccount>()
      .exec();
  }

  private async withLease(owner: string, leasedBy: string, update: UpdateQuery<Account>): Promise<boolean> {
    const { matchedCount } = await this.accounts.updateOne(
      { _id: accountOf(owner), 'sandbox.owner': owner, 'sandbox.clock.leasedBy': leasedBy },
      update,
    );
    return matchedCount === 1;
  }
}
