import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { Account, AccountSchema } from './account.schema.js';
import { AccountsController } from './accounts.controller.js';
import { AccountsService } from './accounts.service.js';
import { ApiKeysService } from './api-keys.service.js';
import { DemoMerchantService } from './demo-merchant.service.js';
import { PasswordsService } from './passwords.service.js';
import { SandboxAccounts } from './sandbox-accounts.service.js';
import { SystemAdminService } from './system-admin.service.js';
import { UsersService } from './users.service.js';
import { WorldsService } from './worlds.service.js';

@Module({
  imports: [MongooseModule.forFeature([{ name: Account.name, schema: AccountSchema }])],
  controllers: [AccountsController],
  providers: [
    AccountsService,
    ApiKeysService,
    DemoMerchantService,
    PasswordsService,
    SandboxAccounts,
    SystemAdminService,
    UsersService,
    WorldsService,
  ],
  exports: [
    AccountsService,
    ApiKeysService,
    PasswordsService,
    SandboxAccounts,
    SystemAdminService,
    UsersService,
    WorldsService,
  ],
})
export class AccountsModule {}
