import { ApiProperty } from '@nestjs/swagger';
import type { QueryFilter } from 'mongoose';
import type { DisputeHistoryItem, DisputeView, FraudWarningView } from '../../payments/dispute-view.js';
import { AmountField } from '../../payments/dto/amount-field.js';
import { DISPUTE_EVENTS, type DisputeEventType } from '../../payments/payment-lifecycle.js';
import {
  DISPUTE_REASONS,
  DISPUTE_STAGES,
  DISPUTE_STATUSES,
  type DisputeReason,
  type DisputeStage,
  type DisputeStatus,
} from '../../payments/payment-state.js';
import { ID_PATTERN } from '../../platform/common/ids.js';
import { idBetween, type Page } from '../../platform/database/page.js';
import { PageQuery } from '../../platform/http/page-query.dto.js';
import { DateField } from '../../platform/validation/date-field.js';
import { ChoiceField, TextField } from '../../platform/validation/fields.js';
import type { DisputeRequest } from '../dispute-changes.service.js';
import type { Dispute } from '../dispute.schema.js';
import { EvidenceDto } from './evidence.dto.js';

const OPENING_STAGES = ['inquiry', 'chargeback'] as const;
const HISTORY_TYPES = DISPUTE_EVENTS.filter((type) => type.startsWith('dispute.'));

export class CreateDisputeDto {
  @ChoiceField(DISPUTE_REASONS, { enumName: 'DisputeReason', description: 'Why.', example: 'fraudulent' })
  readonly reason!: DisputeReason;

  @AmountField({ description: 'In major units; all that is left if not given.', example: 5.5, optional: true })
  readonly amount?: number | null;

  @ChoiceField(OPENING_STAGES, {
    enumName: 'OpeningDisputeStage',
    description: '`inquiry`: the bank only asks, and no money moves. `chargeback` if not given.',
    optional: true,
  })
  readonly stage?: 'inquiry' | 'chargeback' | null;

  toRequest(): DisputeRequest {
    return { reason: this.reason, amount: this.amount ?? null, stage: this.stage ?? 'chargeback' };
  }
}

export class ListDisputesDto extends PageQuery('dsp') {
  @TextField({
    description: 'Only disputes of this payment.',
    example: 'txn_0193a5e2c7f11b2c3d4e5f60',
    pattern: ID_PATTERN,
    optional: true,
  })
  readonly paymentId?: string;

  @ChoiceField(DISPUTE_STATUSES, {
    enumName: 'DisputeStatus',
    description: 'Only disputes in this status.',
    optional: true,
  })
  readonly status?: DisputeStatus;

  @ChoiceField(DISPUTE_STAGES, {
    enumName: 'DisputeStage',
    description: 'Only disputes at this stage.',
    optional: true,
  })
  readonly stage?: DisputeStage;

  @ChoiceField(DISPUTE_REASONS, {
    enumName: 'DisputeReason',
    description: 'Only disputes for this reason.',
    optional: true,
  })
  readonly reason?: DisputeReason;

  @DateField({ description: 'Only disputes from this moment on.', optional: true })
  readonly createdAfter?: string;

  @DateField({ description: 'Only disputes before this moment.', optional: true })
  readonly createdBefore?: string;

  toFilter(): QueryFilter<Dispute> {
    return {
      ...(this.paymentId && { paymentId: this.paymentId }),
      ...(this.status && { status: this.status }),
      ...(this.stage && { stage: this.stage }),
      ...(this.reason && { reason: this.reason }),
      ...idBetween('dsp', this.createdAfter, this.createdBefore),
    };
  }
}

export class DisputeHistoryItemDto implements DisputeHistoryItem {
  @ApiProperty({ type: String, format: 'date-time', example: '2026-01-31T09:00:05.000Z' })
  readonly at!: Date;

  @ApiProperty({ enum: HISTORY_TYPES, enumName: 'DisputeChangeType', example: 'dispute.closed' })
  readonly type!: DisputeEventType;

