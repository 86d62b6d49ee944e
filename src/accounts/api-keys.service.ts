import { Injectable, Logger } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import type { Principal } from '../platform/access/principal.js';
import { batched } from '../platform/database/batched.js';
import { collectionOf } from '../platform/database/driver-writes.js';
import { accountOf, idInAccount } from '../platform/worlds/world-ids.js';
import { Account, type ApiKey } from './account.schema.js';
import { ApiKeyNotFoundError, TooManyApiKeysError } from './account-errors.js';
import { AccountsService } from './accounts.service.js';
import { apiKeyRecords, newPlainKeys, type PlainKeys } from './api-key-records.js';
import { hashApiKey, type KeyStyle } from './credentials.js';

/** A pair of keys counts as one. */
export const MAX_API_KEYS = 20;

/** Resolution of `lastUsedAt`: the service writes it at most this often per key, not at each request. */
const LAST_USED_RESOLUTION_MS = 60_000;

/** The part of an account that `find` reads. */
export type KeyOwner = Pick<Account, '_id' | 'role' | 'apiKeys' | 'sandbox' | 'hasFaults' | 'usesDialect'>;

/** The owner of a key, and whether it is a publishable one. */
export interface FoundKey {
  readonly account: KeyOwner;
  readonly publishable: boolean;
}

/** A new API key, with the key itself, which is shown only once. */
export interface CreatedApiKey {
  readonly record: ApiKey;
  readonly keys: PlainKeys;
}

/** The API keys of accounts. */
@Injectable()
export class ApiKeysService {
  private readonly logger = new Logger(ApiKeysService.name);
  private readonly findOwner = batched((hashes: readonly string[]) => this.findOwners(hashes));

  constructor(
    @InjectModel(Account.name) private readonly model: Model<Account>,
    private readonly accounts: AccountsService,
  ) {}

  /** Returns the owner of an API key, or null if there is none; also updates the key's `lastUsedAt`. */
  async find(key: string): Promise<FoundKey | null> {
    const hash = hashApiKey(key);
    const account = await this.findOwner(hash);
    const record = account?.apiKeys.find((candidate) => candidate.hash === hash);
    if (!account || !record) return null;
    this.updateLastUsed(account, record);
    return { account, publishable: record.publishable === true };
  }

  /** Without publishable keys. Throws AccountNotFoundError if the account does not exist. */
  async list(accountId: string): Promise<ApiKey[]> {
    return secretOnes((await this.accounts.get(accountId)).apiKeys);
  }

  /** Throws TooManyApiKeysError if the account has MAX_API_KEYS keys, AccountNotFoundError. */
  async create(caller: Principal, newId: string, name: string, style: KeyStyle): Promise<CreatedApiKey> {
    const keys = newPlainKeys(style);
    // Keys belong to the account and not to one of its worlds.
    const [_id, id] = [accountOf(caller.accountId), idInAccount(newId)];
    const records = apiKeyRecords({ id, name }, keys, caller.world.now());
    // An earlier run of this request created the key but did not answer, so nobody has seen it.
    await this.model.updateOne({ _id, 'apiKeys.id': id }, { $pull: { apiKeys: { id } } });
    for (;;) {
      const { apiKeys } = await this.accounts.get(_id);
      if (secretOnes(apiKeys).length >= MAX_API_KEYS) throw new TooManyApiKeysError(MAX_API_KEYS);
      const { matchedCount } = await this.model.updateOne(
        // As many as were counted: other requests may add keys at the same time.
        { _id, apiKeys: { $size: apiKeys.length } },
        { $push: { apiKeys: { $each: records } }, ...(style === 'stripe' && { $set: { usesDialect: true } }) },
      );
      if (matchedCount === 1) return { record: records[0], keys };
    }
  }

  /** Deletes a key, and its publishable key. Throws ApiKeyNotFoundError if the account has no such key. */
  async delete(accountId: string, keyId: string): Promise<void> {
    const { matchedCount } = await this.model.updateOne(
      { _id: accountOf(accountId), 'apiKeys.id': keyId },
      { $pull: { apiKeys: { id: keyId } } },
    );
    if (matchedCount === 0) throw new ApiKeyNotFoundError(keyId);
  }

  private async findOwners(hashes: readonly string[]): Promise<(KeyOwner | null)[]> {
    const wanted = [...new Set(hashes)];
    const owners = await collectionOf(this.model)
      .find(
        { 'apiKeys.hash': { $in: wanted } },
        { projection: { role: 1, apiKeys: 1, sandbox: 1, hasFaults: 1, usesDialect: 1 } },
      )
      .toArray();
    const byHash = new Map(
      owners.flatMap((owner) => owner.apiKeys.map(({ hash }) => [hash, owner as KeyOwner] as const)),
    );
    return hashes.map((hash) => byHash.get(hash) ?? null);
  }

  private updateLastUsed({ _id, sandbox }: KeyOwner, { hash, lastUsedAt }: ApiKey): void {
    const now = (sandbox?.clock.now ?? new Date()).getTime();
    if (lastUsedAt && now - lastUsedAt.getTime() < LAST_USED_RESOLUTION_MS) return;
    // In the background: the request neither waits for this write nor fails with it.
    this.model
      .updateOne({ _id, 'apiKeys.hash': hash }, { $max: { 'apiKeys.$.lastUsedAt': new Date(now) } })
      .catch((error: unknown) => {
        this.logger.warn(error);
      });
  }
}

const secretOnes = (keys: readonly ApiKey[]): ApiKey[] => keys.filter(({ publishable }) => publishable !== true);
