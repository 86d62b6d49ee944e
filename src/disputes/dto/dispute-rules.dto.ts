import { ApiProperty } from '@nestjs/swagger';
import {
  EVIDENCE_FIELD_NAMES,
  EVIDENCE_FIELDS,
  type EvidenceField,
  MAGIC_TEXTS,
  WINNING_EVIDENCE,
} from '../../payments/dispute-evidence.js';
import { DISPUTE_REASONS, type DisputeReason } from '../../payments/payment-state.js';

const FIELD = { enum: EVIDENCE_FIELD_NAMES, enumName: 'EvidenceField' } as const;

export class DisputeRuleDto {
  @ApiProperty({ enum: DISPUTE_REASONS, enumName: 'DisputeReason', example: 'product_not_received' })
  readonly reason!: DisputeReason;

  @ApiProperty({
    type: 'array',
    items: { type: 'array', items: { type: 'string', enum: EVIDENCE_FIELD_NAMES } },
    example: [['shippingTrackingNumber', 'shippingCarrier'], ['shippingDocumentation']],
    description: 'All fields of one of these sets win the dispute.',
  })
  readonly winningEvidence!: EvidenceField[][];
}

export class EvidenceFieldDto {
  @ApiProperty({ ...FIELD, example: 'receipt' })
  readonly field!: EvidenceField;

  @ApiProperty({ example: 'The receipt that the customer got.' })
  readonly description!: string;
}

export class MagicTextDto {
  @ApiProperty({ example: 'winning_evidence', description: 'The whole text of a field.' })
  readonly text!: string;

  @ApiProperty({ example: 'The dispute is won.' })
  readonly outcome!: string;
}

/** What decides disputes. */
export class DisputeRulesDto {
  @ApiProperty({ type: [DisputeRuleDto] })
  readonly rules!: DisputeRuleDto[];

  @ApiProperty({ type: [EvidenceFieldDto] })
  readonly fields!: EvidenceFieldDto[];

  @ApiProperty({ type: [MagicTextDto], description: 'These decide before the rules; of several, the first one.' })
  readonly magicTexts!: MagicTextDto[];

  static readonly all: DisputeRulesDto = {
    rules: DISPUTE_REASONS.map((reason) => ({
      reason,
      winningEvidence: WINNING_EVIDENCE[reason].map((set) => [...set]),
    })),
    fields: EVIDENCE_FIELD_NAMES.map((field) => ({ field, description: EVIDENCE_FIELDS[field] })),
    magicTexts: Object.values(MAGIC_TEXTS),
  };
}
