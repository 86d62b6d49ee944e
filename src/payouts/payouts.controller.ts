import { Body, Controller, Get, HttpCode, HttpStatus, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Idempotent, NewId } from '../idempotency/idempotent.decorator.js';
import type { RequestContext } from '../payments/request-context.js';
import { Context } from '../payments/request-context.decorator.js';
import { AllowedFor, ANY_ROLE, CurrentPrincipal } from '../platform/access/access.decorators.js';
import type { Principal } from '../platform/access/principal.js';
import { ApiErrors } from '../platform/errors/api-errors.decorator.js';
import {
  CreatePayoutDto,
  ListPayoutsDto,
  PayoutDto,
  PayoutPageDto,
  PayoutScheduleDto,
  PayoutScheduleListDto,
  SetPayoutScheduleDto,
} from './dto/payout.dto.js';
import { PayoutSchedules } from './payout-schedules.service.js';
import { PayoutStore } from './payout-store.service.js';
import { PayoutsService } from './payouts.service.js';

const ApiPayoutId = () => ApiParam({ name: 'payout_id', example: 'po_0193a5e2c7f11b2c3d4e5f60' });

@ApiTags('Money')
@Controller('payouts')
export class PayoutsController {
  constructor(
    private readonly payouts: PayoutsService,
    private readonly schedules: PayoutSchedules,
    private readonly store: PayoutStore,
  ) {}

  @Post()
  @Idempotent()
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiOperation({
    summary: 'Create a payout',
    description: 'Takes the amount from what is available; it arrives two days later, by the clock of the account.',
  })
  @ApiCreatedResponse({ type: PayoutDto, description: 'The payout, pending.' })
  @ApiErrors('insufficient_balance')
  async createPayout(
    @Context() context: RequestContext,
    @NewId('po') id: string,
    @Body() body: CreatePayoutDto,
  ): Promise<PayoutDto> {
    return PayoutDto.from(await this.payouts.create(context, id, body.toRequest()));
  }

  @Get()
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiOperation({ summary: 'List payouts', description: 'Newest first.' })
  @ApiOkResponse({ type: PayoutPageDto, description: 'A page of payouts.' })
  @ApiErrors('validation_failed')
  async listPayouts(
    @CurrentPrincipal() { accountId }: Principal,
    @Query() query: ListPayoutsDto,
  ): Promise<PayoutPageDto> {
    return PayoutPageDto.from(await this.store.list(accountId, query.toFilter(), query.toPage()));
  }

  @Get('schedule')
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiOperation({ summary: 'Get the payout schedule', description: 'By currency.' })
  @ApiOkResponse({ type: PayoutScheduleListDto, description: 'The schedule of each currency that has one.' })
  async getPayoutSchedule(@CurrentPrincipal() { accountId }: Principal): Promise<PayoutScheduleListDto> {
    return { data: await this.schedules.list(accountId) };
  }

  @Patch('schedule')
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiOperation({
    summary: 'Set the payout schedule',
    description: 'Of one currency: when all that is available is paid out by itself.',
  })
  @ApiOkResponse({ type: PayoutScheduleDto, description: 'The schedule.' })
  setPayoutSchedule(
    @CurrentPrincipal() reader: Principal,
    @Body() { currency, interval }: SetPayoutScheduleDto,
  ): Promise<PayoutScheduleDto> {
    return this.schedules.set(reader, currency, interval);
  }

  @Get(':payout_id')
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiPayoutId()
  @ApiOperation({ summary: 'Get a payout' })
  @ApiOkResponse({ type: PayoutDto, description: 'The payout.' })
  @ApiErrors('payout_not_found')
  async getPayout(@CurrentPrincipal() { accountId }: Principal, @Param('payout_id') id: string): Promise<PayoutDto> {
    return PayoutDto.from(await this.store.get(accountId, id));
  }

  @Post(':payout_id/cancel')
  @HttpCode(HttpStatus.OK)
  @Idempotent()
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiPayoutId()
  @ApiOperation({ summary: 'Cancel a payout', description: 'While it is pending; its amount is available again.' })
  @ApiOkResponse({ type: PayoutDto, description: 'The payout, canceled.' })
  @ApiErrors('payout_not_found', 'payout_not_pending')
  async cancelPayout(@Context() context: RequestContext, @Param('payout_id') id: string): Promise<PayoutDto> {
    return PayoutDto.from(await this.payouts.cancel(context, id));
  }
}
