import { ApiProperty } from '@nestjs/swagger';

/** The data of a `webhook.endpoint.disabled` event. */
export class DisabledEndpointDto {
  @ApiProperty({ example: 'we_0193a5e2c7f11b2c3d4e5f60' })
  readonly id!: string;

  @ApiProperty({ format: 'uri', example: 'https://merchant.invalid/webhooks' })
  readonly url!: string;

  @ApiProperty({ type: String, nullable: true, example: 'Order service' })
  readonly description!: string | null;

  @ApiProperty({ example: false })
  readonly enabled!: boolean;

  @ApiProperty({ enum: ['failing', 'gone'], enumName: 'DisabledReason', nullable: true, example: 'gone' })
  readonly disabledReason!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2025-11-06T11:13:58.910Z' })
  readonly disabledAt!: Date | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: '2025-11-01T11:13:58.910Z',
    description: 'Since when every attempt has failed.',
  })
  readonly failingSince!: Date | null;
}

/** The data of a `webhook.test` event. */
export class WebhookTestDto {
  @ApiProperty({ example: 'we_0193a5e2c7f11b2c3d4e5f60' })
  readonly endpointId!: string;

  @ApiProperty({ example: 'A test of your webhook endpoint.' })
  readonly message!: string;
}
