import { Get, Param, Post } from '@nestjs/common';
import type { Call } from '../wire/call.js';
import { CurrentCall, DialectController, Operation, Params } from '../wire/dialect.decorators.js';
import type { Shown } from '../wire/expand.js';
import type { ParamsOf } from '../wire/params.js';
import { SEARCH } from '../wire/search.js';
import { CAPTURE_CHARGE, CREATE_CHARGE, LIST_CHARGES, UPDATE_CHARGE } from './charge-params.js';
import { ShownCharges } from './shown-charges.service.js';

@DialectController('charges')
export class DialectChargesController {
  constructor(private readonly charges: ShownCharges) {}

  @Post()
  @Operation('Create a charge', CREATE_CHARGE)
  create(@CurrentCall() call: Call, @Params(CREATE_CHARGE) sent: ParamsOf<typeof CREATE_CHARGE>): Promise<Shown> {
    return this.charges.create(call, sent);
  }

  @Get()
  @Operation('List charges', LIST_CHARGES)
  list(@CurrentCall() call: Call, @Params(LIST_CHARGES) asked: ParamsOf<typeof LIST_CHARGES>): Promise<Shown> {
    return this.charges.list(call, asked);
  }

  @Get('search')
  @Operation('Search charges', SEARCH)
  search(@CurrentCall() call: Call, @Params(SEARCH) asked: ParamsOf<typeof SEARCH>): Promise<Shown> {
    return this.charges.search(call, asked);
  }

  @Get(':id')
  @Operation('Retrieve a charge', {})
  retrieve(@CurrentCall() call: Call, @Params({}) _none: object, @Param('id') id: string): Promise<Shown> {
    return this.charges.retrieve(call, id);
  }

  @Post(':id')
  @Operation('Update a charge', UPDATE_CHARGE)
  update(
    @CurrentCall() call: Call,
    @Params(UPDATE_CHARGE) sent: ParamsOf<typeof UPDATE_CHARGE>,
    @Param('id') id: string,
  ): Promise<Shown> {
    return this.charges.update(call, id, sent);
  }

  @Post(':id/capture')
  @Operation('Capture a charge', CAPTURE_CHARGE)
  capture(
    @CurrentCall() call: Call,
    @Params(CAPTURE_CHARGE) sent: ParamsOf<typeof CAPTURE_CHARGE>,
    @Param('id') id: string,
  ): Promise<Shown> {
    return this.charges.capture(call, id, sent);
  }
}
