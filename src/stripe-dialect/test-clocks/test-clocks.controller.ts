import { Delete, Get, Param, Post } from '@nestjs/common';
import type { Call } from '../wire/call.js';
import { CurrentCall, DialectController, Operation, Params } from '../wire/dialect.decorators.js';
import type { Shown } from '../wire/expand.js';
import type { ParamsOf } from '../wire/params.js';
import { ADVANCE_CLOCK, CREATE_CLOCK, LIST_CLOCKS, ShownClocks } from './shown-clocks.service.js';

@DialectController('test_helpers/test_clocks')
export class DialectTestClocksController {
  constructor(private readonly clocks: ShownClocks) {}

  @Post()
  @Operation('Create a test clock', CREATE_CLOCK)
  create(@CurrentCall() call: Call, @Params(CREATE_CLOCK) sent: ParamsOf<typeof CREATE_CLOCK>): Promise<Shown> {
    return this.clocks.create(call, sent);
  }

  @Get()
  @Operation('List test clocks', LIST_CLOCKS)
  list(@CurrentCall() call: Call, @Params(LIST_CLOCKS) asked: ParamsOf<typeof LIST_CLOCKS>): Promise<Shown> {
    return this.clocks.list(call, asked);
  }

  @Get(':id')
  @Operation('Retrieve a test clock', {})
  retrieve(@CurrentCall() call: Call, @Params({}) _none: object, @Param('id') id: string): Promise<Shown> {
    return this.clocks.retrieve(call, id);
  }

  @Post(':id/advance')
  @Operation('Advance a test clock', ADVANCE_CLOCK)
  advance(
    @CurrentCall() call: Call,
    @Params(ADVANCE_CLOCK) sent: ParamsOf<typeof ADVANCE_CLOCK>,
    @Param('id') id: string,
  ): Promise<Shown> {
    return this.clocks.advance(call, id, sent);
  }

  @Delete(':id')
  @Operation('Delete a test clock', {})
  delete(@CurrentCall() call: Call, @Params({}) _none: object, @Param('id') id: string): Promise<Shown> {
    return this.clocks.delete(call, id);
  }
}
