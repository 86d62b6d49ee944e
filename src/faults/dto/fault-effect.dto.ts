import { ApiProperty } from '@nestjs/swagger';
import { ANY_VALUE_SCHEMA } from '../../platform/common/any-value.js';
import { EFFECT_TYPES, EFFECTS, type EffectType } from '../effects.js';
import { MAX_PATH_LENGTH, METHODS } from '../read-fault.js';

/** The bounds of a field, over all effects that have it. */
function bounded(name: string, description: string) {
  const fields = EFFECT_TYPES.flatMap((type) => {
    const ofType: Readonly<Record<string, { readonly bounds: readonly [number, number] | null }>> =
      EFFECTS[type].fields;
    const bounds = ofType[name]?.bounds;
    return bounds ? [bounds] : [];
  });
  return ApiProperty({
    type: 'integer',
    required: false,
    description,
    minimum: Math.min(...fields.map(([min]) => min)),
    maximum: Math.max(...fields.map(([, max]) => max)),
  });
}

/** An effect, as it is sent and shown. Which fields belong to which type: docs/faults.md. */
export class FaultEffectDto {
  @ApiProperty({ enum: EFFECT_TYPES, enumName: 'FaultEffectType', example: 'reset' })
  readonly type!: EffectType;

  @bounded('status', 'Of `status`: the HTTP status.')
  readonly status?: number;

  @bounded('retryAfter', 'Of `status`: the seconds of `Retry-After`.')
  readonly retryAfter?: number;

  @ApiProperty({ required: false, description: 'Of `status`: the body, any JSON.', ...ANY_VALUE_SCHEMA })
  readonly body?: unknown;

  @bounded('ms', 'Of `latency`, `delay` and `slow`: milliseconds.')
  readonly ms?: number;

  @bounded('p50', 'Of `latency`: the median, in milliseconds.')
  readonly p50?: number;

  @bounded('p99', 'Of `latency`: the 99th percentile, in milliseconds.')
  readonly p99?: number;

  @bounded('bytesPerSecond', 'Of `drip`: how fast.')
  readonly bytesPerSecond?: number;

  @bounded('count', 'Of `duplicate`: how often, the first time included.')
  readonly count?: number;
}

/** What a request, or the event of a webhook, must be like. */
export class FaultMatchDto {
  @ApiProperty({
    required: false,
    example: 'charge',
    description:
      'An operationId of this document, or `capture`, `void`, `cancel`, `refund`, `authenticate` for operations on payments.',
  })
  readonly operation?: string;

  @ApiProperty({ enum: METHODS, enumName: 'RequestMethod', required: false, example: 'POST' })
  readonly method?: string;

  @ApiProperty({
    required: false,
    example: '/payments/*',
    maxLength: MAX_PATH_LENGTH,
    description: 'Below `/api/v1`; `*` is one or more characters.',
  })
  readonly path?: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    selfRequired: false,
    example: { case: '17' },
    description: 'Pairs that the body has in its `metadata`.',
  })
  readonly metadata?: Record<string, string>;

  @ApiProperty({
    required: false,
    description: 'Only with effects on webhooks: `*`, a group such as `payment.*`, or one type of event.',
  })
  readonly event?: string;
}
