import { Get, Param, Post } from '@nestjs/common';
import type { Call } from '../wire/call.js';
import { CurrentCall, DialectController, Operation, Params } from '../wire/dialect.decorators.js';
import type { Shown } from '../wire/expand.js';
import type { ParamsOf } from '../wire/params.js';
import { SEARCH } from '../wire/search.js';
import { CREATE_PRICE, LIST_PRICES, UPDATE_PRICE } from './price-params.js';
import { ShownPrices } from './shown-prices.service.js';

@DialectController('prices')
export class DialectPricesController {
  constructor(private readonly prices: ShownPrices) {}

  @Post()
  @Operation('Create a price', CREATE_PRICE)
  create(@CurrentCall() call: Call, @Params(CREATE_PRICE) sent: ParamsOf<typeof CREATE_PRICE>): Promise<Shown> {
    return this.prices.create(call, sent);
  }

  @Get()
  @Operation('List prices', LIST_PRICES)
  list(@CurrentCall() call: Call, @Params(LIST_PRICES) asked: ParamsOf<typeof LIST_PRICES>): Promise<Shown> {
    return this.prices.list(call, asked);
  }

  @Get('search')
  @Operation('Search prices', SEARCH)
  search(@CurrentCall() call: Call, @Params(SEARCH) asked: ParamsOf<typeof SEARCH>): Promise<Shown> {
    return this.prices.search(call, asked);
  }

  @Get(':id')
  @Operation('Retrieve a price', {})
  retrieve(@CurrentCall() call: Call, @Params({}) _none: object, @Param('id') id: string): Promise<Shown> {
    return this.prices.retrieve(call, id);
  }

  @Post(':id')
  @Operation('Update a price', UPDATE_PRICE)
  update(
    @CurrentCall() call: Call,
    @Params(UPDATE_PRICE) sent: ParamsOf<typeof UPDATE_PRICE>,
    @Param('id') id: string,
  ): Promise<Shown> {
    return this.prices.update(call, id, sent);
  }
}
