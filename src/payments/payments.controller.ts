import { Body, Controller, Get, HttpCode, HttpStatus, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiHeader, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { AllowedFor, ANY_ROLE, CurrentPrincipal } from '../platform/access/access.decorators.js';
import type { Principal } from '../platform/access/principal.js';
import { ApiErrors } from '../platform/errors/api-errors.decorator.js';
import { Idempotent, NewId } from '../idempotency/idempotent.decorator.js';
import { SIMULATED_OUTCOMES } from '../simulation/test-values.js';
import { PreferredWait, type Wait, Waits } from '../platform/http/waits.decorator.js';
import { BaseUrl } from '../platform/http/base-url.decorator.js';
import { ChargedDto, ChargeDto } from './dto/charge.dto.js';
import { AuthenticateDto, CaptureDto } from './dto/move.dto.js';
import { PaymentDto, PaymentListDto, PaymentPageDto } from './dto/payment.dto.js';
import { ListPaymentsDto, QueryPaymentsDto } from './dto/query-payments.dto.js';
import { CreateRefundDto, RefundDto } from './dto/refund.dto.js';
import { StatisticsDto, StatisticsQueryDto } from './dto/statistics.dto.js';
import { TimelineDto } from './dto/timeline.dto.js';
import { PaymentListsService } from './payment-lists.service.js';
import { ChargingService } from './charging.service.js';
import { OutcomeWaits } from './outcome-waits.service.js';
import { PaymentChangesService } from './payment-changes.service.js';
import { PaymentStatistics } from './payment-statistics.service.js';
import { PaymentStore } from './payment-store.service.js';
import type { RequestContext } from './request-context.js';
import { Context } from './request-context.decorator.js';
import { Simulate, SIMULATE_HEADER } from './simulate.decorator.js';
import { TimelineService } from './timeline.service.js';

const ApiPaymentId = () => ApiParam({ name: 'transaction_id', example: 'txn_0193a5e2c7f11b2c3d4e5f60' });

@ApiTags('Payments')
@Controller('payments')
export class PaymentsController {
  constructor(
    private readonly charging: ChargingService,
    private readonly changes: PaymentChangesService,
    private readonly payments: PaymentStore,
    private readonly lists: PaymentListsService,
    private readonly timelines: TimelineService,
    private readonly waits: OutcomeWaits,
    private readonly statistics: PaymentStatistics,
  ) {}

  @Post('charge')
  @Idempotent()
  @AllowedFor(ANY_ROLE, 'api-key-or-console')
  @ApiHeader({
    name: SIMULATE_HEADER,
    required: false,
    description: 'Names the outcome, before any other test value.',
    schema: { type: 'string', title: 'SimulatedOutcome', enum: SIMULATED_OUTCOMES },
  })
  @ApiOperation({
    summary: 'Charge a customer',
    description:
      'The payment is pending and becomes completed, authorized or failed by itself; then its webhookUrl, if it has one, is told. A decline is a 201 too. Test values decide the outcome: see GET /test-values.',
  })
  @Waits()
  @ApiCreatedResponse({ type: ChargedDto, description: 'The payment, on disk.' })
  async charge(
    @Context() context: RequestContext,
    @NewId('txn') id: string,
    @Simulate() simulate: string | null,
    @Body() body: ChargeDto,
    @BaseUrl() baseUrl: string,
    @PreferredWait() wait: Wait | null,
  ): Promise<ChargedDto> {
    const payment = await this.charging.charge(context, id, body.toCharge(simulate), baseUrl);
    return ChargedDto.of(await this.waits.forOutcome(payment, wait), { waited: wait !== null });
  }

  @Get()
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiOperation({
    summary: 'List payments by page',
    description:
      'Newest first, unless `sortBy` says otherwise. With `sortBy=amount`, a cursor whose amount the gateway no longer knows is 404.',
  })
  @ApiOkResponse({ type: PaymentPageDto, description: 'A page of payments.' })
  @ApiErrors('payment_not_found', 'validation_failed')
  async listPaymentsByPage(
    @CurrentPrincipal() { accountId }: Principal,
    @Query() query: ListPaymentsDto,
  ): Promise<PaymentPageDto> {
    return PaymentPageDto.from(await this.lists.page(accountId, query.toQuery()));
  }

  @Get('all')
  @AllowedFor(ANY_ROLE, 'api-key-or-console')
  @ApiOperation({ summary: 'List your payments', description: 'All of them, newest first.' })
  @ApiOkResponse({ type: PaymentListDto, description: 'The payments.' })
  @ApiErrors('no_payments_found')
  async listPayments(@CurrentPrincipal() { accountId }: Principal): Promise<PaymentListDto> {
    return PaymentListDto.of(accountId, await this.lists.list(accountId));
  }

  @Get('query')
  @AllowedFor(ANY_ROLE, 'api-key-and-bearer')
  @ApiOperation({
    summary: 'Query your payments',
    description: 'Needs the API key and the bearer token of one account.',
  })
  @ApiOkResponse({ type: PaymentListDto, description: 'The payments that match.' })
  @ApiErrors('no_payments_found', 'payment_not_found', 'validation_failed')
  async queryPayments(
    @CurrentPrincipal() { accountId }: Principal,
    @Query() query: QueryPaymentsDto,
  ): Promise<PaymentListDto> {
    return PaymentListDto.of(accountId, await this.lists.query(accountId, query.toQuery()));
  }

  @Get('statistics')
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiOperation({
    summary: 'Count payments by hour or day',
    description:
      'What became of the payments of each step, and their volume. Of an account with very many payments the answer can be some seconds old.',
  })
  @ApiOkResponse({ type: StatisticsDto, description: 'The figures.' })
  @ApiErrors('too_many_open_requests', 'validation_failed')
  async getPaymentStatistics(
    @CurrentPrincipal() { accountId, world }: Principal,
    @Query() query: StatisticsQueryDto,
  ): Promise<StatisticsDto> {
    return StatisticsDto.from(await this.statistics.of({ accountId, world, ...query.toPeriod() }));
  }

  @Get(':transaction_id')
  @AllowedFor(ANY_ROLE, 'api-key-or-console')
  @ApiPaymentId()
  @ApiOperation({ summary: 'Get a payment' })
  @ApiOkResponse({ type: PaymentDto, description: 'The payment.' })
  @ApiErrors('payment_not_found')
  async getPayment(
    @CurrentPrincipal() { accountId }: Principal,
    @Param('transaction_id') id: string,
  ): Promise<PaymentDto> {
    return PaymentDto.from(await this.payments.get(accountId, id));
  }

  @Get(':transaction_id/timeline')
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiPaymentId()
  @ApiOperation({
    summary: 'Get the timeline of a payment',
    description:
      'Every step with its cause: request, the test value that decided, state, event, each attempt to deliver.',
  })
  @ApiOkResponse({ type: TimelineDto, description: 'The steps, in order.' })
  @ApiErrors('payment_not_found')
  async getPaymentTimeline(
    @CurrentPrincipal() { accountId }: Principal,
    @Param('transaction_id') id: string,
  ): Promise<TimelineDto> {
    return { data: await this.timelines.timeline(accountId, id) };
  }

  @Post(':transaction_id/capture')
  @HttpCode(HttpStatus.OK)
  @Idempotent()
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiPaymentId()
  @ApiOperation({
    summary: 'Capture an authorized payment',
    description: 'Whole or in part, once; the rest is released.',
  })
  @Waits()
  @ApiOkResponse({ type: PaymentDto, description: 'The payment, completed.' })
  @ApiErrors('payment_not_found', 'illegal_transition', 'amount_too_large')
  async capturePayment(
    @Context() context: RequestContext,
    @Param('transaction_id') id: string,
    @Body() { amount }: CaptureDto,
    @PreferredWait() wait: Wait | null,
  ): Promise<PaymentDto> {
    const payment = await this.changes.capture(context, id, amount ?? null);
    return PaymentDto.from(await this.waits.forOutcome(payment, wait));
  }

  @Post(':transaction_id/void')
  @HttpCode(HttpStatus.OK)
  @Idempotent()
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiPaymentId()
  @ApiOperation({ summary: 'Void an authorized payment', description: 'Gives the authorization back.' })
  @ApiOkResponse({ type: PaymentDto, description: 'The payment, voided.' })
  @ApiErrors('payment_not_found', 'illegal_transition')
  async voidPayment(@Context() context: RequestContext, @Param('transaction_id') id: string): Promise<PaymentDto> {
    return PaymentDto.from(await this.changes.void(context, id));
  }

  @Post(':transaction_id/cancel')
  @HttpCode(HttpStatus.OK)
  @Idempotent()
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiPaymentId()
  @ApiOperation({
    summary: 'Cancel a payment',
    description: 'One that is pending or waits for the customer. Canceling it again changes nothing.',
  })
  @ApiOkResponse({ type: PaymentDto, description: 'The payment, canceled.' })
  @ApiErrors('payment_not_found', 'illegal_transition')
  async cancelPayment(@Context() context: RequestContext, @Param('transaction_id') id: string): Promise<PaymentDto> {
    return PaymentDto.from(await this.changes.cancel(context, id));
  }

  @Post(':transaction_id/authenticate')
  @HttpCode(HttpStatus.OK)
  @Idempotent()
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiPaymentId()
  @ApiOperation({
    summary: 'Answer a 3-D Secure challenge',
    description: 'For tests: what the customer would do on the page of `nextAction.url`.',
  })
  @ApiOkResponse({ type: PaymentDto, description: 'The payment with its outcome.' })
  @ApiErrors('payment_not_found', 'illegal_transition')
  async authenticatePayment(
    @Context() context: RequestContext,
    @Param('transaction_id') id: string,
    @Body() body: AuthenticateDto,
  ): Promise<PaymentDto> {
    return PaymentDto.from(await this.changes.authenticate(context, id, body.succeeded));
  }

  @Post(':transaction_id/refunds')
  @Idempotent()
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiPaymentId()
  @ApiOperation({ summary: 'Refund a completed payment', description: 'Whole or in parts, up to what was captured.' })
  @Waits()
  @ApiCreatedResponse({ type: RefundDto, description: 'The refund.' })
  @ApiErrors('payment_not_found', 'illegal_transition', 'amount_too_large', 'too_many_refunds')
  async createRefund(
    @Context() context: RequestContext,
    @Param('transaction_id') id: string,
    @NewId('ref') refundId: string,
    @Body() body: CreateRefundDto,
    @PreferredWait() wait: Wait | null,
  ): Promise<RefundDto> {
    return RefundDto.from(await this.changes.refund(context, id, refundId, body.toRequest(), wait));
  }
}
