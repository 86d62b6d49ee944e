import { ApiProperty } from '@nestjs/swagger';
import { decimalsOf } from '../../common/currencies.js';
import { decimalPlaces, MAX_MAJOR_AMOUNT, Money } from '../../common/money.js';
import { Field, TextField, UrlField } from '../../common/validation/fields.js';
import { Satisfies } from '../../common/validation/rule.js';
import type { Payment } from '../payment.schema.js';
import { PAYMENT_STATUSES, type PaymentStatus } from '../payment-lifecycle.js';
import type { Charge } from '../payments.service.js';

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

export class ChargeDto {
  @TextField({ description: 'Who pays.', example: 'Acme Corporation', minLength: 1, maxLength: 200, trimmed: true })
  readonly customerName!: string;

  @Field(
    { description: 'In major units, with at most as many decimals as the currency has: 19.99 USD, 500 JPY, 1.234 KWD.', example: 1000.5 },
    { type: 'number', exclusiveMinimum: 0, maximum: MAX_MAJOR_AMOUNT },
    [
      { type: 'decimal_type', msg: 'Input should be a number', test: isNumber },
      { type: 'greater_than', msg: 'Input should be greater than 0', ctx: { gt: 0 }, test: (value) => Number(value) > 0 },
      {
        type: 'less_than_equal',
        msg: `Input should be less than or equal to ${MAX_MAJOR_AMOUNT}`,
        ctx: { le: MAX_MAJOR_AMOUNT },
        test: (value) => Number(value) <= MAX_MAJOR_AMOUNT,
      },
      ...[0, 2, 3, 4].map((decimals) => ({
        type: 'decimal_max_places',
        msg: `Decimal input should have no more than ${decimals} decimal place${decimals === 1 ? '' : 's'}`,
        ctx: { decimal_places: decimals },
        test: (value: unknown, target: object) =>
          decimalsOf((target as ChargeDto).currency) !== decimals || decimalPlaces(Number(value)) <= decimals,
      })),
    ],
  )
  readonly paymentAmount!: number;

  @Satisfies({ type: 'enum', msg: 'Input should be an ISO 4217 currency code', ctx: { expected: 'an ISO 4217 currency code' }, test: (value) => decimalsOf(String(value)) !== undefined })
  @TextField({ description: 'ISO 4217, upper case.', example: 'USD', pattern: /^[A-Z]{3}$/ })
  readonly currency!: string;

  @TextField({ description: 'Anything that helps you to recognize the payment.', example: 'Payment for order #123', maxLength: 1000, optional: true })
  readonly details?: string | null;

  @UrlField({ description: 'Where to send what becomes of the payment.', example: 'https://merchant.example/webhooks', optional: true })
  readonly webhookUrl?: string | null;

  toCharge(): Charge {
    return {
      customerName: this.customerName.trim(),
      amount: Money.ofMajor(this.paymentAmount, this.currency),
      details: this.details ?? null,
      webhookUrl: this.webhookUrl ?? null,
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

  /** The payment as it was when it was made. */
  static from({ _id, customerName, amount, currency, history, createdAt }: Payment): ChargedDto {
    const status = history[0]?.to ?? 'pending';
    return { id: _id, customerName, amount: Money.ofMinor(amount, currency).major, currency, status, created: createdAt };
  }
}
