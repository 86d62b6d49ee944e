import { ApiProperty } from '@nestjs/swagger';
import { PAYMENT_STATUSES, type PaymentStatus } from '../payment-lifecycle.js';
import { REFUND_STATUSES, type RefundStatus } from '../payment-state.js';

export class V1RefundDto {
  @ApiProperty({ example: 'ref_0193a5e2c7f11b2c3d4e5f60' })
  readonly id!: string;

  @ApiProperty({ example: 5.5, description: 'In major units of the currency.' })
  readonly amount!: number;

  @ApiProperty({ enum: REFUND_STATUSES, enumName: 'RefundStatus', example: 'completed' })
  readonly status!: RefundStatus;
}

export class V1PaymentDto {
  @ApiProperty({ example: 'Acme Corporation' })
  readonly customerName!: string;

  @ApiProperty({ example: 1000.5, description: 'In major units of the currency.' })
  readonly amount!: number;

  @ApiProperty({ example: 'USD' })
  readonly currency!: string;

  @ApiProperty({ enum: PAYMENT_STATUSES, enumName: 'PaymentStatus', example: 'completed' })
  readonly status!: PaymentStatus;

  @ApiProperty({ type: V1RefundDto, required: false, description: 'Only if the event is about a refund.' })
  readonly refund?: V1RefundDto;
}

/** What a payment's own `webhookUrl` is sent. */
export class V1MessageDto {
  @ApiProperty({
    type: String,
    example: 'payment.completed',
    description: 'A type of event of a payment or a refund; the creation of a payment is not sent.',
  })
  readonly event!: string;

  @ApiProperty({ example: 'txn_0193a5e2c7f11b2c3d4e5f60', description: 'The id of the payment.' })
  readonly id!: string;

  @ApiProperty({ type: String, format: 'date-time', example: '2025-11-06T11:13:58.910Z' })
  readonly timestamp!: Date;

  @ApiProperty({ type: V1PaymentDto })
  readonly data!: V1PaymentDto;
}
