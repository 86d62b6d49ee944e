import { ApiProperty } from '@nestjs/swagger';
import { ID_PATTERN } from '../../platform/common/ids.js';
import { publicId } from '../../platform/worlds/world-ids.js';
import type { Page } from '../../platform/database/page.js';
import { PageQuery } from '../../platform/http/page-query.dto.js';
import { EVENT_TYPES } from '../../events/event-types.js';
import { ChoiceField, TextField } from '../../platform/validation/fields.js';
import { type Attempt, type Delivery, DELIVERY_STATUSES, type DeliveryStatus } from '../delivery.schema.js';

export class ListDeliveriesDto extends PageQuery('whd') {
  @TextField({
    description: 'Only deliveries to this endpoint.',
    example: 'we_0193a5e2c7f11b2c3d4e5f60',
    pattern: ID_PATTERN,
    optional: true,
  })
  readonly endpoint?: string;

  @TextField({
    description: 'Only deliveries of this event.',
    example: 'evt_0193a5e2c7f11b2c3d4e5f60',
    pattern: ID_PATTERN,
    optional: true,
  })
  readonly event?: string;

  @ChoiceField(DELIVERY_STATUSES, {
    enumName: 'DeliveryStatus',
    description: 'Only deliveries in this status.',
    optional: true,
  })
  readonly status?: DeliveryStatus;

  toFilter(): { endpointId?: string; eventId?: string; status?: DeliveryStatus } {
    return {
      ...(this.endpoint && { endpointId: this.endpoint }),
      ...(this.event && { eventId: this.event }),
      ...(this.status && { status: this.status }),
    };
  }
}

export class AttemptDto {
  @ApiProperty({ type: String, format: 'date-time', example: '2025-11-06T11:13:58.910Z' })
  readonly at!: Date;

  @ApiProperty({ type: 'integer', example: 12, description: 'How long it took, in milliseconds.' })
  readonly ms!: number;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    example: 503,
    description: 'The HTTP status of the answer; null where none came.',
  })
  readonly status!: number | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'Answered 503',
    description: 'Why it failed; null where it succeeded.',
  })
  readonly error!: string | null;

  @ApiProperty({ example: 'Service Unavailable', description: 'The first 2 kB of the answer.' })
  readonly response!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'The fault that changed it (`flt_…`); null if none did.',
  })
  readonly fault!: string | null;

  static from({ at, ms, status, error, response, fault }: Attempt): AttemptDto {
    return { at, ms, status, error, response, fault: fault ?? null };
  }
}

export class DeliveryDto {
  @ApiProperty({ example: 'whd_0193a5e2c7f11b2c3d4e5f60' })
  readonly id!: string;

  @ApiProperty({ example: 'evt_0193a5e2c7f11b2c3d4e5f60', description: 'Sent as `webhook-id`.' })
  readonly eventId!: string;

  @ApiProperty({ enum: EVENT_TYPES, enumName: 'EventType', example: 'payment.completed' })
  readonly eventType!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'we_0193a5e2c7f11b2c3d4e5f60',
    description: "Null for a payment's own webhookUrl.",
  })
  readonly endpointId!: string | null;

  @ApiProperty({ format: 'uri', example: 'https://merchant.invalid/webhooks' })
  readonly url!: string;

  @ApiProperty({ enum: DELIVERY_STATUSES, enumName: 'DeliveryStatus', example: 'pending' })
  readonly status!: DeliveryStatus;

  @ApiProperty({ type: [AttemptDto], description: 'The latest 50, oldest first.' })
  readonly attempts!: AttemptDto[];

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: '2025-11-06T11:14:03.910Z',
    description: 'Null when there is no further one.',
  })
  readonly nextAttemptAt!: Date | null;

  @ApiProperty({ type: String, format: 'date-time', example: '2025-11-06T11:13:58.910Z' })
  readonly createdAt!: Date;

  static from(delivery: Delivery): DeliveryDto {
    const { _id, eventId, eventType, endpointId, url, status, attempts, dueAt, createdAt } = delivery;
    return {
      id: publicId(_id),
      eventId: publicId(eventId),
      eventType,
      endpointId: endpointId === null ? null : publicId(endpointId),
      url,
      status,
      attempts: attempts.map((attempt) => AttemptDto.from(attempt)),
      nextAttemptAt: dueAt ?? null,
      createdAt,
    };
  }
}

export class DeliveryPageDto {
  @ApiProperty({ type: [DeliveryDto] })
  readonly data!: DeliveryDto[];

  @ApiProperty({ example: false, description: 'Whether there are more beyond this page.' })
  readonly hasMore!: boolean;

  static from({ data, hasMore }: Page<Delivery>): DeliveryPageDto {
    return { data: data.map((delivery) => DeliveryDto.from(delivery)), hasMore };
  }
}
