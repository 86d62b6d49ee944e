import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Param, Patch, Post } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { AllowedFor, ANY_ROLE, CurrentPrincipal, Public } from '../platform/access/access.decorators.js';
import type { Principal } from '../platform/access/principal.js';
import { ApiErrors } from '../platform/errors/api-errors.decorator.js';
import { NoStore } from '../platform/http/no-store.decorator.js';
import { Idempotent, NewId } from '../idempotency/idempotent.decorator.js';
import { RateClass } from '../rate-limit/rate-class.decorator.js';
import { AccountsService } from './accounts.service.js';
import { ApiKeysService } from './api-keys.service.js';
import { UsersService } from './users.service.js';
import { AccountDto, ChangeRoleDto, RoleChangedDto } from './dto/account.dto.js';
import { ApiKeyListDto, CreateApiKeyDto, CreatedApiKeyDto } from './dto/api-key.dto.js';
import { RegisterDto, RegisteredDto } from './dto/register.dto.js';
import { RotatedWebhookSecretDto } from './dto/webhook-secret.dto.js';

@ApiTags('Accounts')
@Controller('users')
export class AccountsController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly apiKeys: ApiKeysService,
    private readonly users: UsersService,
  ) {}

  @Post('register')
  @Idempotent()
  @Public()
  @RateClass('credentials')
  @NoStore()
  @ApiOperation({
    summary: 'Register an account',
    description: 'Answers the first API key and the webhook secret, each shown once.',
  })
  @ApiCreatedResponse({ type: RegisteredDto, description: 'The account.' })
  @ApiErrors('email_taken')
  async register(@NewId('user') id: string, @Body() { name, email, password }: RegisterDto): Promise<RegisteredDto> {
    return RegisteredDto.from(await this.accounts.register(id, { name, email, password }));
  }

  @Get('me')
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiOperation({ summary: 'Show your account' })
  @ApiOkResponse({ type: AccountDto, description: 'The account of the key or token.' })
  async getAccount(@CurrentPrincipal() { accountId }: Principal): Promise<AccountDto> {
    return AccountDto.from(await this.accounts.get(accountId));
  }

  @Get('me/api-keys')
  @AllowedFor(ANY_ROLE, 'bearer')
  @ApiOperation({ summary: 'List your API keys' })
  @ApiOkResponse({ type: ApiKeyListDto, description: 'The live keys, without the keys themselves.' })
  async listApiKeys(@CurrentPrincipal() { accountId }: Principal): Promise<ApiKeyListDto> {
    return ApiKeyListDto.from(await this.apiKeys.list(accountId));
  }

  @Post('me/api-keys')
  @NoStore()
  @Idempotent()
  @AllowedFor(ANY_ROLE, 'bearer')
  @ApiOperation({
    summary: 'Create an API key',
    description:
      'Shown once. An account can have 20. With `style: "stripe"` it is a pair of keys, secret and publishable, for the Stripe-compatible dialect; they count as one.',
  })
  @ApiCreatedResponse({ type: CreatedApiKeyDto, description: 'The key.' })
  @ApiErrors('too_many_api_keys')
  async createApiKey(
    @CurrentPrincipal() caller: Principal,
    @NewId('key') id: string,
    @Body() { name, style }: CreateApiKeyDto,
  ): Promise<CreatedApiKeyDto> {
    return CreatedApiKeyDto.of(await this.apiKeys.create(caller, id, name, style ?? 'gateway'));
  }

  @Delete('me/api-keys/:key_id')
  @HttpCode(HttpStatus.NO_CONTENT)
  @AllowedFor(ANY_ROLE, 'bearer')
  @ApiOperation({
    summary: 'Delete an API key',
    description: 'It stops working at once, and its publishable key with it.',
  })
  @ApiParam({ name: 'key_id', example: 'key_0193a5e2c7f11b2c3d4e5f60' })
  @ApiNoContentResponse({ description: 'The key is gone.' })
  @ApiErrors('api_key_not_found')
  async deleteApiKey(@CurrentPrincipal() { accountId }: Principal, @Param('key_id') keyId: string): Promise<void> {
    await this.apiKeys.delete(accountId, keyId);
  }

  @Post('me/webhook-secret/rotate')
  @NoStore()
  @Idempotent()
  @HttpCode(HttpStatus.OK)
  @AllowedFor(ANY_ROLE, 'bearer')
  @ApiOperation({
    summary: 'Rotate the webhook secret',
    description: 'For 24 hours the secret before it signs as well.',
  })
  @ApiOkResponse({ type: RotatedWebhookSecretDto, description: 'The new secret.' })
  async rotateWebhookSecret(
    @CurrentPrincipal() caller: Principal,
    @NewId('sec') id: string,
  ): Promise<RotatedWebhookSecretDto> {
    return RotatedWebhookSecretDto.from(await this.accounts.rotateWebhookSecret(caller, id));
  }

  @Patch(':user_id/role')
  @AllowedFor(['system_admin'], 'bearer', 'Only system_admin can change user roles.')
  @ApiOperation({ summary: "Change a user's role", description: 'For the system_admin.' })
  @ApiParam({ name: 'user_id', example: 'user_0193a5e2c7f11b2c3d4e5f60' })
  @ApiOkResponse({ type: RoleChangedDto, description: 'The role holds at once.' })
  @ApiErrors('own_account', 'account_not_found', 'validation_failed')
  async changeUserRole(
    @CurrentPrincipal() caller: Principal,
    @Param('user_id') userId: string,
    @Body() { new_role }: ChangeRoleDto,
  ): Promise<RoleChangedDto> {
    return RoleChangedDto.from(await this.users.changeRole(caller.accountId, userId, new_role));
  }
}
