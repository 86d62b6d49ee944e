import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { RateLimitModule } from '../rate-limit/rate-limit.module.js';
import { AccountsModule } from '../accounts/accounts.module.js';
import { AccessToken, AccessTokenSchema } from './access-token.schema.js';
import { ApiKeyStrategy } from './api-key.strategy.js';
import { ApiKeyGuard, BearerGuard } from './authentication.guard.js';
import { JwtStrategy } from './jwt.strategy.js';
import { LoginAttempts, LoginAttemptsSchema } from './login-attempt.schema.js';
import { LoginThrottleService } from './login-throttle.service.js';
import { ProtectedController } from './protected.controller.js';
import { SessionsController } from './sessions.controller.js';
import { SessionsService } from './sessions.service.js';
import { TokensService } from './tokens.service.js';

@Module({
  imports: [
    AccountsModule,
    RateLimitModule,
    MongooseModule.forFeature([
      { name: AccessToken.name, schema: AccessTokenSchema },
      { name: LoginAttempts.name, schema: LoginAttemptsSchema },
    ]),
  ],
  controllers: [SessionsController, ProtectedController],
  providers: [
    ApiKeyStrategy,
    JwtStrategy,
    ApiKeyGuard,
    BearerGuard,
    SessionsService,
    LoginThrottleService,
    TokensService,
  ],
  exports: [ApiKeyGuard, BearerGuard, TokensService],
})
export class AuthModule {}
