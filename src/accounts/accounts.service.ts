import { Injectable, Logger } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, QueryFilter } from 'mongoose';
import { batched } from '../platform/database/batched.js';
import { batchedFinds, collectionOf } from '../platform/database/driver-writes.js';
import { isDuplicateKey } from '../platform/database/duplicate-key.js';
import { DomainError } from '../platform/errors/domain-error.js';
import { newId } from '../platform/common/ids.js';
import type { Principal } from '../platform/access/principal.js';
import { accountOf, idInAccount } from '../platform/worlds/world-ids.js';
import { SecretBox } from '../platform/common/secret-box.js';
import { Account, type ApiKey, type WebhookSecret } from './account.schema.js';
import {
  AccountNotFoundError,
  ApiKeyNotFoundError,
  EmailTakenError,
  OwnAccountError,
  TooManyApiKeysError,
} from './account-errors.js';
import { hashApiKey, newApiKey, newWebhookSecret } from './credentials.js';
import { userSearchKeys } from './user-search.js';
import { PasswordsService } from './passwords.service.js';
import type { Role } from '../platform/access/role.js';

const HOUR_MS = 3_600_000;

/** How long a rotated-out webhook secret still signs, in hours. */
export const ROTATION_OVERLAP_HOURS = 24;

export const MAX_API_KEYS = 20;

/** Resolution of `lastUsedAt`: the service writes it at most this often per key, not at each request. */
const LAST_USED_RESOLUTION_MS = 60_000;

export interface NewAccount {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

/** A new account, with the secrets that are shown only once. */
export interface RegisteredAccount {
  readonly account: Account;
  readonly apiKey: string;
  readonly webhookSecret: string;
}

/** The part of an account that `findByApiKey` reads. */
export type KeyOwner = Pick<Account, '_id' | 'role' | 'apiKeys' | 'sandbox' | 'hasFaults'>;

/** A new API key, with the key itself, which is shown only once. */
export interface CreatedApiKey {
  readonly record: ApiKey;
  readonly key: string;
}

/** What signing the webhooks of an account reads of it. */
interface SignerRecord {
  readonly webhookSecrets: readonly WebhookSecret[];
  readonly hasFaults: boolean;
}

/** The account's role protects it from being deleted. */
class ProtectedAccountError extends DomainError {
  readonly code = 'role_not_allowed';
}

@Injectable()
export class AccountsService {
  private readonly logger = new Logger(AccountsService.name);
  private readonly findByKeyHash = batched((hashes: readonly string[]) => this.findByKeyHashes(hashes));
  private readonly find: (id: string) => Promise<Account | null>;
  private readonly findSecrets = batched((ids: readonly string[]) => this.findWebhookSecrets(ids));

  constructor(
    @InjectModel(Account.name) private readonly accounts: Model<Account>,
    private readonly passwords: PasswordsService,
    private readonly secrets: SecretBox,
  ) {
    this.find = batchedFinds(accounts);
  }

  /**
   * Throws PasswordsBusyError if too many passwords wait to be hashed, EmailTakenError if the e-mail has an account.
   * If several requests register one e-mail at the same time, one succeeds and the others get EmailTakenError.
   */
  async register(id: string, { name, email, password }: NewAccount, role: Role = 'user'): Promise<RegisteredAccount> {
    this.passwords.expectRoomToHash();
    const taken = await this.findByEmail(email);
    if (taken?._id === id) return this.answerAgain(taken);
    if (taken) throw new EmailTakenError();
    const now = new Date();
    const apiKey = newApiKey();
    const webhookSecret = newWebhookSecret();
    const account: Account = {
      _id: id,
      name: name.trim(),
      email: email.toLowerCase(),
      searchKeys: userSearchKeys({ name: name.trim(), email }),
      passwordHash: await this.passwords.hash(password),
      role,
      ...this.newCredentials(now, { apiKey, webhookSecret }, { keyId: newId('key', now), secretId: newId('sec', now) }),
      createdAt: now,
    };
    try {
      await this.accounts.create(account);
    } catch (error) {
      throw isDuplicateKey(error) ? new EmailTakenError() : error;
    }
    return { account, apiKey, webhookSecret };
  }

  /** The fields of a new account that hold its first API key and its webhook secret. */
  newCredentials(
    now: Date,
    { apiKey, webhookSecret }: { readonly apiKey: string; readonly webhookSecret: string },
    { keyId, secretId }: { readonly keyId: string; readonly secretId: string },
  ): Pick<Account, 'apiKeys' | 'webhookSecrets'> {
    return {
      apiKeys: [this.apiKeyRecord(keyId, apiKey, 'Default', now)],
      webhookSecrets: [this.webhookSecretRecord(secretId, webhookSecret, now)],
    };
  }

