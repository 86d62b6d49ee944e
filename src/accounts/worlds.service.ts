import { Injectable, Logger } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import type { Principal } from '../platform/access/principal.js';
import { Config } from '../platform/config/config.js';
import { batched } from '../platform/database/batched.js';
import { collectionOf } from '../platform/database/driver-writes.js';
import { type CountedWrite, ordinaryWorld, type World } from '../platform/worlds/world.js';
import { accountOf, seededTail, worldOf } from '../platform/worlds/world-ids.js';
import { SandboxChangedError } from './account-errors.js';
import { Account } from './account.schema.js';
import type { FoundKey } from './api-keys.service.js';
import { renewedExpiry } from './sandbox-life.js';
import type { Sandbox } from './sandbox.schema.js';

/** The part of an account that says in which world it is. */
export type Inhabitant = Pick<Account, '_id' | 'role'> &
  Partial<Pick<Account, 'sandbox' | 'hasFaults' | 'usesDialect'>>;

/** An account, and the credentials that it was found by. */
export interface Authenticated {
  readonly account: Inhabitant;
  /** Null if it was an API key. */
  readonly token: { readonly id: string; readonly consoleSession: string | null } | null;
  /** Whether it was a publishable key. */
  readonly publishable?: boolean;
}

/** How many worlds this process remembers, to number their requests; the oldest is forgotten first. */
const REMEMBERED_WORLDS = 10_000;

/** Knows the world of each account: its time, settings and ids. */
@Injectable()
export class WorldsService {
  private readonly logger = new Logger(WorldsService.name);
  /** The world of all accounts that are no sandbox. */
  readonly ordinary: World;
  /** How many requests of a world had no id of their own since its latest write. */
  private readonly requests = new Map<string, { writes: number; count: number }>();
  private readonly numberWrite = batched((owners: readonly string[]) => this.numberWrites(owners));
  private readonly findOwner = batched((owners: readonly string[]) => this.findOwners(owners));

  constructor(
    config: Config,
    @InjectModel(Account.name) private readonly accounts: Model<Account>,
  ) {
    this.ordinary = ordinaryWorld(config);
  }

  /** The world of what is stored with this `accountId`; null if that world, or the account, is gone. */
  of(accountId: string): World | Promise<World | null> {
    return worldOf(accountId) === '' ? this.ordinary : this.findOwner(accountId);
  }

  /**
   * The caller of a request; null if the credentials are not valid, or the account was deleted.
   *
   * @param authenticate finds the account that has the credentials; null if none has
   */
  async principalOf(authenticate: () => Promise<Authenticated | null>): Promise<Principal | null> {
    const authenticated = await authenticate();
    if (!authenticated) return null;
    const { account, token, publishable = false } = authenticated;
    const accountId = ownerOf(account);
    if (accountId === null) return null;
    const { role, sandbox, hasFaults = false, usesDialect: dialect = false } = account;
    if (sandbox) this.renewLife(account._id, sandbox);
    const world = sandbox ? this.worldOf(sandbox) : this.ordinary;
    const isStillValid = async (): Promise<boolean> => {
      const found = await authenticate();
      return found !== null && ownerOf(found.account) === accountId;
    };
    const tokenId = token?.id ?? null;
    const consoleSession = token?.consoleSession ?? null;
    return { accountId, role, tokenId, consoleSession, world, hasFaults, dialect, publishable, isStillValid };
  }

  /** The same for an API key. */
  principalOfKey(find: () => Promise<FoundKey | null>): Promise<Principal | null> {
    return this.principalOf(async () => {
      const found = await find();
      return found && { ...found, token: null };
    });
  }

  /** Whether an account is there to be used: no sandbox that was deleted or has expired. */
  isOpen(account: Inhabitant): boolean {
    return ownerOf(account) !== null;
  }

  /** Which of these accounts use the dialect. For what happens rarely: it is a look-up. */
  async usingDialect(accountIds: readonly string[]): Promise<ReadonlySet<string>> {
    const found = await collectionOf(this.accounts)
      .find({ _id: { $in: [...new Set(accountIds.map(accountOf))] }, usesDialect: true }, { projection: { _id: 1 } })
      .toArray();
    const ids = new Set(found.map(({ _id }) => _id));
    return new Set(accountIds.filter((accountId) => ids.has(accountOf(accountId))));
  }

