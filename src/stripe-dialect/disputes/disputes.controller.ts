import { Get, Param, Post } from '@nestjs/common';
import type { Call } from '../wire/call.js';
import { CurrentCall, DialectController, Operation, Params } from '../wire/dialect.decorators.js';
import type { Shown } from '../wire/expand.js';
import type { ParamsOf } from '../wire/params.js';
import { LIST_DISPUTES, LIST_WARNINGS, UPDATE_DISPUTE } from './dispute-params.js';
import { ShownDisputes } from './shown-disputes.service.js';
import { ShownWarnings } from './shown-warnings.service.js';

@DialectController('disputes')
export class DialectDisputesController {
  constructor(private readonly disputes: ShownDisputes) {}

  @Get()
  @Operation('List disputes', LIST_DISPUTES)
  list(@CurrentCall() call: Call, @Params(LIST_DISPUTES) asked: ParamsOf<typeof LIST_DISPUTES>): Promise<Shown> {
    return this.disputes.list(call, asked);
  }

  @Get(':id')
  @Operation('Retrieve a dispute', {})
  retrieve(@CurrentCall() call: Call, @Params({}) _none: object, @Param('id') id: string): Promise<Shown> {
    return this.disputes.retrieve(call, id);
  }

  @Post(':id')
  @Operation('Update a dispute: stage or submit its evidence', UPDATE_DISPUTE)
  update(
    @CurrentCall() call: Call,
    @Params(UPDATE_DISPUTE) sent: ParamsOf<typeof UPDATE_DISPUTE>,
    @Param('id') id: string,
  ): Promise<Shown> {
    return this.disputes.update(call, id, sent);
  }

  @Post(':id/close')
  @Operation('Close a dispute: it is lost', {})
  close(@CurrentCall() call: Call, @Params({}) _none: object, @Param('id') id: string): Promise<Shown> {
    return this.disputes.close(call, id);
  }
}

@DialectController('radar/early_fraud_warnings')
export class DialectFraudWarningsController {
  constructor(private readonly warnings: ShownWarnings) {}

  @Get()
  @Operation('List early fraud warnings', LIST_WARNINGS)
  list(@CurrentCall() call: Call, @Params(LIST_WARNINGS) asked: ParamsOf<typeof LIST_WARNINGS>): Promise<Shown> {
    return this.warnings.list(call, asked);
  }

  @Get(':id')
  @Operation('Retrieve an early fraud warning', {})
  retrieve(@CurrentCall() call: Call, @Params({}) _none: object, @Param('id') id: string): Promise<Shown> {
    return this.warnings.retrieve(call, id);
  }
}