  findById(id: string): Promise<Account | null> {
    return this.find(accountOf(id));
  }

  findByEmail(email: string): Promise<Account | null> {
    return this.accounts.findOne({ email: email.toLowerCase() }).lean<Account>().exec();
  }

  /** Returns the owner of an API key, or null if there is none; also updates the key's `lastUsedAt`. */
  async findByApiKey(key: string): Promise<KeyOwner | null> {
    const hash = hashApiKey(key);
    const account = await this.findByKeyHash(hash);
    if (account) this.updateLastUsed(account, hash);
    return account;
  }

  /**
   * Deletes an account; its tokens and API keys stop working at once. Throws OwnAccountError if the account is the
   * caller's own, AccountNotFoundError if it does not exist, ProtectedAccountError if it is the system_admin.
   */
  async delete(callerId: string, accountId: string): Promise<void> {
    if (callerId === accountId) throw new OwnAccountError('Admins cannot delete their own user account.');
    const account = await this.findById(accountId);
    if (!account) throw new AccountNotFoundError(`User '${accountId}' not found.`);
    if (account.role === 'system_admin')
      throw new ProtectedAccountError('Access denied. The system_admin cannot be deleted.');
    const { deletedCount } = await this.accounts.deleteOne({ _id: accountId });
    if (deletedCount === 0) throw new AccountNotFoundError(`User '${accountId}' not found.`);
  }

  /** Throws AccountNotFoundError if the account does not exist. */
  async listApiKeys(accountId: string): Promise<ApiKey[]> {
    return (await this.get(accountId)).apiKeys;
  }

  /** Throws TooManyApiKeysError if the account has MAX_API_KEYS keys. */
  async createApiKey(caller: Principal, newId: string, name: string): Promise<CreatedApiKey> {
    const key = newApiKey();
    // Keys belong to the account and not to one of its worlds.
    const [accountId, id] = [accountOf(caller.accountId), idInAccount(newId)];
    const record = this.apiKeyRecord(id, key, name, caller.world.now());
    // An earlier run of this request created the key but did not answer, so nobody has seen it: replace it.
    const { matchedCount: again } = await this.accounts.updateOne(
      { _id: accountId, 'apiKeys.id': id },
      { $set: { 'apiKeys.$': record } },
    );
    if (again === 1) return { record, key };
    const roomForOneMore: QueryFilter<Account> = {
      _id: accountId,
      [`apiKeys.${MAX_API_KEYS - 1}`]: { $exists: false },
    };
    const { matchedCount } = await this.accounts.updateOne(roomForOneMore, { $push: { apiKeys: record } });
    if (matchedCount === 0) throw new TooManyApiKeysError(MAX_API_KEYS);
    return { record, key };
  }

  /** Throws ApiKeyNotFoundError if the account has no such key. */
  async deleteApiKey(accountId: string, keyId: string): Promise<void> {
    const { matchedCount } = await this.accounts.updateOne(
      { _id: accountOf(accountId), 'apiKeys.id': keyId },
      { $pull: { apiKeys: { id: keyId } } },
    );
    if (matchedCount === 0) throw new ApiKeyNotFoundError(keyId);
  }

  /**
   * Adds a webhook secret with the id `id`. The previous secret still signs for `overlapHours`; older ones end now.
   * Throws AccountNotFoundError if the account does not exist.
   */
  async rotateWebhookSecret(
    { accountId, world }: Principal,
    newId: string,
    overlapHours = ROTATION_OVERLAP_HOURS,
  ): Promise<{ secret: string; previousValidUntil: Date }> {
    const secret = newWebhookSecret();
    const id = idInAccount(newId);
    const now = world.now();
    const previousValidUntil = new Date(now.getTime() + overlapHours * HOUR_MS);
    for (;;) {
      const { webhookSecrets } = await this.get(accountId);
      const current = webhookSecrets.find(({ expiresAt }) => expiresAt === null);
      // An earlier run of this request rotated the secret but did not answer.
      if (current?.id === id)
        return { secret: this.secrets.open(current.sealed), previousValidUntil: webhookSecrets[1]?.expiresAt ?? now };
      const next = [
        this.webhookSecretRecord(id, secret, now),
        ...(current
          ? [{ id: current.id, sealed: current.sealed, createdAt: current.createdAt, expiresAt: previousValidUntil }]
          : []),
      ];
      // Compare-and-set on the current secret, so that concurrent rotations lose no secret.
      const { matchedCount } = await this.accounts.updateOne(
        {
          _id: accountOf(accountId),
          ...(current && { webhookSecrets: { $elemMatch: { sealed: current.sealed, expiresAt: null } } }),
        },
        { $set: { webhookSecrets: next } },
      );
      if (matchedCount === 1) return { secret, previousValidUntil };
    }
  }