  /** In the background: the request neither waits for this write nor fails with it. Due work sees the new end. */
  private renewLife(_id: string, sandbox: Sandbox): void {
    const expiresAt = renewedExpiry(sandbox, new Date());
    if (expiresAt === null) return;
    this.accounts
      .updateOne({ _id, 'sandbox.owner': sandbox.owner }, { $max: { 'sandbox.expiresAt': expiresAt } })
      .catch((error: unknown) => {
        this.logger.warn(error);
      });
  }

  private worldOf(sandbox: Sandbox): World {
    const { seed, owner, clock } = sandbox;
    const { now } = clock;
    return {
      id: worldOf(owner),
      settings: { ...this.ordinary.settings, ...sandbox.settings },
      seed,
      clockId: now === null ? null : owner,
      now: () => now ?? new Date(),
      requestSeed: () => this.requestSeed(sandbox),
      beginWrite: () => this.beginWrite(owner, seed, now),
    };
  }

  /** Requests that write nothing have the number of the latest write, and are counted by this process. */
  private requestSeed({ owner, seed, writes, clock }: Sandbox): string {
    const known = this.requests.get(owner);
    const count = known?.writes === writes ? known.count + 1 : 1;
    this.requests.delete(owner);
    this.requests.set(owner, { writes, count });
    const [oldest] = this.requests.keys();
    if (this.requests.size > REMEMBERED_WORLDS && oldest !== undefined) this.requests.delete(oldest);
    return seededTail(`${seed} request ${count}`, writes, clock.now ?? new Date(), count);
  }

  /** Throws SandboxChangedError if the account is in another world by now, or gone. */
  private async beginWrite(owner: string, seed: string, now: Date | null): Promise<CountedWrite> {
    const count = await this.numberWrite(owner);
    let isReleased = false;
    return {
      seed: seededTail(seed, count, now ?? new Date()),
      release: async () => {
        if (isReleased) return;
        isReleased = true;
        await this.accounts.updateOne(
          { ...inhabitantOf(owner), 'sandbox.writes': count },
          { $inc: { 'sandbox.writes': -1 } },
        );
      },
    };
  }

  /** Gives the next numbers of their worlds to writes; an error where the world is gone. */
  private async numberWrites(owners: readonly string[]): Promise<(number | Error)[]> {
    const counts = new Map<string, number>();
    for (const owner of owners) counts.set(owner, (counts.get(owner) ?? 0) + 1);
    const given = new Map<string, number>();
    await Promise.all(
      [...counts].map(async ([owner, count]) => {
        const account = await collectionOf(this.accounts).findOneAndUpdate(
          inhabitantOf(owner),
          { $inc: { 'sandbox.writes': count } },
          { returnDocument: 'after', projection: { 'sandbox.writes': 1 } },
        );
        if (account?.sandbox) given.set(owner, account.sandbox.writes - count);
      }),
    );
    return owners.map((owner) => {
      const last = given.get(owner);
      if (last === undefined) return new SandboxChangedError();
      given.set(owner, last + 1);
      return last + 1;
    });
  }

  private async findOwners(owners: readonly string[]): Promise<(World | null)[]> {
    const accounts = await collectionOf(this.accounts)
      .find({ _id: { $in: [...new Set(owners.map(accountOf))] } }, { projection: { sandbox: 1 } })
      .toArray();
    const sandboxes = new Map(accounts.flatMap(({ sandbox }) => (sandbox ? [[sandbox.owner, sandbox] as const] : [])));
    return owners.map((owner) => {
      const sandbox = sandboxes.get(owner);
      return sandbox && !sandbox.deletedAt ? this.worldOf(sandbox) : null;
    });
  }
}

/** The account while it lives in this world. */
function inhabitantOf(owner: string) {
  return { _id: accountOf(owner), 'sandbox.owner': owner };
}

/** The `accountId` of what an account owns now; null if it is a sandbox that was deleted or has expired. */
function ownerOf({ _id, sandbox }: Inhabitant): string | null {
  if (!sandbox) return _id;
  return sandbox.deletedAt || sandbox.expiresAt <= new Date() ? null : sandbox.owner;
}
