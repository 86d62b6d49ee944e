import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { AccountData } from '../platform/database/account-data.service.js';
import { batched } from '../platform/database/batched.js';
import { batchedInserts, type ConditionalUpdate, updateEach } from '../platform/database/driver-writes.js';
import { isDuplicateKey } from '../platform/database/duplicate-key.js';
import { newSeed } from '../platform/common/ids.js';
import type { Principal } from '../platform/access/principal.js';
import { idIn, publicId, worldOf } from '../platform/worlds/world-ids.js';
import { SecretBox } from '../platform/common/secret-box.js';
import { IdempotencyConflictError, IdempotencyKeyReusedError } from './idempotency-errors.js';
import { IdempotencyRecord } from './idempotency-record.schema.js';

const RETENTION_MS = 24 * 3_600_000;

/** By a virtual clock, 24 hours can take longer; a sandbox lives at most 7 days. */
const LONGEST_RETENTION_MS = 7 * RETENTION_MS;

/**
 * How long a run keeps the lock on its key, in addition to the wait that the client asked for. It can be short: a
 * repetition after a crash runs with the same seed, and finds what the first run created.
 */
const LOCK_MS = 5000;

/** A request with an Idempotency-Key. */
export interface KeyedRequest {
  /** The account; undefined for a public route. */
  readonly caller: Pick<Principal, 'accountId' | 'world'> | undefined;
  /** The method and the path. */
  readonly route: string;
  readonly key: string;
  /** Everything that decides the result: a repetition must send the same. */
  readonly payload: string;
  /** How long the client lets the request wait for an outcome, in ms. */
  readonly waitMs: number;
  /** The id, without prefix, of what the request creates; null for a new one. */
  readonly seed: string | null;
  readonly requestId: string;
}

/** A key that was used again with another payload, which was refused. */
export interface ReusedKey {
  /** Those that were refused, oldest first. */
  readonly requestIds: readonly string[];
  /** The answer of the request that had the key first; null if it has none yet. */
  readonly answer: unknown;
}

/** How many refused requests of a key are noted. */
const KEPT_REUSES = 20;

/** Either the stored answer, or the lock to run the request. */
export type Begun =
  | { readonly kind: 'answered'; readonly status: number; readonly body: unknown }
  | { readonly kind: 'run'; readonly lock: KeyLock; readonly seed: string };

/** The right to run a request and store its answer. After `lockedUntil` a repetition may take the lock. */
export interface KeyLock {
  readonly recordId: string;
  readonly lockedUntil: Date;
}

@Injectable()
export class IdempotencyService {
  private readonly insertRecord: (record: IdempotencyRecord) => Promise<void>;
  private readonly storeOne = batched(async (updates: readonly ConditionalUpdate[]) => {
    const { errors } = await updateEach(this.records, updates);
    return updates.map((_, index) => errors.get(index));
  });

  constructor(
    @InjectModel(IdempotencyRecord.name) private readonly records: Model<IdempotencyRecord>,
    private readonly secrets: SecretBox,
    accountData: AccountData,
  ) {
    accountData.register({
      model: records,
      belongsTo: 'world',
      outlivesUser: false,
      copied: { ids: ['_id'], retentionMs: LONGEST_RETENTION_MS, withoutKey: () => null },
    });
    this.insertRecord = batchedInserts(records);
  }

