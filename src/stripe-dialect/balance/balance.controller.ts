import { Get, Param } from '@nestjs/common';
import type { Call } from '../wire/call.js';
import { CurrentCall, DialectController, Operation, Params } from '../wire/dialect.decorators.js';
import type { Shown } from '../wire/expand.js';
import type { ParamsOf } from '../wire/params.js';
import { LIST_TRANSACTIONS, ShownBalance } from './shown-balance.service.js';

@DialectController('balance')
export class DialectBalanceController {
  constructor(private readonly shown: ShownBalance) {}

  @Get()
  @Operation('Retrieve the balance', {})
  retrieve(@Params({}) _none: object, @CurrentCall() call: Call): Promise<Shown> {
    return this.shown.balance(call);
  }
}

@DialectController('balance_transactions')
export class DialectBalanceTransactionsController {
  constructor(private readonly shown: ShownBalance) {}

  @Get()
  @Operation('List balance transactions', LIST_TRANSACTIONS)
  list(
    @CurrentCall() call: Call,
    @Params(LIST_TRANSACTIONS) asked: ParamsOf<typeof LIST_TRANSACTIONS>,
  ): Promise<Shown> {
    return this.shown.list(call, asked);
  }

  @Get(':id')
  @Operation('Retrieve a balance transaction', {})
  retrieve(@CurrentCall() call: Call, @Params({}) _none: object, @Param('id') id: string): Promise<Shown> {
    return this.shown.retrieve(call, id);
  }
}
