import { Delete, Get, Param, Post } from '@nestjs/common';
import type { Call } from '../wire/call.js';
import { CurrentCall, DialectController, Operation, Params } from '../wire/dialect.decorators.js';
import type { Shown } from '../wire/expand.js';
import type { ParamsOf } from '../wire/params.js';
import { SEARCH } from '../wire/search.js';
import { CREATE_PRODUCT, LIST_PRODUCTS, UPDATE_PRODUCT } from './product-params.js';
import { ShownProducts } from './shown-products.service.js';

@DialectController('products')
export class DialectProductsController {
  constructor(private readonly products: ShownProducts) {}

  @Post()
  @Operation('Create a product', CREATE_PRODUCT)
  create(@CurrentCall() call: Call, @Params(CREATE_PRODUCT) sent: ParamsOf<typeof CREATE_PRODUCT>): Promise<Shown> {
    return this.products.create(call, sent);
  }

  @Get()
  @Operation('List products', LIST_PRODUCTS)
  list(@CurrentCall() call: Call, @Params(LIST_PRODUCTS) asked: ParamsOf<typeof LIST_PRODUCTS>): Promise<Shown> {
    return this.products.list(call, asked);
  }

  @Get('search')
  @Operation('Search products', SEARCH)
  search(@CurrentCall() call: Call, @Params(SEARCH) asked: ParamsOf<typeof SEARCH>): Promise<Shown> {
    return this.products.search(call, asked);
  }

  @Get(':id')
  @Operation('Retrieve a product', {})
  retrieve(@CurrentCall() call: Call, @Params({}) _none: object, @Param('id') id: string): Promise<Shown> {
    return this.products.retrieve(call, id);
  }

  @Post(':id')
  @Operation('Update a product', UPDATE_PRODUCT)
  update(
    @CurrentCall() call: Call,
    @Params(UPDATE_PRODUCT) sent: ParamsOf<typeof UPDATE_PRODUCT>,
    @Param('id') id: string,
  ): Promise<Shown> {
    return this.products.update(call, id, sent);
  }

  @Delete(':id')
  @Operation('Delete a product', {})
  delete(@CurrentCall() call: Call, @Params({}) _none: object, @Param('id') id: string): Promise<Shown> {
    return this.products.delete(call, id);
  }
}
