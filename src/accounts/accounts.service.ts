import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { batched } from '../platform/database/batched.js';
import { batchedFinds, collectionOf } from '../platform/database/driver-writes.js';
import { isDuplicateKey } from '../platform/database/duplicate-key.js';
import { DomainError } from '../platform/errors/domain-error.js';
import { newId } from '../platform/common/ids.js';
import type { Principal } from '../platform/access/principal.js';
import { accountOf, idInAccount } from '../platform/worlds/world-ids.js';
import { SecretBox } from '../platform/common/secret-box.js';
import { Account, type WebhookSecret } from './account.schema.js';
import { AccountNotFoundError, EmailTakenError, OwnAccountError } from './account-errors.js';
import { apiKeyRecords, type PlainKeys } from './api-key-records.js';
import { newApiKey, newWebhookSecret } from './credentials.js';
import { userSearchKeys } from './user-search.js';
import { PasswordsService } from './passwords.service.js';
import type { Role } from '../platform/access/role.js';

const HOUR_MS = 3_600_000;

/** How long a rotated-out webhook secret still signs, in hours. */
export const ROTATION_OVERLAP_HOURS = 24;

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
    { webhookSecret, ...keys }: PlainKeys & { readonly webhookSecret: string },
    { keyId, secretId }: { readonly keyId: string; readonly secretId: string },
  ): Pick<Account, 'apiKeys' | 'webhookSecrets'> {
    return {
      apiKeys: apiKeyRecords({ id: keyId, name: 'Default' }, keys, now),
      webhookSecrets: [this.webhookSecretRecord(secretId, webhookSecret, now)],
    };
  }

  findById(id: string): Promise<Account | null> {
    return this.find(accountOf(id));
  }

  findByEmail(email: string): Promise<Account | null> {
    return this.accounts.findOne({ email: email.toLowerCase() }).lean<Account>().exec();
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
    const now = new Date();
    const apiKeys = apiKeyRecords({ id: newId('key', now), name: 'Default' }, { apiKey }, now);
    await this.accounts.updateOne({ _id: account._id }, { $set: { apiKeys } });
    return { account, apiKey, webhookSecret: this.secrets.open(account.webhookSecrets[0]?.sealed ?? '') };
  }

  private webhookSecretRecord(id: string, secret: string, now: Date): WebhookSecret {
    return { id, sealed: this.secrets.seal(secret), createdAt: now, expiresAt: null };
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
}
