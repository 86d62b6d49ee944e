import { ApiProperty } from '@nestjs/swagger';
import { ChoiceField, TextField } from '../../platform/validation/fields.js';
import type { ApiKey } from '../account.schema.js';
import type { CreatedApiKey } from '../api-keys.service.js';
import { KEY_STYLES, type KeyStyle } from '../credentials.js';

export class CreateApiKeyDto {
  @TextField({ description: 'What it is for.', example: 'CI', minLength: 1, maxLength: 100, trimmed: true })
  readonly name!: string;

  @ChoiceField(KEY_STYLES, {
    enumName: 'KeyStyle',
    description:
      '`stripe` makes `sk_test_…` and `pk_test_…` for SDKs of the Stripe-compatible dialect. Default: `gateway`.',
    example: 'gateway',
    optional: true,
  })
  readonly style?: KeyStyle | null;
}

export class ApiKeyDto {
  @ApiProperty({ example: 'key_0193a5e2c7f11b2c3d4e5f60' })
  readonly id!: string;

  @ApiProperty({ example: 'CI' })
  readonly name!: string;

  @ApiProperty({ example: '9f3a', description: 'The last four characters of the key.' })
  readonly last4!: string;

  @ApiProperty({ type: String, format: 'date-time', example: '2025-11-05T10:45:00.123Z' })
  readonly createdAt!: Date;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: '2025-11-06T11:13:00.000Z',
    description: 'Exact to a minute; null if it was never used.',
  })
  readonly lastUsedAt!: Date | null;

  @ApiProperty({ enum: KEY_STYLES, enumName: 'KeyStyle', example: 'gateway' })
  readonly style!: KeyStyle;

  static from({ id, name, last4, createdAt, lastUsedAt, style = 'gateway' }: ApiKey): ApiKeyDto {
    return { id, name, last4, createdAt, lastUsedAt, style };
  }
}

export class CreatedApiKeyDto extends ApiKeyDto {
  @ApiProperty({ example: 'PK_LIVE_3f9c…', description: 'Shown here once: only its hash is stored.' })
  readonly apiKey!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'With `style: "stripe"` the publishable key, for browsers; shown here once.',
  })
  readonly publishableKey!: string | null;

  static of({ record, keys: { apiKey, publishableKey } }: CreatedApiKey): CreatedApiKeyDto {
    return Object.assign(ApiKeyDto.from(record), { apiKey, publishableKey: publishableKey ?? null });
  }
}

export class ApiKeyListDto {
  @ApiProperty({ type: [ApiKeyDto] })
  readonly data!: ApiKeyDto[];

  static from(keys: readonly ApiKey[]): ApiKeyListDto {
    return { data: keys.map((key) => ApiKeyDto.from(key)) };
  }
}
