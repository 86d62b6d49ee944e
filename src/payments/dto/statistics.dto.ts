import { ApiProperty } from '@nestjs/swagger';
import { DateField } from '../../platform/validation/date-field.js';
import { ChoiceField } from '../../platform/validation/fields.js';
import {
  type FailureCount,
  type Statistics,
  STATISTICS_STEPS,
  type StatisticsPoint,
  type StatisticsStep,
  type Volume,
} from '../payment-statistics.js';

export class StatisticsQueryDto {
  @ChoiceField(STATISTICS_STEPS, {
    description: 'How long each step is; `hour` if not given. Days are those of UTC.',
    enumName: 'StatisticsStep',
    optional: true,
  })
  readonly by?: StatisticsStep;

  @DateField({
    description: 'The step that has this moment is the first one. By default 24 hours or 30 days before `to`.',
    optional: true,
  })
  readonly from?: string;

  @DateField({
    description: "The end; the account's time if not given. At most 7 days of hours, or 92 days.",
    optional: true,
  })
  readonly to?: string;

  toPeriod(): { by: StatisticsStep; from: Date | null; to: Date | null } {
    const timeOf = (text: string | undefined): Date | null => (text === undefined ? null : new Date(text));
    return { by: this.by ?? 'hour', from: timeOf(this.from), to: timeOf(this.to) };
  }
}

export class VolumeDto implements Volume {
  @ApiProperty({ example: 'USD' })
  readonly currency!: string;

  @ApiProperty({ type: 'number', format: 'double', example: 1234.5, description: 'Captured, in major units.' })
  readonly amount!: number;

  @ApiProperty({ type: 'number', format: 'double', example: 12.5, description: 'Refunded of it, in major units.' })
  readonly refunded!: number;
}

export class StatisticsPointDto implements StatisticsPoint {
  @ApiProperty({ type: String, format: 'date-time', example: '2025-11-06T11:00:00.000Z' })
  readonly start!: Date;

  @ApiProperty({ type: 'integer', example: 12 })
  readonly payments!: number;

  @ApiProperty({ type: 'integer', example: 9, description: 'Completed, whether they were refunded later or not.' })
  readonly completed!: number;

  @ApiProperty({ type: 'integer', example: 2 })
  readonly failed!: number;

  @ApiProperty({ type: 'integer', example: 1, description: 'Without an outcome, or authorized.' })
  readonly pending!: number;

  @ApiProperty({ type: 'integer', example: 0, description: 'Canceled or voided.' })
  readonly canceled!: number;

  @ApiProperty({
    type: 'number',
    format: 'double',
    nullable: true,
    example: 0.818,
    description: 'Completed ones of those that completed or failed, from 0 to 1; null if there are none.',
  })
  readonly successRate!: number | null;

  @ApiProperty({ type: [VolumeDto], description: 'By currency.' })
  readonly volume!: readonly VolumeDto[];
}

export class FailureCountDto implements FailureCount {
  @ApiProperty({ example: 'card_declined' })
  readonly code!: string;

  @ApiProperty({ type: String, nullable: true, example: 'insufficient_funds' })
  readonly declineCode!: string | null;

  @ApiProperty({ type: 'integer', example: 2 })
  readonly count!: number;
}

export class StatisticsDto {
  @ApiProperty({ enum: STATISTICS_STEPS, enumName: 'StatisticsStep', example: 'hour' })
  readonly by!: StatisticsStep;

  @ApiProperty({ type: String, format: 'date-time', example: '2025-11-05T12:00:00.000Z' })
  readonly from!: Date;

  @ApiProperty({ type: String, format: 'date-time', example: '2025-11-06T12:00:00.000Z', description: 'Exclusive.' })
  readonly to!: Date;

  @ApiProperty({ type: [StatisticsPointDto], description: 'Every step, oldest first, also those without payments.' })
  readonly data!: readonly StatisticsPointDto[];

  @ApiProperty({ type: [FailureCountDto], description: 'Failures of the whole period, the most frequent first.' })
  readonly failures!: readonly FailureCountDto[];

  static from({ from, to, ...statistics }: Statistics): StatisticsDto {
    return { ...statistics, from: new Date(from), to: new Date(to) };
  }
}