  @ApiProperty({ enum: DISPUTE_STATUSES, enumName: 'DisputeStatus', example: 'won' })
  readonly status!: DisputeStatus;

  @ApiProperty({ enum: DISPUTE_STAGES, enumName: 'DisputeStage', example: 'chargeback' })
  readonly stage!: DisputeStage;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'The evidence answers the reason product_not_received: shippingTrackingNumber, shippingCarrier.',
    description: 'For a person; null if the type says it all.',
  })
  readonly why!: string | null;

  @ApiProperty({ example: 'evt_0193a5e2c7f11b2c3d4e5f60' })
  readonly eventId!: string;
}

export class DisputeDto implements DisputeView {
  @ApiProperty({ example: 'dsp_0193a5e2c7f11b2c3d4e5f60' })
  readonly id!: string;

  @ApiProperty({ example: 'txn_0193a5e2c7f11b2c3d4e5f60' })
  readonly paymentId!: string;

  @ApiProperty({ enum: DISPUTE_STAGES, enumName: 'DisputeStage', example: 'chargeback' })
  readonly stage!: DisputeStage;

  @ApiProperty({ enum: DISPUTE_STATUSES, enumName: 'DisputeStatus', example: 'needs_response' })
  readonly status!: DisputeStatus;

  @ApiProperty({ enum: DISPUTE_REASONS, enumName: 'DisputeReason', example: 'product_not_received' })
  readonly reason!: DisputeReason;

  @ApiProperty({ example: 5.5, description: 'In major units of the currency, as the fee is.' })
  readonly amount!: number;

  @ApiProperty({ example: 'USD' })
  readonly currency!: string;

  @ApiProperty({
    example: 15,
    description: 'What the gateway took for it, or returned if it was won; 0 for an inquiry.',
  })
  readonly fee!: number;

  @ApiProperty({
    type: String,
    format: 'date-time',
    example: '2026-02-07T09:00:05.000Z',
    description: 'Until when evidence can be submitted. Then the dispute expires.',
  })
  readonly evidenceDueBy!: Date;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-01-31T09:00:05.000Z' })
  readonly createdAt!: Date;

  @ApiProperty({
    type: EvidenceDto,
    nullable: true,
    description: 'The texts that were saved; null in lists and events.',
  })
  readonly evidence!: DisputeView['evidence'];

  @ApiProperty({
    type: [DisputeHistoryItemDto],
    nullable: true,
    description: 'What happened to it, oldest first; null in lists and events.',
  })
  readonly history!: DisputeHistoryItemDto[] | null;

  static from(view: DisputeView): DisputeDto {
    return { ...view, history: view.history as DisputeHistoryItemDto[] | null };
  }
}

export class DisputePageDto {
  @ApiProperty({ type: [DisputeDto] })
  readonly data!: DisputeDto[];

  @ApiProperty({ example: false, description: 'Whether there are more beyond this page.' })
  readonly hasMore!: boolean;

  static from({ data, hasMore }: Page<DisputeView>): DisputePageDto {
    return { data: data.map((view) => DisputeDto.from(view)), hasMore };
  }
}

/** The `data` of `fraud_warning.created`. */
export class FraudWarningDto implements FraudWarningView {
  @ApiProperty({ example: 'fw_0193a5e2c7f11b2c3d4e5f60' })
  readonly id!: string;

  @ApiProperty({ example: 'txn_0193a5e2c7f11b2c3d4e5f60' })
  readonly paymentId!: string;

  @ApiProperty({ example: 19.99, description: 'What was captured, in major units of the currency.' })
  readonly amount!: number;

  @ApiProperty({ example: 'USD' })
  readonly currency!: string;

  @ApiProperty({ enum: ['made_with_stolen_card'], enumName: 'FraudType', example: 'made_with_stolen_card' })
  readonly fraudType!: 'made_with_stolen_card';

  @ApiProperty({ example: true, description: 'Whether there is something left to refund, so that nobody disputes it.' })
  readonly actionable!: boolean;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-01-31T09:00:05.000Z' })
  readonly createdAt!: Date;
}
