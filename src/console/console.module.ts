import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { ConsoleLinksController } from './console-links.controller.js';
import { ConsoleSessionsController } from './console-sessions.controller.js';
import { ConsoleSessionsService } from './console-sessions.service.js';

/** What the console in a browser needs beside the API. */
@Module({
  imports: [AccountsModule, AuthModule],
  controllers: [ConsoleSessionsController, ConsoleLinksController],
  providers: [ConsoleSessionsService],
})
export class ConsoleModule {}
