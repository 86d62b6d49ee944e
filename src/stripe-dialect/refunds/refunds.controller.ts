import { Get, Param, Post } from '@nestjs/common';
import type { Call } from '../wire/call.js';
import { CurrentCall, DialectController, Operation, Params } from '../wire/dialect.decorators.js';
import type { Shown } from '../wire/expand.js';
import type { ParamsOf } from '../wire/params.js';
import { CREATE_REFUND, LIST_REFUNDS, ShownRefunds, UPDATE_REFUND } from './shown-refunds.service.js';

@DialectController('refunds')
export class DialectRefundsController {
  constructor(private readonly refunds: ShownRefunds) {}

  @Post()
  @Operation('Create a refund', CREATE_REFUND)
  create(@CurrentCall() call: Call, @Params(CREATE_REFUND) sent: ParamsOf<typeof CREATE_REFUND>): Promise<Shown> {
    return this.refunds.create(call, sent);
  }

  @Get()
  @Operation('List refunds', LIST_REFUNDS)
  list(@CurrentCall() call: Call, @Params(LIST_REFUNDS) asked: ParamsOf<typeof LIST_REFUNDS>): Promise<Shown> {
    return this.refunds.list(call, asked);
  }

  @Get(':id')
  @Operation('Retrieve a refund', {})
  retrieve(@CurrentCall() call: Call, @Params({}) _none: object, @Param('id') id: string): Promise<Shown> {
    return this.refunds.retrieve(call, id);
  }

  @Post(':id')
  @Operation('Update a refund', UPDATE_REFUND)
  update(
    @CurrentCall() call: Call,
    @Params(UPDATE_REFUND) sent: ParamsOf<typeof UPDATE_REFUND>,
    @Param('id') id: string,
  ): Promise<Shown> {
    return this.refunds.update(call, id, sent);
  }

  @Post(':id/cancel')
  @Operation('Cancel a refund', {})
  cancel(@CurrentCall() call: Call, @Params({}) _none: object, @Param('id') id: string): Promise<Shown> {
    return this.refunds.cancel(call, id);
  }
}
