import { Get, Param, Post } from '@nestjs/common';
import type { Call } from '../wire/call.js';
import { CurrentCall, DialectController, Operation, Params } from '../wire/dialect.decorators.js';
import type { Shown } from '../wire/expand.js';
import { LIST } from '../wire/lists.js';
import type { ParamsOf } from '../wire/params.js';
import { CREATE_SESSION, LIST_SESSIONS, UPDATE_SESSION } from './checkout-params.js';
import { ShownSessions } from './shown-sessions.service.js';

@DialectController('checkout/sessions')
export class DialectCheckoutSessionsController {
  constructor(private readonly sessions: ShownSessions) {}

  @Post()
  @Operation('Create a checkout session', CREATE_SESSION)
  create(@CurrentCall() call: Call, @Params(CREATE_SESSION) sent: ParamsOf<typeof CREATE_SESSION>): Promise<Shown> {
    return this.sessions.create(call, sent);
  }

  @Get()
  @Operation('List checkout sessions', LIST_SESSIONS)
  list(@CurrentCall() call: Call, @Params(LIST_SESSIONS) asked: ParamsOf<typeof LIST_SESSIONS>): Promise<Shown> {
    return this.sessions.list(call, asked);
  }

  @Get(':id')
  @Operation('Retrieve a checkout session', {})
  retrieve(@CurrentCall() call: Call, @Params({}) _none: object, @Param('id') id: string): Promise<Shown> {
    return this.sessions.retrieve(call, id);
  }

  @Post(':id')
  @Operation('Update a checkout session', UPDATE_SESSION)
  update(
    @CurrentCall() call: Call,
    @Params(UPDATE_SESSION) sent: ParamsOf<typeof UPDATE_SESSION>,
    @Param('id') id: string,
  ): Promise<Shown> {
    return this.sessions.update(call, id, sent);
  }

  @Post(':id/expire')
  @Operation('Expire a checkout session', {})
  expire(@CurrentCall() call: Call, @Params({}) _none: object, @Param('id') id: string): Promise<Shown> {
    return this.sessions.expire(call, id);
  }

  @Get(':id/line_items')
  @Operation("List a checkout session's items", LIST)
  lineItems(
    @CurrentCall() call: Call,
    @Params(LIST) asked: ParamsOf<typeof LIST>,
    @Param('id') id: string,
  ): Promise<Shown> {
    return this.sessions.lineItems(call, id, asked);
  }
}
