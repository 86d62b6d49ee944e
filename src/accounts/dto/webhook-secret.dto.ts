import { ApiProperty } from '@nestjs/swagger';

export class RotatedWebhookSecretDto {
  @ApiProperty({ example: 'SK_8a71…', description: 'Shown here once.' })
  readonly webhookSecret!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    example: '2025-11-06T10:45:00.123Z',
    description: 'Until then the secret before this one signs as well.',
  })
  readonly previousValidUntil!: Date;

  static from({ secret, previousValidUntil }: { secret: string; previousValidUntil: Date }): RotatedWebhookSecretDto {
    return { webhookSecret: secret, previousValidUntil };
  }
}
