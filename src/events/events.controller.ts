import { Controller, Get, Param, Query, type StreamableFile, UseInterceptors } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { AllowedFor, ANY_ROLE, CurrentPrincipal } from '../platform/access/access.decorators.js';
import type { Principal } from '../platform/access/principal.js';
import { ApiErrors } from '../platform/errors/api-errors.decorator.js';
import { Gone } from '../platform/http/gone.decorator.js';
import { NoContentIfNull } from '../platform/http/no-content-if-null.interceptor.js';
import { LastEventId, SendsEvents } from '../platform/streams/event-stream.decorator.js';
import { CurrentConnection, type StreamConnection } from '../platform/streams/stream-connection.decorator.js';
import { EventTail } from './event-tail.service.js';
import { EventWaits } from './event-waits.service.js';
import { EventDto, EventPageDto, ListEventsDto, NextEventDto } from './dto/event.dto.js';
import { StreamEventsDto } from './dto/stream-events.dto.js';
import { EventsService } from './events.service.js';

@ApiTags('Events')
@Controller('events')
export class EventsController {
  constructor(
    private readonly events: EventsService,
    private readonly waits: EventWaits,
    private readonly tail: EventTail,
  ) {}

  @Get()
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiOperation({
    summary: 'List events',
    description: 'What happened to your payments and endpoints in the last 30 days, newest first.',
  })
  @ApiOkResponse({ type: EventPageDto, description: 'A page of events.' })
  @ApiErrors('validation_failed')
  async listEvents(@CurrentPrincipal() { accountId }: Principal, @Query() query: ListEventsDto): Promise<EventPageDto> {
    return EventPageDto.from(await this.events.list(accountId, query.toFilter(), query.toPage()));
  }

  @Get('next')
  @UseInterceptors(NoContentIfNull)
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiOperation({
    summary: 'Wait for the next event',
    description:
      'Answers as soon as there is one that matches, the oldest first. Without `objectId` and `after` only new events count.',
  })
  @ApiOkResponse({ type: EventDto, description: 'The event.' })
  @ApiNoContentResponse({ description: 'None came in time.' })
  @ApiErrors('validation_failed', 'too_many_open_requests')
  async waitForEvent(
    @CurrentPrincipal() caller: Principal,
    @Query() query: NextEventDto,
    @Gone() gone: AbortSignal,
  ): Promise<EventDto | null> {
    return EventDto.orNull(await this.waits.next(caller, query.toAwaited(), gone));
  }

  @Get('stream')
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiOperation({
    summary: 'Stream events',
    description:
      'Server-sent events, for `EventSource` or `curl -N`: what happens from now on, each event once it is stored. With `Last-Event-ID` or `after`, first what happened since a few seconds before that event. The stream ends when its credentials become invalid, and when a sandbox is reset or restored.',
  })
  @SendsEvents({
    prefix: 'evt',
    description: 'Of each event its `id`, its type as `event`, and as `data` what `GET /events/{event_id}` answers.',
    example:
      'retry: 1000\n\nid: evt_0193a5e2c7f11b2c3d4e5f60\nevent: payment.completed\ndata: {"id":"evt_0193a5e2c7f11b2c3d4e5f60","type":"payment.completed","createdAt":"2025-11-06T11:13:58.910Z","data":{"id":"txn_0193a5e2c7f11b2c3d4e5f60","status":"completed"},"requestId":null}\n\n',
  })
  async streamEvents(
    @CurrentPrincipal() caller: Principal,
    @Query() query: StreamEventsDto,
    @LastEventId('evt') lastId: string | null,
    @CurrentConnection() connection: StreamConnection,
  ): Promise<StreamableFile> {
    return this.tail.stream(caller, query.toSelection(), lastId ?? query.after ?? null, connection);
  }

  @Get(':event_id')
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiOperation({ summary: 'Get an event' })
  @ApiParam({ name: 'event_id', example: 'evt_0193a5e2c7f11b2c3d4e5f60' })
  @ApiOkResponse({ type: EventDto, description: 'The event.' })
  @ApiErrors('event_not_found')
  async getEvent(@CurrentPrincipal() { accountId }: Principal, @Param('event_id') id: string): Promise<EventDto> {
    return EventDto.from(await this.events.get(accountId, id));
  }
}
