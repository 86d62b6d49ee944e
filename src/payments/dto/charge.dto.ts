import { ApiProperty } from '@nestjs/swagger';
import { publicId } from '../../platform/worlds/world-ids.js';
import { Money } from '../../platform/common/money.js';
import { ChoiceField, TextField, UrlField } from '../../platform/validation/fields.js';
import { FailureDto } from '../../simulation/dto/test-value.dto.js';
import type { Payment } from '../payment.schema.js';
import { CAPTURE_MODES, type CaptureMode } from '../payment-state.js';
import { PAYMENT_STATUSES, type PaymentStatus } from '../payment-lifecycle.js';
import type { Charge } from '../new-payment.js';
import { nextActionOf } from '../payment-view.js';
import { AmountField } from './amount-field.js';
import { CurrencyField, FITS_CURRENCY } from './currency-field.js';
import { MetadataField, OrderReferenceField } from './metadata-field.js';
import { NextActionDto } from './payment.dto.js';

export class ChargeDto {
  @TextField({ description: 'Who pays.', example: 'Acme Corporation', minLength: 1, maxLength: 200, trimmed: true })
  readonly customerName!: string;

  @AmountField(
    {
      description: 'In major units, with at most as many decimals as the currency has: 19.99 USD, 500 JPY, 1.234 KWD.',
      example: 1000.5,
    },
    FITS_CURRENCY,
  )
  readonly paymentAmount!: number;

  @CurrencyField()
  readonly currency!: string;

  @TextField({
    description: 'Anything that helps you to recognize the payment.',
    example: 'Payment for order #123',
    maxLength: 1000,
    optional: true,
  })
  readonly details?: string | null;

  @UrlField({
    description: 'Where to send what becomes of the payment, such as `https://shop.example/webhooks`.',
    // Swagger UI sends examples, and the gateway would call this one.
    example: null,
    optional: true,
  })
  readonly webhookUrl?: string | null;

  @TextField({
    description: 'A ready-made test token (GET /test-values), or one from POST /payment-methods.',
    example: 'pm_card_visa',
    minLength: 1,
    maxLength: 100,
    optional: true,
  })
  readonly paymentMethod?: string | null;

  @ChoiceField(CAPTURE_MODES, {
    enumName: 'CaptureMode',
    description: '`manual` only authorizes: capture or void it within 7 days. `automatic` if not given.',
    example: 'automatic',
    optional: true,
  })
  readonly capture?: CaptureMode | null;

  @UrlField({
    description:
      'Where the browser of a customer who had to authenticate goes afterwards. The gateway adds two query parameters: `payment`, the id of the payment, and `status`, its status then. Anybody can open such a URL: fetch the payment before you rely on it.',
    example: 'https://merchant.invalid/checkout/done',
    optional: true,
  })
  readonly returnUrl?: string | null;

  @OrderReferenceField()
  readonly orderReference?: string | null;

  @MetadataField()
  readonly metadata?: Readonly<Record<string, string>> | null;

  toCharge(simulate: string | null): Charge {
    return {
      customerName: this.customerName.trim(),
      amount: Money.ofMajor(this.paymentAmount, this.currency),
      details: this.details ?? null,
      webhookUrl: this.webhookUrl ?? null,
      paymentMethod: this.paymentMethod ?? null,
      capture: this.capture ?? 'automatic',
      returnUrl: this.returnUrl ?? null,
      orderReference: this.orderReference ?? null,
      metadata: this.metadata ?? {},
      simulate,
    };
  }
}

export class ChargedDto {
  @ApiProperty({ example: 'txn_0193a5e2c7f11b2c3d4e5f60' })
  readonly id!: string;

  @ApiProperty({ example: 'Acme Corporation' })
  readonly customerName!: string;

  @ApiProperty({ example: 1000.5, description: 'In major units of the currency.' })
  readonly amount!: number;

  @ApiProperty({ example: 'USD' })
  readonly currency!: string;

  @ApiProperty({ enum: PAYMENT_STATUSES, enumName: 'PaymentStatus', example: 'pending' })
  readonly status!: PaymentStatus;

  @ApiProperty({ type: String, format: 'date-time', example: '2025-11-05T10:50:00.000Z' })
  readonly created!: Date;

  @ApiProperty({ type: NextActionDto, required: false, description: 'Only where the customer has to authenticate.' })
  readonly nextAction?: NextActionDto;

  @ApiProperty({
    type: FailureDto,
    nullable: true,
    required: false,
    description: 'Only with `Prefer: wait`: why the payment failed; null if it did not.',
  })
  readonly failure?: FailureDto | null;

  /** The payment as it was when it was made; or, if the client waited, as it is. */
  static of(payment: Payment, { waited }: { readonly waited: boolean }): ChargedDto {
    const { _id, customerName, amount, currency, outcome, createdAt } = payment;
    const first = outcome.authentication ? 'requires_action' : 'pending';
    const status = waited ? payment.status : first;
    const nextAction = status === 'requires_action' ? nextActionOf(payment) : null;
    return {
      id: publicId(_id),
      customerName,
      amount: Money.ofMinor(amount, currency).major,
      currency,
      status,
      created: createdAt,
      ...(nextAction && { nextAction }),
      ...(waited && { failure: payment.failure }),
    };
  }
}
