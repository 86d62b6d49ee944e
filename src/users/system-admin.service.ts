import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { newId } from '../common/ids.js';
import { Config } from '../config/config.js';
import { EmailTakenError } from './account-errors.js';
import { AccountsService } from './accounts.service.js';

/** Makes the one system_admin at the first start. */
@Injectable()
export class SystemAdminService implements OnApplicationBootstrap {
  private readonly logger = new Logger(SystemAdminService.name);

  constructor(
    private readonly config: Config,
    private readonly accounts: AccountsService,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    try {
      await this.accounts.register(newId('user', new Date()), { name: 'System Admin', email: this.config.ADMIN_EMAIL, password: this.config.ADMIN_PASSWORD }, 'system_admin');
      this.logger.log(`Created the system_admin ${this.config.ADMIN_EMAIL}`);
    } catch (error) {
      // It exists: from an earlier start, or from another process that starts now.
      if (!(error instanceof EmailTakenError)) throw error;
    }
  }
}
