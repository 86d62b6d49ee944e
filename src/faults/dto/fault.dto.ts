import { ApiProperty } from '@nestjs/swagger';
import { publicId } from '../../platform/worlds/world-ids.js';
import type { Page } from '../../platform/database/page.js';
import { PageQuery } from '../../platform/http/page-query.dto.js';
import { ChoiceField, Field } from '../../platform/validation/fields.js';
import { IntegerField } from '../../platform/validation/number-field.js';
import { remainingOf } from '../decide-fault.js';
import { type Effect, type Moment, MOMENTS } from '../effects.js';
import {
  type Fault,
  FAULT_SOURCES,
  type FaultSource,
  type Hit,
  REPETITIONS,
  type Repetition,
  stateOf,
} from '../fault.schema.js';
import { MAX_SEQUENCE, type SentFault } from '../read-fault.js';
import { FaultEffectDto, FaultMatchDto } from './fault-effect.dto.js';

export const MAX_TIMES = 1_000_000;

const OBJECT_RULE = {
  type: 'dict_type',
  msg: 'Input should be a JSON object',
  test: (value: unknown) => typeof value === 'object' && !Array.isArray(value),
};

export class CreateFaultDto {
  // The example matches a request that nobody makes, so that trying it out harms no later one.
  @Field(
    {
      description: 'Which requests, or webhooks, it hits; all of the account if it is empty.',
      example: { operation: 'charge', metadata: { case: 'an example' } },
      optional: true,
    },
    { type: FaultMatchDto },
    [OBJECT_RULE],
  )
  readonly match?: unknown;

  @ChoiceField(MOMENTS, {
    enumName: 'FaultMoment',
    description:
      '`before`, the default: nothing was done. `after`: the work is done and on the disk, and the answer is lost. Not for effects on webhooks.',
    example: 'after',
    optional: true,
  })
  readonly when?: Moment | null;

  @Field({ description: 'What it does.', example: { type: 'reset' }, optional: true }, { type: FaultEffectDto }, [
    OBJECT_RULE,
  ])
  readonly effect?: unknown;

  @Field(
    {
      description: 'In place of `effect`: one effect a hit, then it ends; null leaves a request alone.',
      // Not both, in what Swagger UI prefills.
      example: null,
      optional: true,
    },
    {
      type: 'array',
      items: { anyOf: [{ $ref: '#/components/schemas/FaultEffectDto' }, { type: 'null' }] },
      minItems: 1,
      maxItems: MAX_SEQUENCE,
    },
    [
      { type: 'list_type', msg: 'Input should be a valid list', test: Array.isArray },
      {
        type: 'list_length',
        msg: `List should have 1 to ${MAX_SEQUENCE} items`,
        ctx: { min_length: 1, max_length: MAX_SEQUENCE },
        test: (value) => Array.isArray(value) && value.length >= 1 && value.length <= MAX_SEQUENCE,
      },
    ],
  )
  readonly sequence?: unknown[] | null;

  @IntegerField({
    description: 'How often it hits at most; null for any number; 1 if not given, with a sequence its length.',
    example: 1,
    min: 1,
    max: MAX_TIMES,
    optional: true,
  })
  readonly times?: number | null;

  @IntegerField({
    description: 'How many matching requests it lets pass first.',
    example: 0,
    min: 0,
    max: MAX_TIMES,
    optional: true,
  })
  readonly skip?: number | null;

  @Field(
    { description: 'How likely each hit is; 1 if not given.', example: 1, optional: true },
    { type: 'number', minimum: 0, maximum: 1 },
    [
      { type: 'float_type', msg: 'Input should be a valid number', test: (value) => typeof value === 'number' },
      {
        type: 'greater_than_equal',
        msg: 'Input should be greater than or equal to 0',
        ctx: { ge: 0 },
        test: (value) => Number(value) >= 0,
      },
      {
        type: 'less_than_equal',
        msg: 'Input should be less than or equal to 1',
        ctx: { le: 1 },
        test: (value) => Number(value) <= 1,
      },
    ],
  )
  readonly probability?: number | null;

  toFault(): SentFault {
    return {
      match: this.match ?? {},
      when: this.when ?? null,
      effect: this.effect ?? null,
      sequence: this.sequence ?? null,
      times: this.times,
      skip: this.skip ?? 0,
      probability: this.probability ?? 1,
    };
  }
}

export class ListFaultsDto extends PageQuery('flt') {}

