import { ApiProperty } from '@nestjs/swagger';
import { FailureDto } from '../../simulation/dto/test-value.dto.js';
import type { Payment } from '../payment.schema.js';
import { type NextAction, type PaymentView, paymentView } from '../payment-view.js';
import { PAYMENT_STATUSES, type PaymentStatus } from '../payment-lifecycle.js';

export class NextActionDto implements NextAction {
  @ApiProperty({ enum: ['redirect'], example: 'redirect' })
  readonly type!: 'redirect';

  @ApiProperty({
    format: 'uri',
    example: 'http://127.0.0.1:3000/3ds/txn_0193a5e2c7f11b2c3d4e5f60/5d41402abc4b2a76b9719d911017c592',
    description: 'Where to send the browser of the customer.',
  })
  readonly url!: string;
}

export class ChargedCardDto {
  @ApiProperty({ example: 'pm_card_visa' })
  readonly id!: string;

  @ApiProperty({ example: 'visa' })
  readonly brand!: string;

  @ApiProperty({ example: '4242' })
  readonly last4!: string;
}

/** One payment as the lists show it. */
export class PaymentDto implements PaymentView {
  @ApiProperty({ example: 'txn_0193a5e2c7f11b2c3d4e5f60' })
  readonly id!: string;

  @ApiProperty({ example: 'user_0193a5e2c7f11b2c3d4e5f60' })
  readonly ownerId!: string;

  @ApiProperty({ example: 'Acme Corporation' })
  readonly customerName!: string;

  @ApiProperty({ example: 1900.5, description: 'In major units of the currency, as all amounts are.' })
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

  @ApiProperty({ enum: ['automatic', 'manual'], example: 'automatic' })
  readonly capture!: 'automatic' | 'manual';

  @ApiProperty({ example: 1900.5 })
  readonly amountCaptured!: number;

  @ApiProperty({ example: 0, description: 'By refunds that neither failed nor were canceled.' })
  readonly amountRefunded!: number;

  @ApiProperty({ type: FailureDto, nullable: true, description: 'Why it failed.' })
  readonly failure!: FailureDto | null;

  @ApiProperty({
    type: NextActionDto,
    nullable: true,
    description: 'What the customer has to do, while the status is `requires_action`.',
  })
  readonly nextAction!: NextActionDto | null;

  @ApiProperty({ type: ChargedCardDto, nullable: true })
  readonly paymentMethod!: ChargedCardDto | null;

  @ApiProperty({ type: String, nullable: true, example: 'order-123' })
  readonly orderReference!: string | null;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' }, example: { cart: '42' } })
  readonly metadata!: Readonly<Record<string, string>>;

  static from(payment: Payment): PaymentDto {
    return paymentView(payment);
  }
}

export class PaymentListDto {
  @ApiProperty({ example: 'user_0193a5e2c7f11b2c3d4e5f60' })
  readonly userId!: string;

  @ApiProperty({ example: 1 })
  readonly totalTransactions!: number;

  @ApiProperty({ type: [PaymentDto] })
  readonly transactions!: PaymentDto[];

  @ApiProperty({
    required: false,
    example: false,
    description: 'Only where a page was asked for: whether there are more.',
  })
  readonly hasMore?: boolean;

  static of(
    userId: string,
    { payments, hasMore }: { payments: readonly Payment[]; hasMore?: boolean },
  ): PaymentListDto {
    const transactions = payments.map((payment) => PaymentDto.from(payment));
    return { userId, totalTransactions: transactions.length, transactions, ...(hasMore !== undefined && { hasMore }) };
  }
}
