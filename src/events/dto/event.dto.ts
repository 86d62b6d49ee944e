import { ApiProperty } from '@nestjs/swagger';
import { publicId } from '../../platform/worlds/world-ids.js';
import { ID_PATTERN, idPattern } from '../../platform/common/ids.js';
import { idBetween, type Page } from '../../platform/database/page.js';
import { PageQuery } from '../../platform/http/page-query.dto.js';
import { DateField } from '../../platform/validation/date-field.js';
import { ChoiceField, TextField } from '../../platform/validation/fields.js';
import { QueryIntegerField } from '../../platform/validation/number-field.js';
import type { AwaitedEvent } from '../event-waits.service.js';
import type { Event } from '../event.schema.js';
import type { NewEvent } from '../events.service.js';
import { EVENT_TYPES } from '../event-types.js';

export class ListEventsDto extends PageQuery('evt') {
  @ChoiceField(EVENT_TYPES, { enumName: 'EventType', description: 'Only events of this type.', optional: true })
  readonly type?: string;

  @DateField({ description: 'Only events from this moment on.', example: '2025-11-06T00:00:00Z', optional: true })
  readonly createdAfter?: string;

  @DateField({ description: 'Only events before this moment.', example: '2025-11-07T00:00:00Z', optional: true })
  readonly createdBefore?: string;

  @TextField({
    description: "Only events about this object; a payment's id gives the events of its refunds too.",
    pattern: ID_PATTERN,
    optional: true,
  })
  readonly objectId?: string;

  toFilter(): { type?: string; objectIds?: string; _id?: { $gte?: string; $lt?: string } } {
    return {
      ...(this.type && { type: this.type }),
      ...(this.objectId && { objectIds: this.objectId }),
      ...idBetween('evt', this.createdAfter, this.createdBefore),
    };
  }
}

const DEFAULT_WAIT_MS = 10_000;
const MAX_WAIT_MS = 60_000;

export class NextEventDto {
  @ChoiceField(EVENT_TYPES, { enumName: 'EventType', description: 'Only an event of this type.', optional: true })
  readonly type?: string;

  @TextField({
    description: 'Only an event about this object; those that are stored already count.',
    pattern: ID_PATTERN,
    optional: true,
  })
  readonly objectId?: string;

  @TextField({
    description: 'Only an event after the one with this id; those that are stored already count.',
    pattern: idPattern('evt'),
    optional: true,
  })
  readonly after?: string;

  @QueryIntegerField({
    description: `How long to wait, in milliseconds; ${DEFAULT_WAIT_MS} if not given.`,
    min: 0,
    max: MAX_WAIT_MS,
    optional: true,
  })
  readonly waitMs?: string;

  toAwaited(): AwaitedEvent {
    return {
      ...(this.type && { type: this.type }),
      ...(this.objectId && { objectId: this.objectId }),
      ...(this.after && { after: this.after }),
      waitMs: Number(this.waitMs ?? DEFAULT_WAIT_MS),
    };
  }
}

export class EventDto {
  @ApiProperty({ example: 'evt_0193a5e2c7f11b2c3d4e5f60' })
  readonly id!: string;

  @ApiProperty({ enum: EVENT_TYPES, enumName: 'EventType', example: 'payment.completed' })
  readonly type!: string;

  @ApiProperty({ type: String, format: 'date-time', example: '2025-11-06T11:13:58.910Z' })
  readonly createdAt!: Date;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: { id: 'txn_0193a5e2c7f11b2c3d4e5f60', status: 'completed' },
    description: 'The object as it was then.',
  })
  readonly data!: object;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'req_0193a5e2c7f11b2c3d4e5f60',
    description: 'The request that caused it; null where the gateway itself did.',
  })
  readonly requestId!: string | null;

  static orNull(event: NewEvent | null): EventDto | null {
    return event && EventDto.from(event);
  }

  static from({ _id, type, createdAt, data, requestId }: NewEvent): EventDto {
    return { id: publicId(_id), type, createdAt, data, requestId };
  }
}

export class EventPageDto {
  @ApiProperty({ type: [EventDto] })
  readonly data!: EventDto[];

  @ApiProperty({ example: false, description: 'Whether there are more beyond this page.' })
  readonly hasMore!: boolean;

  static from({ data, hasMore }: Page<Event>): EventPageDto {
    return { data: data.map((event) => EventDto.from(event)), hasMore };
  }
}
