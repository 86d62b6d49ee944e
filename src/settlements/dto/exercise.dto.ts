import { ApiProperty } from '@nestjs/swagger';
import { choiceRule, Field, ListField, TextField } from '../../platform/validation/fields.js';
import { IntegerField } from '../../platform/validation/number-field.js';
import { EXERCISE_ERRORS, type ExerciseError, type PlantedError } from '../exercise-errors.js';
import type { Finding } from '../exercise-score.js';
import type { ExerciseResultView, ExerciseView } from '../exercise-view.js';
import type { ExerciseOrder } from '../exercises.service.js';
import { MAX_FINDINGS, MAX_ID_LENGTH, readFindings } from '../read-findings.js';
import { SettlementDto } from './settlement.dto.js';

const MAX_COUNT = 50;
const DEFAULT_COUNT = 5;

const ApiExerciseError = () => ApiProperty({ enum: EXERCISE_ERRORS, enumName: 'ExerciseError', example: 'wrong_fee' });

export class CreateExerciseDto {
  @TextField({
    description: 'The same seed plants the same errors in the same report. It follows from the id if not given.',
    example: 'monday',
    minLength: 1,
    maxLength: 100,
    optional: true,
  })
  readonly seed?: string | null;

  @ListField(
    {
      description: 'The kinds of errors; all if not given.',
      example: ['missing_row', 'wrong_fee'],
      items: { type: 'string', enum: [...EXERCISE_ERRORS] },
      minItems: 1,
      maxItems: EXERCISE_ERRORS.length,
      optional: true,
    },
    [choiceRule(EXERCISE_ERRORS)],
  )
  readonly errors?: readonly ExerciseError[] | null;

  @IntegerField({
    description: `How many errors, each in a row of its own; ${DEFAULT_COUNT} if not given. At most as many as the report has rows.`,
    example: DEFAULT_COUNT,
    min: 1,
    max: MAX_COUNT,
    optional: true,
  })
  readonly count?: number | null;

  toOrder(): ExerciseOrder {
    return {
      seed: this.seed ?? null,
      errors: this.errors ?? EXERCISE_ERRORS,
      count: this.count ?? DEFAULT_COUNT,
    };
  }
}

export class FindingDto implements Finding {
  @ApiProperty({
    type: 'integer',
    minimum: 1,
    nullable: true,
    required: false,
    example: 3,
    description: 'The number of the row. A missing row has none.',
  })
  readonly row!: number | null;

  @ApiProperty({
    type: String,
    minLength: 1,
    maxLength: MAX_ID_LENGTH,
    nullable: true,
    required: false,
    example: null,
    description: 'The balance transaction, in place of the row or beside it.',
  })
  readonly transactionId!: string | null;

  @ApiExerciseError()
  readonly error!: ExerciseError;
}

export class AnswerExerciseDto {
  @Field(
    { description: 'What is wrong in the report.', example: [{ row: 3, error: 'wrong_fee' }] },
    { type: FindingDto, isArray: true, maxItems: MAX_FINDINGS },
    [
      { type: 'list_type', msg: 'Input should be a valid list', test: Array.isArray },
      {
        type: 'list_length',
        msg: `List should have 0 to ${MAX_FINDINGS} items`,
        ctx: { min_length: 0, max_length: MAX_FINDINGS },
        test: (value) => Array.isArray(value) && value.length <= MAX_FINDINGS,
      },
    ],
  )
  readonly findings!: readonly unknown[];

  /** Throws ValidationFailedError. */
  toFindings(): Finding[] {
    return readFindings(this.findings);
  }
}

export class PlantedErrorDto implements PlantedError {
  @ApiExerciseError()
  readonly error!: ExerciseError;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    example: 3,
    description: 'Of two equal rows the later one; null if the row is missing.',
  })
  readonly row!: number | null;

  @ApiProperty({ example: 'bt_0193a5e2c7f11b2c3d4e5f60' })
  readonly transactionId!: string;

  @ApiProperty({ example: 'The fee is 0.91 USD, and 0.88 USD in the gateway.' })
  readonly explanation!: string;
}

export class ExerciseResultDto implements ExerciseResultView {
  @ApiProperty({
    type: 'integer',
    minimum: 0,
    maximum: 100,
    example: 100,
    description: 'Errors found less wrong accusations, in percent of all errors; never less than 0.',
  })
  readonly score!: number;

  @ApiProperty({ type: [PlantedErrorDto], description: 'Errors that were found.' })
  readonly correct!: readonly PlantedErrorDto[];

  @ApiProperty({ type: [PlantedErrorDto], description: 'Errors that were not found.', example: [] })
  readonly missed!: readonly PlantedErrorDto[];

  @ApiProperty({ type: [FindingDto], description: 'Findings that are wrong.', example: [] })
  readonly wronglyAccused!: readonly FindingDto[];

  @ApiProperty({ type: [PlantedErrorDto], description: 'All errors that were planted.' })
  readonly key!: readonly PlantedErrorDto[];
}

export class ExerciseDto implements ExerciseView {
  @ApiProperty({ example: 'ex_0193a5e2c7f11b2c3d4e5f60' })
  readonly id!: string;

  @ApiProperty({ example: 'set_0193a5e2c7f11b2c3d4e5f60' })
  readonly settlementId!: string;

  @ApiProperty({ type: String, format: 'date-time', example: '2025-11-11T09:00:00.000Z' })
  readonly createdAt!: Date;

  @ApiProperty({ example: 'monday' })
  readonly seed!: string;

  @ApiProperty({ enum: EXERCISE_ERRORS, enumName: 'ExerciseError', isArray: true, example: ['wrong_fee'] })
  readonly errors!: readonly ExerciseError[];

  @ApiProperty({ type: 'integer', example: 1, description: 'How many errors were planted.' })
  readonly count!: number;

  @ApiProperty({ type: SettlementDto, description: 'The report, with the errors in it.' })
  readonly report!: SettlementDto;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  readonly answeredAt!: Date | null;

  @ApiProperty({ type: [FindingDto], nullable: true, example: null, description: 'The answer.' })
  readonly findings!: readonly FindingDto[] | null;

  @ApiProperty({ type: ExerciseResultDto, nullable: true, example: null, description: 'Null until it is answered.' })
  readonly result!: ExerciseResultDto | null;
}
