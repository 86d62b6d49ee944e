import { ApiProperty } from '@nestjs/swagger';
import type { ConsoleLink } from '../../auth/console-links.service.js';

export class ConsoleLinkDto {
  @ApiProperty({
    format: 'uri',
    example: 'http://127.0.0.1:3000/console/login#link=eyJhbGciOiJIUzI1NiIs…',
    description: 'Open it in a browser; it signs in once.',
  })
  readonly url!: string;

  @ApiProperty({ type: String, format: 'date-time', example: '2025-11-06T10:45:00.000Z' })
  readonly expiresAt!: Date;

  static from({ url, expiresAt }: ConsoleLink): ConsoleLinkDto {
    return { url, expiresAt };
  }
}
