import { ApiProperty } from '@nestjs/swagger';
import { ID_PATTERN } from '../../platform/common/ids.js';
import type { QueryFilter } from 'mongoose';
import { idBetween, type Page } from '../../platform/database/page.js';
import { DateField } from '../../platform/validation/date-field.js';
import { PageQuery } from '../../platform/http/page-query.dto.js';
import { ChoiceField, TextField } from '../../platform/validation/fields.js';
import { REFUND_STATUSES, type RefundStatus } from '../payment-state.js';
import type { Refund } from '../refund.schema.js';
import type { RefundRequest } from '../payment-changes.service.js';
import { type RefundFailure, type RefundView, refundView } from '../payment-view.js';
import { AmountField } from './amount-field.js';
import { MetadataField, OrderReferenceField } from './metadata-field.js';

export class CreateRefundDto {
  @AmountField({ description: 'In major units; all that is left if not given.', example: 5.5, optional: true })
  readonly amount?: number | null;

  @TextField({ description: 'Why, for a person.', example: 'Returned by the customer', maxLength: 200, optional: true })
  readonly reason?: string | null;

  @OrderReferenceField()
  readonly orderReference?: string | null;

  @MetadataField()
  readonly metadata?: Readonly<Record<string, string>> | null;

  toRequest(): RefundRequest {
    return {
      amount: this.amount ?? null,
      reason: this.reason ?? null,
      orderReference: this.orderReference ?? null,
      metadata: this.metadata ?? {},
    };
  }
}

export class ListRefundsDto extends PageQuery('ref') {
  @TextField({
    description: 'Only refunds of this payment.',
    example: 'txn_0193a5e2c7f11b2c3d4e5f60',
    pattern: ID_PATTERN,
    optional: true,
  })
  readonly payment?: string;

  @ChoiceField(REFUND_STATUSES, {
    enumName: 'RefundStatus',
    description: 'Only refunds in this status.',
    optional: true,
  })
  readonly status?: RefundStatus;

  @OrderReferenceField()
  readonly orderReference?: string;

  @DateField({ description: 'Only refunds from this moment on.', optional: true })
  readonly createdAfter?: string;

  @DateField({ description: 'Only refunds before this moment.', optional: true })
  readonly createdBefore?: string;

  toFilter(): QueryFilter<Refund> {
    return {
      ...(this.payment && { paymentId: this.payment }),
      ...(this.status && { status: this.status }),
      ...(this.orderReference && { orderReference: this.orderReference }),
      ...idBetween('ref', this.createdAfter, this.createdBefore),
    };
  }
}

export class RefundFailureDto implements RefundFailure {
  @ApiProperty({ example: 'refund_declined' })
  readonly code!: string;

  @ApiProperty({ example: "The card's issuer did not accept the refund; its amount can be refunded again." })
  readonly message!: string;
}

export class RefundDto implements RefundView {
  @ApiProperty({ example: 'ref_0193a5e2c7f11b2c3d4e5f60' })
  readonly id!: string;

  @ApiProperty({ example: 'txn_0193a5e2c7f11b2c3d4e5f60' })
  readonly paymentId!: string;

  @ApiProperty({ example: 5.5, description: 'In major units of the currency.' })
  readonly amount!: number;

  @ApiProperty({ example: 'USD' })
  readonly currency!: string;

  @ApiProperty({ enum: REFUND_STATUSES, enumName: 'RefundStatus', example: 'completed' })
  readonly status!: RefundStatus;

  @ApiProperty({ type: String, nullable: true, example: 'Returned by the customer' })
  readonly reason!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'order-123' })
  readonly orderReference!: string | null;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' }, example: { cart: '42' } })
  readonly metadata!: Readonly<Record<string, string>>;

  @ApiProperty({ type: RefundFailureDto, nullable: true, description: 'Why it failed.' })
  readonly failure!: RefundFailureDto | null;

  @ApiProperty({ type: String, format: 'date-time', example: '2025-11-06T11:13:58.910Z' })
  readonly createdAt!: Date;

  static from(refund: Refund): RefundDto {
    return refundView(refund);
  }
}

export class RefundPageDto {
  @ApiProperty({ type: [RefundDto] })
  readonly data!: RefundDto[];

  @ApiProperty({ example: false, description: 'Whether there are more beyond this page.' })
  readonly hasMore!: boolean;

  static from({ data, hasMore }: Page<Refund>): RefundPageDto {
    return { data: data.map((refund) => RefundDto.from(refund)), hasMore };
  }
}
