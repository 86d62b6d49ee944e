import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AccountsService } from '../accounts/accounts.service.js';
import { newApiKey, newWebhookSecret } from '../accounts/credentials.js';
import { type SandboxAccount, SandboxAccounts, type SandboxChange } from '../accounts/sandbox-accounts.service.js';
import { WorldsService } from '../accounts/worlds.service.js';
import { ConsoleLinks } from '../auth/console-links.service.js';
import { TokensService } from '../auth/tokens.service.js';
import type { Principal } from '../platform/access/principal.js';
import type { WorldSettings } from '../platform/worlds/world.js';
import { idInWorld, worldOf } from '../platform/worlds/world-ids.js';
import { newOwner, randomName } from './new-owner.js';
import { ClockService } from './clock.service.js';
import { idFrom, newSandboxAccount } from './new-sandbox.js';
import {
  ClockBusyError,
  MAX_SANDBOXES_PER_ADDRESS,
  NotASandboxError,
  TooManySandboxesError,
} from './sandbox-errors.js';
import type { SnapshotState } from './snapshot-export.js';
import { type FilledSandbox, type NewSecret, type SnapshotSource, SnapshotsService } from './snapshots.service.js';

/** What a new sandbox is to be. */
export interface NewSandbox {
  readonly name: string | null;
  /** Null for a new one. */
  readonly seed: string | null;
  /** Where its virtual clock begins; null for the real time. */
  readonly start: Date | null;
  readonly settings: Partial<WorldSettings>;
  readonly lifeSeconds: number;
  /** The id of a snapshot, or an export as it was sent; null for an empty sandbox. */
  readonly snapshot: unknown;
}

/** Who creates a sandbox, and where the gateway was reached. */
export interface Origin {
  readonly address: string;
  readonly base: string;
}

/** A sandbox with its settings, those of the environment included. */
export interface ShownSandbox {
  readonly account: SandboxAccount;
  readonly settings: WorldSettings;
  /** For its owner a link that signs a browser in, once. */
  readonly consoleUrl: string;
}

/** A new sandbox, with what is shown only once. */
export interface CreatedSandbox extends ShownSandbox {
  readonly apiKey: string;
  readonly accessToken: string;
  readonly webhookSecret: string;
  readonly newSecrets: readonly NewSecret[];
}

export interface SandboxPageRequest {
  readonly limit: number;
  /** The id of a sandbox, or the cursor of a page. */
  readonly startingAfter?: string;
}

export interface SandboxPage {
  readonly data: readonly ShownSandbox[];
  readonly hasMore: boolean;
  /** Names the last sandbox of the page even if others have its id; null without another page. */
  readonly nextCursor: string | null;
}

/** Creates sandboxes, and does with them what their tests ask for. */
@Injectable()
export class SandboxesService {
  constructor(
    private readonly sandboxes: SandboxAccounts,
    private readonly accounts: AccountsService,
    private readonly worlds: WorldsService,
    private readonly tokens: TokensService,
    private readonly links: ConsoleLinks,
    private readonly snapshots: SnapshotsService,
    private readonly clocks: ClockService,
  ) {}

  /**
   * Throws TooManySandboxesError, and SnapshotNotFoundError or ValidationFailedError if the snapshot is not there or
   * damaged.
   */
  async create(asked: NewSandbox, { address, base }: Origin): Promise<CreatedSandbox> {
    if ((await this.sandboxes.countOf(address)) >= MAX_SANDBOXES_PER_ADDRESS) throw new TooManySandboxesError();
    const source = asked.snapshot === null ? null : await this.snapshots.open(asked.snapshot, address);
    const apiKey = newApiKey();
    const webhookSecret = newWebhookSecret();
    const account = this.newAccount(source ? likeSnapshot(asked, source.state) : asked, address, {
      apiKey,
      webhookSecret,
    });
    const [{ token: accessToken }] = await Promise.all([
      this.tokens.issue(account._id, { expiresIn: asked.lifeSeconds }),
      this.sandboxes.insert(account),
    ]);
    const filled = source ? await this.fill(account, source) : { account, newSecrets: [] };
    return {
      ...this.shown(filled.account, base),
      apiKey,
      accessToken,
      webhookSecret,
      newSecrets: filled.newSecrets,
    };
  }

