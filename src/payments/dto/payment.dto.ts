import { ApiProperty } from '@nestjs/swagger';
import { Money } from '../../common/money.js';
import type { Payment } from '../payment.schema.js';
import { PAYMENT_STATUSES, type PaymentStatus } from '../payment-lifecycle.js';

/** One payment as the lists show it. */
export class PaymentDto {
  @ApiProperty({ example: 'txn_0193a5e2c7f11b2c3d4e5f60' })
  readonly id!: string;

  @ApiProperty({ example: 'user_0193a5e2c7f11b2c3d4e5f60' })
  readonly ownerId!: string;

  @ApiProperty({ example: 'Acme Corporation' })
  readonly customerName!: string;

  @ApiProperty({ example: 1900.5, description: 'In major units of the currency.' })
  readonly amount!: number;

  @ApiProperty({ example: 'USD' })
  readonly currency!: string;

  @ApiProperty({ example: 'Payment for order #123', description: '`No details provided` where none were sent.' })
  readonly details!: string;

  @ApiProperty({ enum: PAYMENT_STATUSES, enumName: 'PaymentStatus', example: 'completed' })
  readonly status!: PaymentStatus;

  @ApiProperty({ type: String, nullable: true, format: 'uri', example: 'https://merchant.example/webhooks' })
  readonly webhookUrl!: string | null;

  @ApiProperty({ type: String, format: 'date-time', example: '2025-11-06T11:13:58.910Z' })
  readonly createdAt!: Date;

  /** @param status as it is now, if not given */
  static from(payment: Payment, status = payment.status): PaymentDto {
    const { _id, accountId, customerName, amount, currency, details, webhookUrl, createdAt } = payment;
    return {
      id: _id,
      ownerId: accountId,
      customerName,
      amount: Money.ofMinor(amount, currency).major,
      currency,
      details: details ?? 'No details provided',
      status,
      webhookUrl,
      createdAt,
    };
  }
}

export class PaymentListDto {
  @ApiProperty({ example: 'user_0193a5e2c7f11b2c3d4e5f60' })
  readonly userId!: string;

  @ApiProperty({ example: 1 })
  readonly totalTransactions!: number;

  @ApiProperty({ type: [PaymentDto] })
  readonly transactions!: PaymentDto[];

  @ApiProperty({ required: false, example: false, description: 'Only where a page was asked for: whether there are more.' })
  readonly hasMore?: boolean;

  static of(userId: string, { payments, hasMore }: { payments: readonly Payment[]; hasMore?: boolean }): PaymentListDto {
    return { userId, totalTransactions: payments.length, transactions: payments.map((payment) => PaymentDto.from(payment)), ...(hasMore !== undefined && { hasMore }) };
  }
}
