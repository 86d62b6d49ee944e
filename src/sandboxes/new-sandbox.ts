import { createHash } from 'node:crypto';
import type { Account } from '../accounts/account.schema.js';
import { NO_PASSWORD } from '../accounts/credentials.js';
import type { SandboxAccount } from '../accounts/sandbox-accounts.service.js';
import type { IdPrefix } from '../platform/common/ids.js';
import type { WorldSettings } from '../platform/worlds/world.js';
import { idInWorld } from '../platform/worlds/world-ids.js';
import { newOwner } from './new-owner.js';

/** What a new sandbox is. */
export interface SandboxPlan {
  /** Tells its account apart from those of other sandboxes with the same seed. */
  readonly place: string;
  /** The name of the account, and that of the sandbox if it was given one. */
  readonly accountName: string;
  readonly name: string | null;
  readonly seed: string;
  /** Where its virtual clock begins; null for the real time. */
  readonly start: Date | null;
  readonly settings: Partial<WorldSettings>;
  readonly expiresAt: Date;
  readonly renewedForMs?: number;
  readonly usesDialect?: true;
  readonly address: string;
}

/** The account of a new sandbox, with these keys and secrets. Its id follows from its seed and its place. */
export function newSandboxAccount(
  { place, accountName, name, seed, start, settings, expiresAt, renewedForMs, usesDialect, address }: SandboxPlan,
  credentials: Pick<Account, 'apiKeys' | 'webhookSecrets'>,
  now: Date,
): SandboxAccount {
  const _id = idInWorld(place, idFrom(seed, 'user'));
  return {
    _id,
    name: accountName,
    email: `${_id}@sandbox.invalid`,
    passwordHash: NO_PASSWORD,
    role: 'user',
    ...credentials,
    createdAt: start ?? now,
    ...(usesDialect && { usesDialect }),
    sandbox: {
      id: idFrom(seed, 'sbx'),
      name,
      seed,
      owner: newOwner(_id),
      clock: { now: start, startedAt: start },
      settings,
      writes: 0,
      address,
      createdAt: now,
      expiresAt,
      ...(renewedForMs !== undefined && { renewedForMs }),
      formerWorlds: [],
      dueAt: expiresAt,
    },
  };
}

/** An id that follows from a seed. */
export function idFrom(seed: string, prefix: IdPrefix): string {
  return `${prefix}_${createHash('sha256').update(`${prefix} ${seed}`).digest('hex').slice(0, 24)}`;
}
