import { ApiProperty } from '@nestjs/swagger';
import { ValidationFailedError } from '../../platform/errors/validation-failed.error.js';
import { DateField } from '../../platform/validation/date-field.js';
import { Field, FlagField } from '../../platform/validation/fields.js';
import { publicId } from '../../platform/worlds/world-ids.js';
import type { Advance, Advanced, ClockState } from '../clock.service.js';
import { parseDuration } from '../duration.js';

const CHOICES = ['by', 'to', 'toNext'] as const;

export class AdvanceClockDto {
  @Field(
    {
      description: 'By a duration: `90s`, `15m`, `36h`, `3d`, or ISO 8601 without years and months, such as `PT36H`.',
      example: '3d',
      optional: true,
    },
    { type: 'string' },
    [
      {
        type: 'duration_parsing',
        msg: 'Input should be a whole number with one of the units s, m, h, d (such as 90s or 3d), or an ISO 8601 duration without years and months (such as PT36H)',
        ctx: { units: ['s', 'm', 'h', 'd'] },
        test: (value) => typeof value === 'string' && parseDuration(value) !== null,
      },
    ],
  )
  readonly by?: string | null;

  @DateField({ description: 'To a time.', example: null, optional: true })
  readonly to?: string | null;

  @FlagField({ description: '`true`: to the next thing that is due.', example: null, optional: true })
  readonly toNext?: boolean | null;

  /** Throws ValidationFailedError unless exactly one of them was sent. */
  toAdvance(): Advance {
    const { by, to, toNext } = this;
    const given = CHOICES.filter((name) => (this[name] ?? false) !== false);
    if (given.length !== 1)
      throw ValidationFailedError.at(['body'], 'one_of', 'Exactly one of by, to and toNext is required', null, {
        fields: CHOICES,
      });
    if (to != null) return { to: new Date(to), given: to };
    return toNext ? { toNext } : { byMs: parseDuration(by ?? '') ?? 0 };
  }
}

export class ClockDto {
  @ApiProperty({ enum: ['real', 'virtual'], enumName: 'ClockKind', example: 'virtual' })
  readonly kind!: 'real' | 'virtual';

  @ApiProperty({ type: String, format: 'date-time', example: '2026-01-31T09:00:00.000Z' })
  readonly now!: Date;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: '2026-01-31T09:00:05.000Z',
    description: 'When the next thing is due by a virtual clock; null if nothing is, or the clock is real.',
  })
  readonly nextDueAt!: Date | null;

  static from({ kind, now, nextDueAt }: ClockState): ClockDto {
    return { kind, now, nextDueAt };
  }
}

export class RanDto {
  @ApiProperty({ type: String, format: 'date-time', example: '2026-01-31T09:00:05.000Z' })
  readonly at!: Date;

  @ApiProperty({ example: 'webhook.attempt', description: '`payment.processing`, `webhook.attempt` and so on.' })
  readonly type!: string;

  @ApiProperty({ example: 'whd_0193a5e2c7f11b2c3d4e5f60', description: 'The payment, delivery, … that it was about.' })
  readonly id!: string;
}

export class AdvancedClockDto {
  @ApiProperty({ type: String, format: 'date-time', example: '2026-02-03T09:00:00.000Z' })
  readonly now!: Date;

  @ApiProperty({ type: [RanDto], description: 'What was done, in order of time; the first 1,000.' })
  readonly ran!: RanDto[];

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  readonly nextDueAt!: Date | null;

  @ApiProperty({ example: false, description: 'Whether more was done than `ran` shows.' })
  readonly truncated!: boolean;

  static from({ now, ran, nextDueAt, truncated }: Advanced): AdvancedClockDto {
    return { now, ran: ran.map(({ at, type, id }) => ({ at, type, id: publicId(id) })), nextDueAt, truncated };
  }
}