  /**
   * Returns the secrets that sign at `now`, newest first; an empty list if the account, or its world, does not exist.
   *
   * @param now by the account's clock
   */
  async liveWebhookSecrets(accountId: string, now: Date): Promise<string[]> {
    return (await this.webhookSigner(accountId, now)).secrets;
  }

  /** The same secrets, and whether the account has faults, which may change its webhooks. */
  async webhookSigner(accountId: string, now: Date): Promise<{ secrets: string[]; hasFaults: boolean }> {
    const { webhookSecrets, hasFaults } = await this.findSecrets(accountId);
    const live = webhookSecrets.filter(({ expiresAt }) => expiresAt === null || expiresAt > now);
    return { secrets: live.map(({ sealed }) => this.secrets.open(sealed)), hasFaults };
  }

  /** Says whether an account has faults: only then its requests and webhooks are compared with them. */
  async setHasFaults(accountId: string, hasFaults: boolean): Promise<void> {
    await this.accounts.updateOne(
      { _id: accountOf(accountId) },
      hasFaults ? { $set: { hasFaults } } : { $unset: { hasFaults: 1 } },
    );
  }

  /** Throws AccountNotFoundError if the account does not exist. */
  async get(accountId: string): Promise<Account> {
    const account = await this.findById(accountId);
    if (!account) throw new AccountNotFoundError('User not found.');
    return account;
  }

  /** An earlier run of this registration did not answer, so nobody has seen its API key: creates another one. */
  private async answerAgain(account: Account): Promise<RegisteredAccount> {
    const apiKey = newApiKey();
    const apiKeys = [this.apiKeyRecord(newId('key', new Date()), apiKey, 'Default', new Date())];
    await this.accounts.updateOne({ _id: account._id }, { $set: { apiKeys } });
    return { account, apiKey, webhookSecret: this.secrets.open(account.webhookSecrets[0]?.sealed ?? '') };
  }

  private apiKeyRecord(id: string, key: string, name: string, now: Date): ApiKey {
    return { id, name, hash: hashApiKey(key), last4: key.slice(-4), createdAt: now, lastUsedAt: null };
  }

  private webhookSecretRecord(id: string, secret: string, now: Date): WebhookSecret {
    return { id, sealed: this.secrets.seal(secret), createdAt: now, expiresAt: null };
  }

  private async findByKeyHashes(hashes: readonly string[]): Promise<(KeyOwner | null)[]> {
    const wanted = [...new Set(hashes)];
    const owners = await collectionOf(this.accounts)
      .find({ 'apiKeys.hash': { $in: wanted } }, { projection: { role: 1, apiKeys: 1, sandbox: 1, hasFaults: 1 } })
      .toArray();
    const byHash = new Map(
      owners.flatMap((owner) => owner.apiKeys.map(({ hash }) => [hash, owner as KeyOwner] as const)),
    );
    return hashes.map((hash) => byHash.get(hash) ?? null);
  }

  private async findWebhookSecrets(ids: readonly string[]): Promise<SignerRecord[]> {
    const accounts = await collectionOf(this.accounts)
      .find(
        { _id: { $in: [...new Set(ids.map(accountOf))] } },
        { projection: { webhookSecrets: 1, sandbox: 1, hasFaults: 1 } },
      )
      .toArray();
    const byId = new Map(
      accounts.map(({ _id, sandbox, webhookSecrets, hasFaults = false }) => [
        sandbox?.owner ?? _id,
        { webhookSecrets, hasFaults },
      ]),
    );
    return ids.map((id) => byId.get(id) ?? { webhookSecrets: [], hasFaults: false });
  }

  private updateLastUsed(account: KeyOwner, hash: string): void {
    const now = (account.sandbox?.clock.now ?? new Date()).getTime();
    const key = account.apiKeys.find((candidate) => candidate.hash === hash);
    if (key?.lastUsedAt && now - key.lastUsedAt.getTime() < LAST_USED_RESOLUTION_MS) return;
    // In the background: the request neither waits for this write nor fails with it.
    this.accounts
      .updateOne({ _id: account._id, 'apiKeys.hash': hash }, { $max: { 'apiKeys.$.lastUsedAt': new Date(now) } })
      .catch((error: unknown) => {
        this.logger.warn(error);
      });
  }
}
