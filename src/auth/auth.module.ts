import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { RateLimitModule } from '../rate-limit/rate-limit.module.js';
import { AccountsModule } from '../accounts/accounts.module.js';
import { ConsoleLinks } from './console-links.service.js';
import { ConsoleSession, ConsoleSessionSchema } from './console-session.schema.js';
import { ConsoleSessionStore } from './console-session-store.service.js';
import { AccessToken, AccessTokenSchema } from './access-token.schema.js';
import { ApiKeyStrategy } from './api-key.strategy.js';
import { ApiKeyGuard, BearerGuard } from './authentication.guard.js';
import { FirstUses } from './first-uses.service.js';
import { JwtStrategy } from './jwt.strategy.js';
import { KeyHolders } from './key-holders.service.js';
import { LoginAttempts, LoginAttemptsSchema } from './login-attempt.schema.js';
import { LoginThrottleService } from './login-throttle.service.js';
import { OwnAccountController } from './own-account.controller.js';
import { OwnAccountService } from './own-account.service.js';
import { ProtectedController } from './protected.controller.js';
import { SessionsController } from './sessions.controller.js';
import { SessionsService } from './sessions.service.js';
import { StripeKeyGuard } from './stripe-key.guard.js';
import { TokensService } from './tokens.service.js';
import { UsedConsoleLink, UsedConsoleLinkSchema } from './used-console-link.schema.js';

@Module({
  imports: [
    AccountsModule,
    RateLimitModule,
    MongooseModule.forFeature([
      { name: AccessToken.name, schema: AccessTokenSchema },
      { name: LoginAttempts.name, schema: LoginAttemptsSchema },
      { name: ConsoleSession.name, schema: ConsoleSessionSchema },
      { name: UsedConsoleLink.name, schema: UsedConsoleLinkSchema },
    ]),
  ],
  controllers: [SessionsController, OwnAccountController, ProtectedController],
  providers: [
    ApiKeyStrategy,
    JwtStrategy,
    ApiKeyGuard,
    BearerGuard,
    StripeKeyGuard,
    KeyHolders,
    FirstUses,
    SessionsService,
    OwnAccountService,
    LoginThrottleService,
    TokensService,
    ConsoleLinks,
    ConsoleSessionStore,
  ],
  exports: [
    ApiKeyGuard,
    BearerGuard,
    StripeKeyGuard,
    FirstUses,
    TokensService,
    SessionsService,
    ConsoleLinks,
    ConsoleSessionStore,
  ],
})
export class AuthModule {}
