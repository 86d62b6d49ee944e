import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { MongooseModule } from '@nestjs/mongoose';
import { AccountsModule } from '../users/accounts.module.js';
import { AccessToken, AccessTokenSchema } from './access-token.schema.js';
import { ApiKeyStrategy } from './api-key.strategy.js';
import { ApiKeyGuard, AuthenticationGuard, BearerGuard } from './authentication.guard.js';
import { JwtStrategy } from './jwt.strategy.js';
import { LoginAttempts, LoginAttemptsSchema } from './login-attempt.schema.js';
import { LoginThrottleService } from './login-throttle.service.js';
import { ProtectedController } from './protected.controller.js';
import { RolesGuard } from './roles.guard.js';
import { SessionsController } from './sessions.controller.js';
import { SessionsService } from './sessions.service.js';
import { TokensService } from './tokens.service.js';

@Module({
  imports: [
    AccountsModule,
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
    { provide: APP_GUARD, useClass: AuthenticationGuard },
    { provide: APP_GUARD, useClass: RolesGuard },
  ],
})
export class AuthModule {}
