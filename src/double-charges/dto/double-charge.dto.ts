import { ApiProperty } from '@nestjs/swagger';
import { type DoubleCharge, type DoubleChargeKind, KINDS } from '../double-charge.js';

export class DoubleChargeDto {
  @ApiProperty({
    enum: KINDS,
    enumName: 'DoubleChargeKind',
    example: 'same_order',
    description:
      '`same_order`: several payments of one `orderReference` in one currency hold money. `retry_without_key`: a request whose answer was lost was sent again with no key or another one, and was done twice. `key_reused`: an Idempotency-Key was used again with other parameters.',
  })
  readonly kind!: DoubleChargeKind;

  @ApiProperty({ type: String, nullable: true, example: 'order-123' })
  readonly orderReference!: string | null;

  @ApiProperty({
    type: [String],
    example: ['txn_0193a5e2c7f11b2c3d4e5f60', 'txn_0193a5e2c8a07d8e9fa0b1c2'],
    description: 'Oldest first.',
  })
  readonly paymentIds!: readonly string[];

  @ApiProperty({ type: [String], example: ['req_0193a5e2c7f11b2c3d4e5f60', 'req_0193a5e2c8a07d8e9fa0b1c2'] })
  readonly requestIds!: readonly string[];

  @ApiProperty({
    type: 'number',
    example: 19.99,
    description:
      'What all payments but the first hold, authorized or captured and not refunded, in major units of the currency; of a refund, the second one. 0 if nothing was taken twice.',
  })
  readonly amountAtStake!: number;

  @ApiProperty({ type: String, nullable: true, example: 'USD' })
  readonly currency!: string | null;

  @ApiProperty({ example: 'The order order-123 was paid 2 times.' })
  readonly explanation!: string;
}

export class DoubleChargeListDto {
  @ApiProperty({ type: [DoubleChargeDto], description: 'By kind, of each the latest 100, newest first.' })
  readonly data!: DoubleChargeDto[];

  static of(data: DoubleCharge[]): DoubleChargeListDto {
    return { data };
  }
}
