import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Param, Patch, Post, Query } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { AllowedFor, ANY_ROLE, CurrentPrincipal } from '../platform/access/access.decorators.js';
import type { Principal } from '../platform/access/principal.js';
import { NoStore } from '../platform/http/no-store.decorator.js';
import { ApiErrors } from '../platform/errors/api-errors.decorator.js';
import { RequestId } from '../platform/http/request-id.js';
import { Idempotent, NewId } from '../idempotency/idempotent.decorator.js';
import { DeliveryDto } from './dto/delivery.dto.js';
import {
  ChangeWebhookEndpointDto,
  CreatedWebhookEndpointDto,
  CreateWebhookEndpointDto,
  DEFAULT_OVERLAP_HOURS,
  ListWebhookEndpointsDto,
  RedeliveringDto,
  RedeliverSinceDto,
  RotatedSecretDto,
  RotateSecretDto,
  WebhookEndpointDto,
  WebhookEndpointPageDto,
} from './dto/webhook-endpoint.dto.js';
import { WebhookEndpointsService } from './webhook-endpoints.service.js';
import { WebhooksService } from './webhooks.service.js';

const ApiEndpointId = () => ApiParam({ name: 'endpoint_id', example: 'we_0193a5e2c7f11b2c3d4e5f60' });

@ApiTags('Webhooks')
@Controller('webhooks/endpoints')
export class WebhookEndpointsController {
  constructor(
    private readonly endpoints: WebhookEndpointsService,
    private readonly webhooks: WebhooksService,
  ) {}

  @Post()
  @NoStore()
  @Idempotent()
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiOperation({
    summary: 'Create a webhook endpoint',
    description: 'Answers its secret, shown once. An account can have 50.',
  })
  @ApiCreatedResponse({ type: CreatedWebhookEndpointDto, description: 'The endpoint.' })
  @ApiErrors('too_many_webhook_endpoints')
  async createWebhookEndpoint(
    @CurrentPrincipal() caller: Principal,
    @NewId('we') id: string,
    @Body() body: CreateWebhookEndpointDto,
  ): Promise<CreatedWebhookEndpointDto> {
    return CreatedWebhookEndpointDto.of(await this.endpoints.create(caller, id, body.toEndpoint()));
  }

  @Get()
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiOperation({ summary: 'List webhook endpoints', description: 'Newest first.' })
  @ApiOkResponse({ type: WebhookEndpointPageDto, description: 'A page of endpoints.' })
  @ApiErrors('validation_failed')
  async listWebhookEndpoints(
    @CurrentPrincipal() { accountId, world }: Principal,
    @Query() query: ListWebhookEndpointsDto,
  ): Promise<WebhookEndpointPageDto> {
    return WebhookEndpointPageDto.from(await this.endpoints.list(accountId, query.toPage()), world.now());
  }

  @Get(':endpoint_id')
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiEndpointId()
  @ApiOperation({ summary: 'Get a webhook endpoint' })
  @ApiOkResponse({ type: WebhookEndpointDto, description: 'The endpoint.' })
  @ApiErrors('webhook_endpoint_not_found')
  async getWebhookEndpoint(
    @CurrentPrincipal() { accountId, world }: Principal,
    @Param('endpoint_id') id: string,
  ): Promise<WebhookEndpointDto> {
    return WebhookEndpointDto.from(await this.endpoints.get(accountId, id), world.now());
  }

  @Patch(':endpoint_id')
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiEndpointId()
  @ApiOperation({
    summary: 'Change a webhook endpoint',
    description: 'What is not sent stays as it is; `enabled: true` re-enables one that the gateway disabled.',
  })
  @ApiOkResponse({ type: WebhookEndpointDto, description: 'The endpoint as it is now.' })
  @ApiErrors('webhook_endpoint_not_found', 'validation_failed')
  async changeWebhookEndpoint(
    @CurrentPrincipal() { accountId, world }: Principal,
    @Param('endpoint_id') id: string,
    @Body() body: ChangeWebhookEndpointDto,
  ): Promise<WebhookEndpointDto> {
    return WebhookEndpointDto.from(await this.endpoints.change(accountId, id, body.toChange()), world.now());
  }

