import { Get, Param, Post } from '@nestjs/common';
import type { Call } from '../wire/call.js';
import { CurrentCall, DialectController, Operation, Params } from '../wire/dialect.decorators.js';
import type { Shown } from '../wire/expand.js';
import type { ParamsOf } from '../wire/params.js';
import { CREATE_PAYOUT, LIST_PAYOUTS, ShownPayouts, UPDATE_PAYOUT } from './shown-payouts.service.js';

@DialectController('payouts')
export class DialectPayoutsController {
  constructor(private readonly payouts: ShownPayouts) {}

  @Post()
  @Operation('Create a payout', CREATE_PAYOUT)
  create(@CurrentCall() call: Call, @Params(CREATE_PAYOUT) sent: ParamsOf<typeof CREATE_PAYOUT>): Promise<Shown> {
    return this.payouts.create(call, sent);
  }

  @Get()
  @Operation('List payouts', LIST_PAYOUTS)
  list(@CurrentCall() call: Call, @Params(LIST_PAYOUTS) asked: ParamsOf<typeof LIST_PAYOUTS>): Promise<Shown> {
    return this.payouts.list(call, asked);
  }

  @Get(':id')
  @Operation('Retrieve a payout', {})
  retrieve(@CurrentCall() call: Call, @Params({}) _none: object, @Param('id') id: string): Promise<Shown> {
    return this.payouts.retrieve(call, id);
  }

  @Post(':id')
  @Operation('Update a payout', UPDATE_PAYOUT)
  update(
    @CurrentCall() call: Call,
    @Params(UPDATE_PAYOUT) sent: ParamsOf<typeof UPDATE_PAYOUT>,
    @Param('id') id: string,
  ): Promise<Shown> {
    return this.payouts.update(call, id, sent);
  }

  @Post(':id/cancel')
  @Operation('Cancel a payout', {})
  cancel(@CurrentCall() call: Call, @Params({}) _none: object, @Param('id') id: string): Promise<Shown> {
    return this.payouts.cancel(call, id);
  }
}