export class FaultHitDto {
  @ApiProperty({ type: String, format: 'date-time', example: '2025-11-06T11:13:58.910Z' })
  readonly at!: Date;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'req_0193a5e2c7f11b2c3d4e5f60',
    description: 'Null for webhooks.',
  })
  readonly requestId!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'charge', description: 'The operationId; null for webhooks.' })
  readonly operation!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'order-17', description: 'Null if the request had none.' })
  readonly idempotencyKey!: string | null;

  @ApiProperty({ type: FaultEffectDto })
  readonly effect!: Effect;

  @ApiProperty({
    enum: MOMENTS,
    enumName: 'FaultMoment',
    nullable: true,
    example: 'after',
    description: 'Null for webhooks.',
  })
  readonly when!: Moment | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'txn_0193a5e2c7f11b2c3d4e5f60',
    description: 'What the request really made or changed, or the delivery of a webhook; null if nothing.',
  })
  readonly objectId!: string | null;

  @ApiProperty({ example: true, description: 'Whether a payment, a capture or a refund was accepted.' })
  readonly moneyMoved!: boolean;

  @ApiProperty({
    enum: REPETITIONS,
    enumName: 'FaultRepetition',
    nullable: true,
    example: 'same_key',
    description: 'How the request was sent again, by its Idempotency-Key; null if it was not.',
  })
  readonly repeatedWith!: Repetition | null;

  static from({ effect, sequence }: Pick<FaultDto, 'effect' | 'sequence'>, hit: Hit): FaultHitDto {
    const { n, at, requestId, operation, idempotencyKey, when, objectId, moneyMoved, repeatedWith } = hit;
    const had = sequence?.[n - 1] ?? effect ?? { type: 'reset' };
    return { at, requestId, operation, idempotencyKey, effect: had, when, objectId, moneyMoved, repeatedWith };
  }
}

export class FaultDto {
  @ApiProperty({ example: 'flt_0193a5e2c7f11b2c3d4e5f60' })
  readonly id!: string;

  @ApiProperty({ enum: FAULT_SOURCES, enumName: 'FaultSource', description: '`header`: an X-Fault asked for it.' })
  readonly source!: FaultSource;

  @ApiProperty({ type: FaultMatchDto })
  readonly match!: FaultMatchDto;

  @ApiProperty({
    enum: MOMENTS,
    enumName: 'FaultMoment',
    nullable: true,
    example: 'after',
    description: 'Null for webhooks.',
  })
  readonly when!: Moment | null;

  @ApiProperty({ type: FaultEffectDto, nullable: true, description: 'Null if it has a sequence.' })
  readonly effect!: Effect | null;

  @ApiProperty({
    type: 'array',
    nullable: true,
    items: { anyOf: [{ $ref: '#/components/schemas/FaultEffectDto' }, { type: 'null' }] },
    description: 'Null if it has one effect.',
  })
  readonly sequence!: readonly (Effect | null)[] | null;

  @ApiProperty({ type: 'integer', nullable: true, example: 1, description: 'Null for any number.' })
  readonly times!: number | null;

  @ApiProperty({ type: 'integer', example: 0 })
  readonly skip!: number;

  @ApiProperty({ type: 'number', example: 1 })
  readonly probability!: number;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    example: 1,
    description: 'How often it can still hit; null for any number.',
  })
  readonly remaining!: number | null;

  @ApiProperty({ type: [FaultHitDto], description: 'The latest 100, oldest first.' })
  readonly hits!: FaultHitDto[];

  @ApiProperty({ type: String, format: 'date-time', example: '2025-11-06T11:13:58.910Z' })
  readonly createdAt!: Date;

  static from(fault: Fault): FaultDto {
    const { match, when, effect, sequence, times, skip, probability, used } = stateOf(fault);
    return {
      id: publicId(fault._id),
      source: fault.source,
      match,
      when,
      effect,
      sequence,
      times,
      skip,
      probability,
      remaining: remainingOf({ times, sequence, used }),
      hits: fault.hits.map((hit) => FaultHitDto.from({ effect, sequence }, hit)),
      createdAt: fault.createdAt,
    };
  }
}

export class FaultPageDto {
  @ApiProperty({ type: [FaultDto] })
  readonly data!: FaultDto[];

  @ApiProperty({ example: false, description: 'Whether there are more beyond this page.' })
  readonly hasMore!: boolean;

  static from({ data, hasMore }: Page<Fault>): FaultPageDto {
    return { data: data.map((fault) => FaultDto.from(fault)), hasMore };
  }
}
