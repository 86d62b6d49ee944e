import { Get, Param, Post } from '@nestjs/common';
import type { Call } from '../wire/call.js';
import { CurrentCall, DialectController, Operation, Params } from '../wire/dialect.decorators.js';
import type { Shown } from '../wire/expand.js';
import type { ParamsOf } from '../wire/params.js';
import {
  CANCEL_SETUP,
  CONFIRM_SETUP,
  CREATE_SETUP,
  LIST_SETUPS,
  RETRIEVE_SETUP,
  UPDATE_SETUP,
} from './setup-params.js';
import { ShownSetups } from './shown-setups.service.js';

@DialectController('setup_intents')
export class DialectSetupIntentsController {
  constructor(private readonly setups: ShownSetups) {}

  @Post()
  @Operation('Create a setup intent', CREATE_SETUP)
  create(@CurrentCall() call: Call, @Params(CREATE_SETUP) sent: ParamsOf<typeof CREATE_SETUP>): Promise<Shown> {
    return this.setups.create(call, sent);
  }

  @Get()
  @Operation('List setup intents', LIST_SETUPS)
  list(@CurrentCall() call: Call, @Params(LIST_SETUPS) asked: ParamsOf<typeof LIST_SETUPS>): Promise<Shown> {
    return this.setups.list(call, asked);
  }

  @Get(':id')
  @Operation('Retrieve a setup intent', RETRIEVE_SETUP, { publishable: true })
  retrieve(
    @CurrentCall() call: Call,
    @Params(RETRIEVE_SETUP) { client_secret }: ParamsOf<typeof RETRIEVE_SETUP>,
    @Param('id') id: string,
  ): Promise<Shown> {
    return this.setups.retrieve(call, id, client_secret);
  }

  @Post(':id')
  @Operation('Update a setup intent', UPDATE_SETUP)
  update(
    @CurrentCall() call: Call,
    @Params(UPDATE_SETUP) sent: ParamsOf<typeof UPDATE_SETUP>,
    @Param('id') id: string,
  ): Promise<Shown> {
    return this.setups.update(call, id, sent);
  }

  @Post(':id/confirm')
  @Operation('Confirm a setup intent', CONFIRM_SETUP, { publishable: true })
  confirm(
    @CurrentCall() call: Call,
    @Params(CONFIRM_SETUP) sent: ParamsOf<typeof CONFIRM_SETUP>,
    @Param('id') id: string,
  ): Promise<Shown> {
    return this.setups.confirm(call, id, sent);
  }

  @Post(':id/cancel')
  @Operation('Cancel a setup intent', CANCEL_SETUP)
  cancel(
    @CurrentCall() call: Call,
    @Params(CANCEL_SETUP) sent: ParamsOf<typeof CANCEL_SETUP>,
    @Param('id') id: string,
  ): Promise<Shown> {
    return this.setups.cancel(call, id, sent);
  }
}