  /**
   * Throws IdempotencyKeyReusedError if the key was used with another payload, IdempotencyConflictError while the
   * first request runs.
   */
  async begin(keyed: KeyedRequest): Promise<Begun> {
    const { payload, waitMs, key } = keyed;
    const recordId = recordIdOf(keyed);
    const fingerprint = this.secrets.fingerprint(payload);
    const realNow = new Date();
    const now = keyed.caller?.world.now() ?? realNow;
    const lockedUntil = new Date(realNow.getTime() + LOCK_MS + waitMs);
    const expiresAt = new Date(now.getTime() + RETENTION_MS);
    const fresh: IdempotencyRecord = {
      _id: recordId,
      fingerprint,
      seed: keyed.seed ?? newSeed(now),
      lockedUntil,
      status: null,
      sealedBody: null,
      expiresAt,
      purgeAt: expiresAt,
    };
    if (keyed.caller && worldOf(keyed.caller.accountId) !== '') {
      fresh.accountId = keyed.caller.accountId;
      fresh.purgeAt = new Date(realNow.getTime() + LONGEST_RETENTION_MS);
    }
    try {
      await this.insertRecord(fresh);
      return { kind: 'run', lock: { recordId, lockedUntil }, seed: fresh.seed };
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
    const existing = await this.records.findById(recordId).lean<IdempotencyRecord>();
    if (!existing || existing.expiresAt <= now) {
      await this.records.deleteOne({ _id: recordId, expiresAt: { $lte: now } });
      return this.begin(keyed);
    }
    if (existing.fingerprint !== fingerprint && existing.fingerprint !== hash(payload)) {
      await this.noteReuse(recordId, keyed, now);
      throw new IdempotencyKeyReusedError(key);
    }
    if (existing.status !== null) return { kind: 'answered', status: existing.status, body: this.open(existing) };
    // If the lock has ended and several requests notice, one of them takes it.
    const free = existing.lockedUntil <= realNow;
    const { modifiedCount } = free
      ? await this.records.updateOne(
          { _id: recordId, lockedUntil: existing.lockedUntil, status: null },
          { $set: { lockedUntil } },
        )
      : { modifiedCount: 0 };
    if (modifiedCount === 0) throw new IdempotencyConflictError();
    return { kind: 'run', lock: { recordId, lockedUntil }, seed: existing.seed };
  }

  /** Stores the answer for all repetitions; changes nothing if the lock was lost. */
  async storeAnswer({ recordId, lockedUntil }: KeyLock, status: number, body: unknown): Promise<void> {
    const sealedBody = this.secrets.seal(JSON.stringify(body ?? null));
    await this.storeOne({
      filter: { _id: recordId, lockedUntil, status: null },
      update: { $set: { status, sealedBody } },
    });
  }

  /** Ends the lock but keeps the seed: the request failed, and it is not known what it changed before that. */
  async release({ recordId, lockedUntil }: KeyLock): Promise<void> {
    await this.records.updateOne({ _id: recordId, lockedUntil, status: null }, { $set: { lockedUntil: new Date() } });
  }

  /** Deletes the record: the request was refused, and a repetition may succeed. */
  async abandon({ recordId, lockedUntil }: KeyLock): Promise<void> {
    await this.records.deleteOne({ _id: recordId, lockedUntil, status: null });
  }

  /** The keys of an account that were reused with another payload, the latest first. */
  async reusedKeys(accountId: string, most: number): Promise<ReusedKey[]> {
    const records = await this.records
      .find({ accountId, reusedBy: { $exists: true } })
      .sort({ expiresAt: -1 })
      .limit(most)
      .lean<IdempotencyRecord[]>();
    return records.map((record) => ({
      requestIds: (record.reusedBy ?? []).map(({ requestId }) => requestId),
      answer: this.open(record),
    }));
  }

  private async noteReuse(_id: string, { caller, requestId }: KeyedRequest, at: Date): Promise<void> {
    if (!caller) return;
    await this.records.updateOne(
      { _id },
      {
        $set: { accountId: caller.accountId },
        $push: { reusedBy: { $each: [{ requestId, at }], $slice: -KEPT_REUSES } },
      },
    );
  }

  private open({ sealedBody }: IdempotencyRecord): unknown {
    return sealedBody === null ? null : JSON.parse(this.secrets.open(sealedBody));
  }
}

/** In a sandbox the same for the same key in each of its worlds, but for the world at its end. */
function recordIdOf({ caller, route, key }: KeyedRequest): string {
  if (!caller) return hash(`public ${route}\n${key}`);
  const { accountId } = caller;
  return idIn(accountId, hash(`${publicId(accountId)} ${route}\n${key}`));
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
