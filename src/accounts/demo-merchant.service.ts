import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { newId } from '../platform/common/ids.js';
import { type DemoFile, readDemoFile, writeDemoFile } from '../platform/config/demo-file.js';
import { Account } from './account.schema.js';
import { AccountsService } from './accounts.service.js';
import { userSearchKeys } from './user-search.js';
import { hashApiKey, newApiKey, newWebhookSecret, NO_PASSWORD } from './credentials.js';

/** The demo merchant, and whether its key was used already. */
export interface DemoMerchant extends DemoFile {
  readonly wasUsed: boolean;
}

/** An account that is there from the first start in development, so that nobody has to register. */
@Injectable()
export class DemoMerchantService {
  constructor(
    private readonly accounts: AccountsService,
    @InjectModel(Account.name) private readonly model: Model<Account>,
  ) {}

  /**
   * Returns the demo merchant of a data folder. Creates it if the folder names none, or one that is not in this
   * database, and writes where the gateway listens.
   */
  async ensure(dataDir: string, url: string): Promise<DemoMerchant> {
    const stored = readDemoFile(dataDir);
    const account = stored && (await this.accounts.findById(stored.accountId));
    const key = account?.apiKeys.find(({ hash }) => hash === hashApiKey(stored?.apiKey ?? ''));
    const demo = stored && key ? { ...stored, url } : await this.create(url);
    if (demo.url !== stored?.url || demo.accountId !== stored.accountId) writeDemoFile(dataDir, demo);
    return { ...demo, wasUsed: (key?.lastUsedAt ?? null) !== null };
  }

  private async create(url: string): Promise<DemoFile> {
    const now = new Date();
    const [accountId, apiKey, webhookSecret] = [newId('user', now), newApiKey(), newWebhookSecret()];
    // Several data folders can share one database, each with its own demo merchant.
    const shown = { name: 'Demo merchant', email: `${accountId}@demo.invalid` };
    await this.model.create({
      _id: accountId,
      ...shown,
      searchKeys: userSearchKeys(shown),
      passwordHash: NO_PASSWORD,
      role: 'merchant',
      ...this.accounts.newCredentials(
        now,
        { apiKey, webhookSecret },
        { keyId: newId('key', now), secretId: newId('sec', now) },
      ),
      createdAt: now,
    });
    return { url, accountId, apiKey, webhookSecret };
  }
}
