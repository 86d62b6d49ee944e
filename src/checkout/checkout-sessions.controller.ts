import { Body, Controller, Get, HttpCode, HttpStatus, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Idempotent, NewId } from '../idempotency/idempotent.decorator.js';
import type { RequestContext } from '../payments/request-context.js';
import { Context } from '../payments/request-context.decorator.js';
import { AllowedFor, ANY_ROLE, CurrentPrincipal } from '../platform/access/access.decorators.js';
import type { Principal } from '../platform/access/principal.js';
import { ApiErrors } from '../platform/errors/api-errors.decorator.js';
import { BaseUrl } from '../platform/http/base-url.decorator.js';
import { CheckoutSessionsService } from './checkout-sessions.service.js';
import {
  CheckoutSessionDto,
  CheckoutSessionPageDto,
  CreateCheckoutSessionDto,
  ListCheckoutSessionsDto,
} from './dto/checkout-session.dto.js';

const ApiSessionId = () => ApiParam({ name: 'session_id', example: 'cs_0193a5e2c7f11b2c3d4e5f60' });

@ApiTags('Checkout')
@Controller('checkout/sessions')
export class CheckoutSessionsController {
  constructor(private readonly sessions: CheckoutSessionsService) {}

  @Post()
  @Idempotent()
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiOperation({
    summary: 'Create a checkout session',
    description: 'Send the browser of the customer to its `url`: a page of the gateway on which the customer pays.',
  })
  @ApiCreatedResponse({ type: CheckoutSessionDto, description: 'The session, open.' })
  async createCheckoutSession(
    @CurrentPrincipal() caller: Principal,
    @NewId('cs') id: string,
    @Body() body: CreateCheckoutSessionDto,
    @BaseUrl() baseUrl: string,
  ): Promise<CheckoutSessionDto> {
    return this.sessions.create(caller, id, body.toCheckout(), baseUrl);
  }

  @Get()
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiOperation({ summary: 'List checkout sessions', description: 'Newest first.' })
  @ApiOkResponse({ type: CheckoutSessionPageDto, description: 'A page of checkout sessions.' })
  @ApiErrors('validation_failed')
  async listCheckoutSessions(
    @CurrentPrincipal() { accountId }: Principal,
    @Query() query: ListCheckoutSessionsDto,
  ): Promise<CheckoutSessionPageDto> {
    return CheckoutSessionPageDto.from(await this.sessions.list(accountId, query.toFilter(), query.toPage()));
  }

  @Get(':session_id')
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiSessionId()
  @ApiOperation({ summary: 'Get a checkout session' })
  @ApiOkResponse({ type: CheckoutSessionDto, description: 'The session.' })
  @ApiErrors('checkout_session_not_found')
  async getCheckoutSession(
    @CurrentPrincipal() { accountId }: Principal,
    @Param('session_id') id: string,
  ): Promise<CheckoutSessionDto> {
    return this.sessions.get(accountId, id);
  }

  @Post(':session_id/expire')
  @HttpCode(HttpStatus.OK)
  @Idempotent()
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiSessionId()
  @ApiOperation({
    summary: 'Expire a checkout session',
    description:
      'While it is open: nobody can pay any more. A payment that waits for its outcome is canceled; if it succeeds first, the session is completed and this is refused.',
  })
  @ApiOkResponse({ type: CheckoutSessionDto, description: 'The session, expired.' })
  @ApiErrors('checkout_session_not_found', 'checkout_session_not_open')
  async expireCheckoutSession(
    @Context() context: RequestContext,
    @Param('session_id') id: string,
  ): Promise<CheckoutSessionDto> {
    return this.sessions.expire(context, id);
  }
}
