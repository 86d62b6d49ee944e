import { Get, Param } from '@nestjs/common';
import type { Call } from '../wire/call.js';
import { CurrentCall, DialectController, Operation, Params } from '../wire/dialect.decorators.js';
import type { Shown } from '../wire/expand.js';
import type { ParamsOf } from '../wire/params.js';
import { LIST_EVENTS, ShownEvents } from './shown-events.service.js';

@DialectController('events')
export class DialectEventsController {
  constructor(private readonly events: ShownEvents) {}

  @Get()
  @Operation('List events', LIST_EVENTS)
  list(@CurrentCall() call: Call, @Params(LIST_EVENTS) asked: ParamsOf<typeof LIST_EVENTS>): Promise<Shown> {
    return this.events.list(call, asked);
  }

  @Get(':id')
  @Operation('Retrieve an event', {})
  retrieve(@CurrentCall() call: Call, @Params({}) _none: object, @Param('id') id: string): Promise<Shown> {
    return this.events.retrieve(call, id);
  }
}
