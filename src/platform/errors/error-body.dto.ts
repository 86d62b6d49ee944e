import { ApiExtraModels, ApiProperty, getSchemaPath } from '@nestjs/swagger';
import { ANY_VALUE_SCHEMA } from '../common/any-value.js';
import { ERROR_CODES, type ErrorCode } from './error-catalogue.js';

export class ViolationDto {
  @ApiProperty({
    type: 'array',
    items: { oneOf: [{ type: 'string' }, { type: 'integer' }] },
    example: ['body', 'email'],
    description: 'Where: begins with body, query, path or header.',
  })
  readonly loc!: (string | number)[];

  @ApiProperty({ example: 'string_pattern_mismatch', description: 'Stable name of the rule.' })
  readonly type!: string;

  @ApiProperty({ example: 'Input should be a valid string' })
  readonly msg!: string;

  @ApiProperty({
    description: 'The value that was sent, whatever it is; null if there was none.',
    ...ANY_VALUE_SCHEMA,
  })
  readonly input!: unknown;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: {},
    description: 'The values of the rule, such as min_length.',
  })
  readonly ctx!: Record<string, unknown>;
}

class ErrorBase {
  @ApiProperty({ type: 'integer', description: 'The HTTP status.' })
  readonly status!: number;

  @ApiProperty({ enum: ERROR_CODES, enumName: 'ErrorCode', description: 'Stable: what programs branch on.' })
  readonly code!: ErrorCode;

  @ApiProperty({ description: 'The name of the HTTP status.' })
  readonly title!: string;

  @ApiProperty({ example: 'req_0193a5e2c7f11b2c3d4e5f60', description: 'The same as the X-Request-Id header.' })
  readonly requestId!: string;

  @ApiProperty({
    format: 'uri',
    example: 'http://127.0.0.1:3000/docs/errors#payment_not_found',
    description: 'The page of this gateway that says what the code means and what to do.',
  })
  readonly docUrl!: string;
}

/** The body of every error except a failed validation. */
export class ErrorBodyDto extends ErrorBase {
  @ApiProperty({ description: 'What went wrong, for a person.' })
  readonly detail!: string;
}

/** The body of a failed validation. */
@ApiExtraModels(ViolationDto)
export class ValidationErrorBodyDto extends ErrorBase {
  @ApiProperty({ type: 'array', minItems: 1, items: { $ref: getSchemaPath(ViolationDto) } })
  readonly detail!: ViolationDto[];
}
