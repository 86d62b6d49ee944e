import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { AllowedFor, ANY_ROLE, CurrentPrincipal } from '../platform/access/access.decorators.js';
import type { Principal } from '../platform/access/principal.js';
import { ApiErrors } from '../platform/errors/api-errors.decorator.js';
import { EventDto, EventPageDto, ListEventsDto } from './dto/event.dto.js';
import { EventsService } from './events.service.js';

@ApiTags('Events')
@Controller('events')
export class EventsController {
  constructor(private readonly events: EventsService) {}

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
