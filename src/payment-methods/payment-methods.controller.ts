import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Param, Post, Query } from '@nestjs/common';
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
import { ApiErrors } from '../platform/errors/api-errors.decorator.js';
import { Idempotent, NewId } from '../idempotency/idempotent.decorator.js';
import {
  CreatePaymentMethodDto,
  ListPaymentMethodsDto,
  PaymentMethodDto,
  PaymentMethodPageDto,
} from './dto/payment-method.dto.js';
import { PaymentMethodsService } from './payment-methods.service.js';

const ApiPaymentMethodId = () => ApiParam({ name: 'payment_method_id', example: 'pm_0193a5e2c7f11b2c3d4e5f60' });

@ApiTags('Payment methods')
@Controller('payment-methods')
export class PaymentMethodsController {
  constructor(private readonly methods: PaymentMethodsService) {}

  @Post()
  @Idempotent()
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiOperation({
    summary: 'Turn a test card into a payment method',
    description: 'Neither the number nor the security code is stored.',
  })
  @ApiCreatedResponse({ type: PaymentMethodDto, description: 'The payment method.' })
  @ApiErrors('incorrect_number', 'invalid_expiry_month', 'invalid_expiry_year', 'invalid_cvc', 'live_card_refused')
  async createPaymentMethod(
    @CurrentPrincipal() caller: Principal,
    @NewId('pm') id: string,
    @Body() body: CreatePaymentMethodDto,
  ): Promise<PaymentMethodDto> {
    return PaymentMethodDto.from(await this.methods.create(caller, id, body.toCard()));
  }

  @Get()
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiOperation({ summary: 'List payment methods', description: 'Newest first.' })
  @ApiOkResponse({ type: PaymentMethodPageDto, description: 'A page of payment methods.' })
  @ApiErrors('validation_failed')
  async listPaymentMethods(
    @CurrentPrincipal() { accountId }: Principal,
    @Query() query: ListPaymentMethodsDto,
  ): Promise<PaymentMethodPageDto> {
    return PaymentMethodPageDto.from(await this.methods.list(accountId, query.toPage()));
  }

  @Get(':payment_method_id')
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiPaymentMethodId()
  @ApiOperation({ summary: 'Get a payment method' })
  @ApiOkResponse({ type: PaymentMethodDto, description: 'The payment method.' })
  @ApiErrors('payment_method_not_found')
  async getPaymentMethod(
    @CurrentPrincipal() { accountId }: Principal,
    @Param('payment_method_id') id: string,
  ): Promise<PaymentMethodDto> {
    return PaymentMethodDto.from(await this.methods.get(accountId, id));
  }

  @Delete(':payment_method_id')
  @HttpCode(HttpStatus.NO_CONTENT)
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiPaymentMethodId()
  @ApiOperation({
    summary: 'Delete a payment method',
    description: 'Payments that were charged to it stay as they are.',
  })
  @ApiNoContentResponse({ description: 'The payment method is gone.' })
  @ApiErrors('payment_method_not_found')
  async deletePaymentMethod(
    @CurrentPrincipal() { accountId }: Principal,
    @Param('payment_method_id') id: string,
  ): Promise<void> {
    await this.methods.delete(accountId, id);
  }
}
