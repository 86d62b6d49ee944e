import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { AllowedFor, ANY_ROLE, CurrentPrincipal } from '../auth/access.decorators.js';
import type { Principal } from '../auth/principal.js';
import { ApiErrors, INVALID_INPUT } from '../common/api-errors.decorator.js';
import { RequestId } from '../common/request-id.js';
import { Idempotent, NewId } from '../idempotency/idempotent.decorator.js';
import { ChargedDto, ChargeDto } from './dto/charge.dto.js';
import { PaymentDto, PaymentListDto } from './dto/payment.dto.js';
import { QueryPaymentsDto } from './dto/query-payments.dto.js';
import { PaymentsService } from './payments.service.js';

@ApiTags('Payments')
@Controller('payments')
export class PaymentsController {
  constructor(private readonly payments: PaymentsService) {}

  @Post('charge')
  @Idempotent()
  @AllowedFor(ANY_ROLE, 'api-key')
  @ApiOperation({
    summary: 'Charge a customer',
    description: 'The payment is pending and becomes completed or failed by itself; then its webhookUrl, if it has one, is told.',
  })
  @ApiCreatedResponse({ type: ChargedDto, description: 'The payment, on disk.' })
  async charge(
    @CurrentPrincipal() { accountId }: Principal,
    @NewId('txn') id: string,
    @Body() body: ChargeDto,
    @RequestId() requestId: string,
  ): Promise<ChargedDto> {
    return ChargedDto.from(await this.payments.charge(accountId, id, body.toCharge(), requestId));
  }

  @Get('all')
  @AllowedFor(ANY_ROLE, 'api-key')
  @ApiOperation({ summary: 'List your payments', description: 'All of them, newest first.' })
  @ApiOkResponse({ type: PaymentListDto, description: 'The payments.' })
  @ApiErrors({ 404: 'You have no payments.' })
  async listPayments(@CurrentPrincipal() { accountId }: Principal): Promise<PaymentListDto> {
    return PaymentListDto.of(accountId, { payments: await this.payments.list(accountId) });
  }

  @Get('query')
  @AllowedFor(ANY_ROLE, 'api-key-and-bearer')
  @ApiOperation({ summary: 'Query your payments', description: 'Needs the API key and the bearer token of one account.' })
  @ApiOkResponse({ type: PaymentListDto, description: 'The payments that match.' })
  @ApiErrors({ 404: 'Nothing matches.', ...INVALID_INPUT })
  async queryPayments(@CurrentPrincipal() { accountId }: Principal, @Query() query: QueryPaymentsDto): Promise<PaymentListDto> {
    return PaymentListDto.of(accountId, await this.payments.query(accountId, query.toQuery()));
  }

  @Get(':transaction_id')
  @AllowedFor(ANY_ROLE, 'api-key')
  @ApiOperation({ summary: 'Get a payment' })
  @ApiParam({ name: 'transaction_id', example: 'txn_0193a5e2c7f11b2c3d4e5f60' })
  @ApiOkResponse({ type: PaymentDto, description: 'The payment.' })
  @ApiErrors({ 404: 'You have no such payment.' })
  async getPayment(@CurrentPrincipal() { accountId }: Principal, @Param('transaction_id') id: string): Promise<PaymentDto> {
    return PaymentDto.from(await this.payments.get(accountId, id));
  }
}
