import { ApiProperty } from '@nestjs/swagger';
import { FailureDto } from '../../simulation/dto/test-value.dto.js';
import { publicId } from '../../platform/worlds/world-ids.js';
import type { Page } from '../../platform/database/page.js';
import type { Payment } from '../payment.schema.js';
import type { QueriedPayments } from '../payment-lists.service.js';
import { type NextAction, type PaymentView, paymentView, VOID_REASONS, type VoidReason } from '../payment-view.js';
import { CAPTURE_MODES, type CaptureMode } from '../payment-state.js';
import { PAYMENT_STATUSES, type PaymentStatus } from '../payment-lifecycle.js';

export class NextActionDto implements NextAction {
  @ApiProperty({ enum: ['redirect'], enumName: 'NextActionType', example: 'redirect' })
  readonly type!: 'redirect';

  @ApiProperty({
    format: 'uri',
    example: 'http://127.0.0.1:3000/3ds/txn_0193a5e2c7f11b2c3d4e5f60/5d41402abc4b2a76b9719d911017c592',
    description:
      'Where to send the browser of the customer. Afterwards it goes to `returnUrl`, with the query parameters `payment` (the id of the payment) and `status` (its status then).',
  })
  readonly url!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: '2025-11-06T11:43:58.910Z',
    description: 'When the payment fails unless the customer has authenticated.',
  })
  readonly expiresAt!: Date | null;
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

  @ApiProperty({ type: String, nullable: true, format: 'uri', example: null })
  readonly webhookUrl!: string | null;

  @ApiProperty({ type: String, format: 'date-time', example: '2025-11-06T11:13:58.910Z' })
  readonly createdAt!: Date;

  @ApiProperty({
    type: String,
    format: 'date-time',
    example: '2025-11-06T11:13:59.910Z',
    description: 'When it was last changed.',
  })
  readonly updatedAt!: Date;

  @ApiProperty({ enum: CAPTURE_MODES, enumName: 'CaptureMode', example: 'automatic' })
  readonly capture!: CaptureMode;

  @ApiProperty({ example: 1900.5 })
  readonly amountCaptured!: number;

  @ApiProperty({ example: 0, description: 'By refunds that neither failed nor were canceled.' })
  readonly amountRefunded!: number;

  @ApiProperty({ type: FailureDto, nullable: true, description: 'Why it failed.' })
  readonly failure!: FailureDto | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
    description: 'When the authorization is voided unless it is captured; null if the payment was not authorized.',
  })
  readonly authorizationExpiresAt!: Date | null;

  @ApiProperty({
    enum: VOID_REASONS,
    enumName: 'VoidReason',
    nullable: true,
    example: null,
    description: 'Why it was voided: `requested` by you, or `expired`.',
  })
  readonly voidReason!: VoidReason | null;

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

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'The checkout session on whose page the customer paid; null if there was none.',
  })
  readonly checkoutSessionId!: string | null;

  static from(payment: Payment): PaymentDto {
    return paymentView(payment);
  }
}

/** A list in the v1 form. */
export class PaymentListDto {
  @ApiProperty({ example: 'user_0193a5e2c7f11b2c3d4e5f60' })
  readonly userId!: string;

  @ApiProperty({ type: 'integer', example: 1, description: 'How many match, on all pages.' })
  readonly totalTransactions!: number;

  @ApiProperty({ type: [PaymentDto] })
  readonly transactions!: PaymentDto[];

  @ApiProperty({
    required: false,
    example: false,
    description: 'Only where a page was asked for: whether there are more.',
  })
  readonly hasMore?: boolean;

  static of(userId: string, { payments, total, hasMore }: QueriedPayments): PaymentListDto {
    const transactions = payments.map((payment) => PaymentDto.from(payment));
    return {
      userId: publicId(userId),
      totalTransactions: total,
      transactions,
      ...(hasMore !== undefined && { hasMore }),
    };
  }
}

export class PaymentPageDto {
  @ApiProperty({ type: [PaymentDto] })
  readonly data!: PaymentDto[];

  @ApiProperty({ example: false, description: 'Whether there are more beyond this page.' })
  readonly hasMore!: boolean;

  static from({ data, hasMore }: Page<Payment>): PaymentPageDto {
    return { data: data.map((payment) => PaymentDto.from(payment)), hasMore };
  }
}
