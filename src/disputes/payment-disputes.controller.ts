import { Body, Controller, Param, Post, UseGuards } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Idempotent } from '../idempotency/idempotent.decorator.js';
import type { RequestContext } from '../payments/request-context.js';
import { Context } from '../payments/request-context.decorator.js';
import { AllowedFor, ANY_ROLE } from '../platform/access/access.decorators.js';
import { ApiErrors } from '../platform/errors/api-errors.decorator.js';
import { DisputeChanges } from './dispute-changes.service.js';
import { DisputesOnGuard } from './disputes-on.guard.js';
import { CreateDisputeDto, DisputeDto } from './dto/dispute.dto.js';

@ApiTags('Disputes')
@Controller('payments')
export class PaymentDisputesController {
  constructor(private readonly changes: DisputeChanges) {}

  @Post(':transaction_id/disputes')
  @UseGuards(DisputesOnGuard)
  @Idempotent()
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiParam({ name: 'transaction_id', example: 'txn_0193a5e2c7f11b2c3d4e5f60' })
  @ApiOperation({
    summary: 'Dispute a payment',
    description:
      "For tests: what the customer's bank would do. In production for sandboxes only. What was refunded or disputed already cannot be disputed again, unless the dispute was won.",
  })
  @ApiCreatedResponse({ type: DisputeDto, description: 'The dispute.' })
  @ApiErrors(
    'disputes_off',
    'payment_not_found',
    'illegal_transition',
    'amount_too_large',
    'too_many_disputes',
    'validation_failed',
  )
  async createDispute(
    @Context() context: RequestContext,
    @Param('transaction_id') id: string,
    @Body() body: CreateDisputeDto,
  ): Promise<DisputeDto> {
    return DisputeDto.from(await this.changes.open(context, id, body.toRequest()));
  }
}