  /** Throws NotASandboxError. */
  async current(caller: Principal, base: string): Promise<ShownSandbox> {
    return this.shown(await this.accountOf(caller), base);
  }

  /** Changes the name and the settings that are given. Throws NotASandboxError. */
  async change(caller: Principal, change: SandboxChange, base: string): Promise<ShownSandbox> {
    const account = caller.world.id === '' ? null : await this.sandboxes.change(caller.accountId, change);
    if (!account) throw new NotASandboxError();
    return this.shown(account, base);
  }

  /** Empties a sandbox, which begins anew. Throws NotASandboxError, ClockBusyError. */
  async reset(caller: Principal, base: string): Promise<ShownSandbox> {
    const { _id, sandbox } = await this.accountOf(caller);
    const { startedAt } = sandbox.clock;
    const account = await this.sandboxes.enter(sandbox.owner, newOwner(_id), { writes: 0, now: startedAt, startedAt });
    if (!account) throw new ClockBusyError();
    return this.shown(account, base);
  }

  /** Deletes a sandbox with all that it owns. Returns its id. Throws NotASandboxError. */
  async delete(caller: Principal): Promise<string> {
    const { _id, sandbox } = await this.accountOf(caller);
    await this.sandboxes.end(_id);
    return sandbox.id;
  }

  /** For administrators, newest first. */
  async list({ limit, startingAfter }: SandboxPageRequest, base: string): Promise<SandboxPage> {
    const after = startingAfter === undefined ? null : await this.sandboxes.placeOf(startingAfter);
    const found = await this.sandboxes.newest(after, limit + 1);
    const page = found.slice(0, limit);
    const last = found.length > limit ? page.at(-1) : undefined;
    return {
      data: page.map((account) => this.listed(account, base)),
      hasMore: last !== undefined,
      nextCursor: last ? idInWorld(worldOf(last._id), last.sandbox.id) : null,
    };
  }

  /** Throws NotASandboxError. */
  async accountOf({ accountId, world }: Principal): Promise<SandboxAccount> {
    const account = world.id === '' ? null : await this.sandboxes.find(accountId);
    if (!account) throw new NotASandboxError();
    return account;
  }

  /** As its owner sees it. */
  shown(account: SandboxAccount, base: string): ShownSandbox {
    return { ...this.listed(account, base), consoleUrl: this.links.sandboxUrl(account, base) };
  }

  private listed(account: SandboxAccount, base: string): ShownSandbox {
    const settings = { ...this.worlds.ordinary.settings, ...account.sandbox.settings };
    return { account, settings, consoleUrl: this.links.sandboxPage(base) };
  }

  /** A sandbox that cannot be filled is not there. */
  private async fill(account: SandboxAccount, source: SnapshotSource): Promise<FilledSandbox> {
    try {
      const filled = await this.snapshots.fill(account, source);
      void this.clocks.wake(filled.account.sandbox);
      return filled;
    } catch (error) {
      await this.sandboxes.end(account._id);
      throw error;
    }
  }

  private newAccount(
    asked: NewSandbox,
    address: string,
    secrets: { readonly apiKey: string; readonly webhookSecret: string },
  ): SandboxAccount {
    const { name, start, settings, lifeSeconds } = asked;
    const now = new Date();
    const seed = asked.seed ?? randomBytes(8).toString('hex');
    return newSandboxAccount(
      {
        place: randomName(8),
        accountName: name ?? 'Sandbox',
        name,
        seed,
        start,
        settings,
        expiresAt: new Date(now.getTime() + lifeSeconds * 1000),
        address,
      },
      this.accounts.newCredentials(start ?? now, secrets, {
        keyId: idFrom(seed, 'key'),
        secretId: idFrom(seed, 'sec'),
      }),
      now,
    );
  }
}

/** The sandbox that is asked for, with the seed, the clock and the settings of the snapshot, unless others are. */
function likeSnapshot(asked: NewSandbox, { seed, clockStartedAt, settings }: SnapshotState): NewSandbox {
  return {
    ...asked,
    seed: asked.seed ?? seed,
    start: asked.start ?? clockStartedAt,
    settings: { ...settings, ...asked.settings },
  };
}
