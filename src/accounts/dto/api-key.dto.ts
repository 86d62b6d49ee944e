import { ApiProperty } from '@nestjs/swagger';
import { TextField } from '../../platform/validation/fields.js';
import type { ApiKey } from '../account.schema.js';
import type { CreatedApiKey } from '../accounts.service.js';

export class CreateApiKeyDto {
  @TextField({ description: 'What it is for.', example: 'CI', minLength: 1, maxLength: 100, trimmed: true })
  readonly name!: string;
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

  static from({ id, name, last4, createdAt, lastUsedAt }: ApiKey): ApiKeyDto {
    return { id, name, last4, createdAt, lastUsedAt };
  }
}

export class CreatedApiKeyDto extends ApiKeyDto {
  @ApiProperty({ example: 'PK_LIVE_3f9c…', description: 'Shown here once: only its hash is stored.' })
  readonly apiKey!: string;

  static of({ record, key }: CreatedApiKey): CreatedApiKeyDto {
    return Object.assign(ApiKeyDto.from(record), { apiKey: key });
  }
}

export class ApiKeyListDto {
  @ApiProperty({ type: [ApiKeyDto] })
  readonly data!: ApiKeyDto[];

  static from(keys: readonly ApiKey[]): ApiKeyListDto {
    return { data: keys.map((key) => ApiKeyDto.from(key)) };
  }
}
