import { Get, Param, Post } from '@nestjs/common';
import type { Call } from '../wire/call.js';
import { CurrentCall, DialectController, Operation, Params } from '../wire/dialect.decorators.js';
import type { Shown } from '../wire/expand.js';
import type { ParamsOf } from '../wire/params.js';
import { SEARCH } from '../wire/search.js';
import {
  CANCEL_INTENT,
  CAPTURE_INTENT,
  CONFIRM_INTENT,
  CREATE_INTENT,
  LIST_INTENTS,
  RETRIEVE_INTENT,
  UPDATE_INTENT,
} from './intent-params.js';
import { ShownIntents } from './shown-intents.service.js';

@DialectController('payment_intents')
export class DialectPaymentIntentsController {
  constructor(private readonly intents: ShownIntents) {}

  @Post()
  @Operation('Create a payment intent', CREATE_INTENT)
  create(@CurrentCall() call: Call, @Params(CREATE_INTENT) sent: ParamsOf<typeof CREATE_INTENT>): Promise<Shown> {
    return this.intents.create(call, sent);
  }

  @Get()
  @Operation('List payment intents', LIST_INTENTS)
  list(@CurrentCall() call: Call, @Params(LIST_INTENTS) asked: ParamsOf<typeof LIST_INTENTS>): Promise<Shown> {
    return this.intents.list(call, asked);
  }

  @Get('search')
  @Operation('Search payment intents', SEARCH)
  search(@CurrentCall() call: Call, @Params(SEARCH) asked: ParamsOf<typeof SEARCH>): Promise<Shown> {
    return this.intents.search(call, asked);
  }

  @Get(':id')
  @Operation('Retrieve a payment intent', RETRIEVE_INTENT, { publishable: true })
  retrieve(
    @CurrentCall() call: Call,
    @Params(RETRIEVE_INTENT) { client_secret }: ParamsOf<typeof RETRIEVE_INTENT>,
    @Param('id') id: string,
  ): Promise<Shown> {
    return this.intents.retrieve(call, id, client_secret);
  }

  @Post(':id')
  @Operation('Update a payment intent', UPDATE_INTENT)
  update(
    @CurrentCall() call: Call,
    @Params(UPDATE_INTENT) sent: ParamsOf<typeof UPDATE_INTENT>,
    @Param('id') id: string,
  ): Promise<Shown> {
    return this.intents.update(call, id, sent);
  }

  @Post(':id/confirm')
  @Operation('Confirm a payment intent', CONFIRM_INTENT, { publishable: true })
  confirm(
    @CurrentCall() call: Call,
    @Params(CONFIRM_INTENT) sent: ParamsOf<typeof CONFIRM_INTENT>,
    @Param('id') id: string,
  ): Promise<Shown> {
    return this.intents.confirm(call, id, sent);
  }

  @Post(':id/capture')
  @Operation('Capture a payment intent', CAPTURE_INTENT)
  capture(
    @CurrentCall() call: Call,
    @Params(CAPTURE_INTENT) sent: ParamsOf<typeof CAPTURE_INTENT>,
    @Param('id') id: string,
  ): Promise<Shown> {
    return this.intents.capture(call, id, sent);
  }

  @Post(':id/cancel')
  @Operation('Cancel a payment intent', CANCEL_INTENT)
  cancel(
    @CurrentCall() call: Call,
    @Params(CANCEL_INTENT) sent: ParamsOf<typeof CANCEL_INTENT>,
    @Param('id') id: string,
  ): Promise<Shown> {
    return this.intents.cancel(call, id, sent);
  }
}
