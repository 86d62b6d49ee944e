import { Controller, Get, HttpCode, HttpStatus, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { AllowedFor, ANY_ROLE, CurrentPrincipal } from '../platform/access/access.decorators.js';
import type { Principal } from '../platform/access/principal.js';
import { ApiErrors } from '../platform/errors/api-errors.decorator.js';
import { Idempotent } from '../idempotency/idempotent.decorator.js';
import { DeliveriesService } from './deliveries.service.js';
import { DeliveryDto, DeliveryPageDto, ListDeliveriesDto } from './dto/delivery.dto.js';
import { WebhooksService } from './webhooks.service.js';

const ApiDeliveryId = () => ApiParam({ name: 'delivery_id', example: 'whd_0193a5e2c7f11b2c3d4e5f60' });

@ApiTags('Webhooks')
@Controller('webhooks/deliveries')
export class DeliveriesController {
  constructor(
    private readonly deliveries: DeliveriesService,
    private readonly webhooks: WebhooksService,
  ) {}

  @Get()
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiOperation({
    summary: 'List webhook deliveries',
    description: 'Of the last 30 days, newest first, each with its attempts.',
  })
  @ApiOkResponse({ type: DeliveryPageDto, description: 'A page of deliveries.' })
  @ApiErrors('validation_failed')
  async listDeliveries(
    @CurrentPrincipal() { accountId }: Principal,
    @Query() query: ListDeliveriesDto,
  ): Promise<DeliveryPageDto> {
    return DeliveryPageDto.from(await this.deliveries.list(accountId, query.toFilter(), query.toPage()));
  }

  @Get(':delivery_id')
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiDeliveryId()
  @ApiOperation({
    summary: 'Get a webhook delivery',
    description: 'With every attempt: when, how long, and what was answered.',
  })
  @ApiOkResponse({ type: DeliveryDto, description: 'The delivery.' })
  @ApiErrors('delivery_not_found')
  async getDelivery(
    @CurrentPrincipal() { accountId }: Principal,
    @Param('delivery_id') id: string,
  ): Promise<DeliveryDto> {
    return DeliveryDto.from(await this.deliveries.get(accountId, id));
  }

  @Post(':delivery_id/redeliver')
  @Idempotent()
  @HttpCode(HttpStatus.OK)
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiDeliveryId()
  @ApiOperation({
    summary: 'Redeliver',
    description: 'Sends it again now, with the same `webhook-id` and all retries.',
  })
  @ApiOkResponse({ type: DeliveryDto, description: 'The delivery; it is attempted at once.' })
  @ApiErrors('delivery_not_found')
  async redeliver(@CurrentPrincipal() caller: Principal, @Param('delivery_id') id: string): Promise<DeliveryDto> {
    return DeliveryDto.from(await this.webhooks.redeliver(caller, id));
  }
}
