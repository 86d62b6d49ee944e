import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { isDuplicateKey } from '../platform/database/duplicate-key.js';
import { newId } from '../platform/common/ids.js';
import { Config } from '../platform/config/config.js';
import { Account } from './account.schema.js';
import { EmailTakenError } from './account-errors.js';
import { userSearchKeys } from './user-search.js';
import { AccountsService } from './accounts.service.js';

/** Keeps exactly one system_admin, under the e-mail ADMIN_EMAIL. */
@Injectable()
export class SystemAdminService implements OnApplicationBootstrap {
  private readonly logger = new Logger(SystemAdminService.name);
  private creation: Promise<void> = Promise.resolve();

  constructor(
    private readonly config: Config,
    private readonly accounts: AccountsService,
    @InjectModel(Account.name) private readonly model: Model<Account>,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const email = this.config.ADMIN_EMAIL.toLowerCase();
    const admins = await this.model
      .find({ role: 'system_admin' }, { name: 1, email: 1 })
      .sort({ _id: 1 })
      .lean<Account[]>();
    const kept = admins.find((admin) => admin.email === email) ?? admins[0];
    if (kept) {
      await this.demote(admins.filter((admin) => admin !== kept));
      if (kept.email !== email) await this.rename(kept, email);
    } else {
      // Not awaited: hashing the password takes a while, and the gateway can serve other requests meanwhile.
      this.creation = this.create();
      this.creation.catch((error: unknown) => {
        this.logger.error(error);
      });
    }
  }

  /** Resolves once the account exists; rejects if it could not be created. */
  whenCreated(): Promise<void> {
    return this.creation;
  }

  private async create(): Promise<void> {
    try {
      await this.accounts.register(
        newId('user', new Date()),
        { name: 'System Admin', email: this.config.ADMIN_EMAIL, password: this.config.ADMIN_PASSWORD },
        'system_admin',
      );
      this.logger.log(`Created the system_admin ${this.config.ADMIN_EMAIL}`);
    } catch (error) {
      if (!(error instanceof EmailTakenError)) throw error;
      await this.reportEmailTaken();
    }
  }

  /**
   * Logs an error, unless another process that started at the same time created the system_admin. If the e-mail
   * belongs to a user, the user does not become an administrator.
   */
  private async reportEmailTaken(): Promise<void> {
    if (await this.model.exists({ role: 'system_admin' })) return;
    this.logger.error(
      `There is no system_admin: ${this.config.ADMIN_EMAIL} is the e-mail of another user. Set another ADMIN_EMAIL.`,
    );
  }

  private async rename({ _id, name, email: former }: Account, email: string): Promise<void> {
    try {
      await this.model.updateOne(
        { _id, role: 'system_admin' },
        { $set: { email, searchKeys: userSearchKeys({ name, email }) } },
      );
      this.logger.warn(`The system_admin is now ${email}, before ${former}; its password is what it was`);
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      this.logger.warn(`The system_admin stays ${former}: ${email} is the e-mail of another user`);
    }
  }

  /** Version 1.0 created another system_admin for each new ADMIN_EMAIL, and nobody could delete them. */
  private async demote(admins: readonly Account[]): Promise<void> {
    if (admins.length === 0) return;
    await this.model.updateMany(
      { _id: { $in: admins.map(({ _id }) => _id) }, role: 'system_admin' },
      { $set: { role: 'admin' } },
    );
    this.logger.warn(`There is one system_admin; now only admin: ${admins.map(({ email }) => email).join(', ')}`);
  }
}
