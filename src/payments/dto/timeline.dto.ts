import { ApiProperty } from '@nestjs/swagger';
import type { TimelineStep } from '../payment-timeline.js';

const KINDS = ['request', 'decision', 'state', 'event', 'delivery'] as const;

export class TimelineStepDto implements TimelineStep {
  @ApiProperty({ type: String, format: 'date-time', example: '2025-11-06T11:13:58.910Z' })
  readonly at!: Date;

  @ApiProperty({ enum: KINDS, enumName: 'TimelineKind', example: 'state' })
  readonly kind!: TimelineStep['kind'];

  @ApiProperty({ example: 'From pending to completed, by the gateway, when it was due' })
  readonly text!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'The request, event or delivery that the step is about.',
  })
  readonly reference!: string | null;
}

export class TimelineDto {
  @ApiProperty({ type: [TimelineStepDto], description: 'In order.' })
  readonly data!: readonly TimelineStepDto[];
}