  @Delete(':endpoint_id')
  @HttpCode(HttpStatus.NO_CONTENT)
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiEndpointId()
  @ApiOperation({ summary: 'Delete a webhook endpoint', description: 'What is on its way to it is not sent any more.' })
  @ApiNoContentResponse({ description: 'The endpoint is gone.' })
  @ApiErrors('webhook_endpoint_not_found')
  async deleteWebhookEndpoint(
    @CurrentPrincipal() { accountId }: Principal,
    @Param('endpoint_id') id: string,
  ): Promise<void> {
    await this.endpoints.delete(accountId, id);
  }

  @Post(':endpoint_id/rotate-secret')
  @NoStore()
  @Idempotent()
  @HttpCode(HttpStatus.OK)
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiEndpointId()
  @ApiOperation({
    summary: "Rotate an endpoint's secret",
    description: 'For the overlap both sign, so that no delivery fails while you change over.',
  })
  @ApiOkResponse({ type: RotatedSecretDto, description: 'The new secret.' })
  @ApiErrors('webhook_endpoint_not_found')
  async rotateEndpointSecret(
    @CurrentPrincipal() caller: Principal,
    @Param('endpoint_id') id: string,
    @NewId('sec') keyId: string,
    @Body() body: RotateSecretDto,
  ): Promise<RotatedSecretDto> {
    return RotatedSecretDto.from(
      await this.endpoints.rotateSecret(caller, id, keyId, body.overlapHours ?? DEFAULT_OVERLAP_HOURS),
    );
  }

  @Post(':endpoint_id/test')
  @Idempotent()
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiEndpointId()
  @ApiOperation({
    summary: 'Send a test event',
    description: 'A `webhook.test` to this endpoint, whatever it subscribed to.',
  })
  @ApiCreatedResponse({ type: DeliveryDto, description: 'The delivery; it is attempted at once.' })
  @ApiErrors('webhook_endpoint_not_found', 'webhook_endpoint_disabled')
  async testWebhookEndpoint(
    @CurrentPrincipal() caller: Principal,
    @Param('endpoint_id') id: string,
    @NewId('evt') eventId: string,
    @RequestId() requestId: string,
  ): Promise<DeliveryDto> {
    return DeliveryDto.from(await this.webhooks.test(caller, id, eventId, requestId));
  }

  @Post(':endpoint_id/resume')
  @Idempotent()
  @HttpCode(HttpStatus.OK)
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiEndpointId()
  @ApiOperation({
    summary: 'Resume a paused webhook endpoint',
    description: 'Ends the pause that its receiver asked for (`pausedUntil`), and sends now what waits.',
  })
  @ApiOkResponse({ type: WebhookEndpointDto, description: 'The endpoint, not paused.' })
  @ApiErrors('webhook_endpoint_not_found', 'webhook_endpoint_disabled')
  async resumeWebhookEndpoint(
    @CurrentPrincipal() caller: Principal,
    @Param('endpoint_id') id: string,
  ): Promise<WebhookEndpointDto> {
    return WebhookEndpointDto.from(await this.webhooks.resume(caller, id), caller.world.now());
  }

  @Post(':endpoint_id/redeliver')
  @Idempotent()
  @HttpCode(HttpStatus.OK)
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiEndpointId()
  @ApiOperation({
    summary: 'Redeliver what was not received',
    description:
      'Everything since a time that this endpoint has not received, also what still waits for a retry, with the same `webhook-id`. Ends a pause.',
  })
  @ApiOkResponse({ type: RedeliveringDto, description: 'How many are sent again.' })
  @ApiErrors('webhook_endpoint_not_found', 'webhook_endpoint_disabled')
  async redeliverToEndpoint(
    @CurrentPrincipal() caller: Principal,
    @Param('endpoint_id') id: string,
    @Body() { since }: RedeliverSinceDto,
  ): Promise<RedeliveringDto> {
    return RedeliveringDto.from(await this.webhooks.redeliverSince(caller, id, new Date(since)));
  }
}
