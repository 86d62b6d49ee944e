import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AccountsService } from '../accounts/accounts.service.js';
import { newWebhookSecret } from '../accounts/credentials.js';
import { type SandboxAccount, SandboxAccounts } from '../accounts/sandbox-accounts.service.js';
import type { KeyPair } from '../accounts/stripe-keys.js';
import { WorldsService } from '../accounts/worlds.service.js';
import { FirstUses } from '../auth/first-uses.service.js';
import { Config } from '../platform/config/config.js';
import { AccountData } from '../platform/database/account-data.service.js';
import { isDuplicateKey } from '../platform/database/duplicate-key.js';
import { idFrom, newSandboxAccount } from './new-sandbox.js';
import { MAX_SANDBOXES_PER_ADDRESS, TooManySandboxesError } from './sandbox-errors.js';

/** How long such an account lives without a request. */
const LIFE_MS = 7 * 24 * 3_600_000;

/**
 * Makes the accounts of test keys that are used for the first time: sandboxes with real time, whose life each request
 * renews. In production, and with SANDBOXES=off, unknown keys stay unknown.
 */
@Injectable()
export class FirstUseAccounts {
  constructor(
    config: Config,
    firstUses: FirstUses,
    private readonly sandboxes: SandboxAccounts,
    private readonly accounts: AccountsService,
    private readonly worlds: WorldsService,
    private readonly data: AccountData,
  ) {
    if (config.sandboxesOn && !config.isProduction) firstUses.use((keys, address) => this.make(keys, address));
  }

  /**
   * Makes the account of these keys, unless it is there. Its id follows from the secret key, so that any number of
   * first requests, of any number of processes, make one. Throws TooManySandboxesError.
   */
  async make(keys: KeyPair, address: string): Promise<void> {
    const account = this.newAccount(keys, address);
    for (;;) {
      const found = await this.sandboxes.findAccount(account._id);
      if (found && this.worlds.isOpen(found)) return;
      if ((await this.sandboxes.countOf(address)) >= MAX_SANDBOXES_PER_ADDRESS) {
        // The last one may be this very account, made by another request meanwhile.
        const last = await this.sandboxes.findAccount(account._id);
        if (last && this.worlds.isOpen(last)) return;
        throw new TooManySandboxesError();
      }
      if (await (found ? this.beginAnew(found, account) : this.insert(account))) return;
    }
  }

  /** False if another request was faster. */
  private async insert(account: SandboxAccount): Promise<boolean> {
    try {
      await this.sandboxes.insert(account);
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  /** The account was deleted or has expired, and its data may still be there. False if another request was faster. */
  private async beginAnew(former: SandboxAccount, account: SandboxAccount): Promise<boolean> {
    // Its tokens and snapshots belong to all its worlds.
    await this.data.removeAccounts([former._id]);
    return this.sandboxes.beginAnew(former.sandbox, account);
  }

  private newAccount({ secretKey, publishableKey }: KeyPair, address: string): SandboxAccount {
    const now = new Date();
    // Administrators see seeds and ids, which must not tell the stored hash of the key.
    const digest = hash('sha256', `account of ${hash('sha256', secretKey, 'hex')}`, 'hex');
    const [seed, place] = [digest.slice(0, 16), digest.slice(16, 24)];
    const name = `Account of sk_test_…${secretKey.slice('sk_test_'.length).slice(-4)}`;
    const credentials = this.accounts.newCredentials(
      now,
      { apiKey: secretKey, publishableKey, webhookSecret: newWebhookSecret() },
      { keyId: idFrom(seed, 'key'), secretId: idFrom(seed, 'sec') },
    );
    const expiresAt = new Date(now.getTime() + LIFE_MS);
    const what = { place, accountName: name, name, seed, start: null, settings: {}, address };
    return newSandboxAccount({ ...what, expiresAt, renewedForMs: LIFE_MS, usesDialect: true }, credentials, now);
  }
}
