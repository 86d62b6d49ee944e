import { Controller, Get, HttpCode, HttpStatus, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { AllowedFor, ANY_ROLE, CurrentPrincipal } from '../platform/access/access.decorators.js';
import type { Principal } from '../platform/access/principal.js';
import { ApiErrors } from '../platform/errors/api-errors.decorator.js';
import { Idempotent } from '../idempotency/idempotent.decorator.js';
import { ListRefundsDto, RefundDto, RefundPageDto } from './dto/refund.dto.js';
import { PaymentChangesService } from './payment-changes.service.js';
import { RefundsService } from './refunds.service.js';
import type { RequestContext } from './request-context.js';
import { Context } from './request-context.decorator.js';

const ApiRefundId = () => ApiParam({ name: 'refund_id', example: 'ref_0193a5e2c7f11b2c3d4e5f60' });

@ApiTags('Refunds')
@Controller('refunds')
export class RefundsController {
  constructor(
    private readonly changes: PaymentChangesService,
    private readonly refunds: RefundsService,
  ) {}

  @Get()
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiOperation({ summary: 'List refunds', description: 'Newest first.' })
  @ApiOkResponse({ type: RefundPageDto, description: 'A page of refunds.' })
  @ApiErrors('validation_failed')
  async listRefunds(
    @CurrentPrincipal() { accountId }: Principal,
    @Query() query: ListRefundsDto,
  ): Promise<RefundPageDto> {
    return RefundPageDto.from(await this.refunds.list(accountId, query.toFilter(), query.toPage()));
  }

  @Get(':refund_id')
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiRefundId()
  @ApiOperation({ summary: 'Get a refund' })
  @ApiOkResponse({ type: RefundDto, description: 'The refund.' })
  @ApiErrors('refund_not_found')
  async getRefund(@CurrentPrincipal() { accountId }: Principal, @Param('refund_id') id: string): Promise<RefundDto> {
    return RefundDto.from(await this.refunds.get(accountId, id));
  }

  @Post(':refund_id/cancel')
  @HttpCode(HttpStatus.OK)
  @Idempotent()
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiRefundId()
  @ApiOperation({ summary: 'Cancel a refund', description: 'While it is pending; its amount can be refunded again.' })
  @ApiOkResponse({ type: RefundDto, description: 'The refund, canceled.' })
  @ApiErrors('refund_not_found', 'refund_not_pending')
  async cancelRefund(@Context() context: RequestContext, @Param('refund_id') id: string): Promise<RefundDto> {
    return RefundDto.from(await this.changes.cancelRefund(context, id));
  }
}
