import { ApiProperty } from '@nestjs/swagger';
import type { Readiness } from '../status.service.js';

export const SERVICE_NAME = 'Mock Payment Gateway';
export const SERVICE_VERSION = 'v1.0.0';

export class StatusMetricsDto {
  @ApiProperty({
    type: 'integer',
    nullable: true,
    example: 42,
    description: 'Null when the database cannot be reached.',
  })
  readonly totalTransactions!: number | null;

  @ApiProperty({ type: String, format: 'date-time', example: '2025-11-05T10:45:00.000Z' })
  readonly lastRestart!: Date;
}

export class StatusDto {
  @ApiProperty({ enum: ['ok', 'degraded'], enumName: 'GatewayStatus', example: 'ok' })
  readonly status!: string;

  @ApiProperty({ example: SERVICE_NAME })
  readonly service!: string;

  @ApiProperty({ example: SERVICE_VERSION })
  readonly version!: string;

  @ApiProperty({ example: 'All systems operational.' })
  readonly message!: string;

  @ApiProperty({ type: StatusMetricsDto })
  readonly metrics!: StatusMetricsDto;

  static of(totalTransactions: number | null, lastRestart: Date): StatusDto {
    const ok = totalTransactions !== null;
    return {
      status: ok ? 'ok' : 'degraded',
      service: SERVICE_NAME,
      version: SERVICE_VERSION,
      message: ok ? 'All systems operational.' : 'The database cannot be reached.',
      metrics: { totalTransactions, lastRestart },
    };
  }
}

export class LivenessDto {
  @ApiProperty({ example: 'ok' })
  readonly status!: string;
}

export class ReadinessDto {
  @ApiProperty({ enum: ['ok', 'unavailable'], enumName: 'ReadinessStatus', example: 'ok' })
  readonly status!: string;

  @ApiProperty({ example: true, description: 'Whether the database answers.' })
  readonly database!: boolean;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'boolean' },
    example: { payments: true, relay: true, webhooks: true },
    description: 'Whether each background worker runs and succeeds.',
  })
  readonly workers!: Readonly<Record<string, boolean>>;

  static from({ database, workers }: Readiness): ReadinessDto {
    const ready = database && Object.values(workers).every(Boolean);
    return { status: ready ? 'ok' : 'unavailable', database, workers };
  }
}
