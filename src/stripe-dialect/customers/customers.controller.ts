import { Delete, Get, Param, Post } from '@nestjs/common';
import { ShownMethods } from '../payment-methods/shown-methods.service.js';
import type { Call } from '../wire/call.js';
import { CurrentCall, DialectController, Operation, Params } from '../wire/dialect.decorators.js';
import type { Shown } from '../wire/expand.js';
import { LIST } from '../wire/lists.js';
import { SEARCH } from '../wire/search.js';
import { type ParamsOf, text } from '../wire/params.js';
import { CREATE_CUSTOMER, LIST_CUSTOMERS, UPDATE_CUSTOMER } from './customer-params.js';
import { ShownCustomers } from './shown-customers.service.js';

const LIST_METHODS = { ...LIST, type: text(), allow_redisplay: text() } as const;

@DialectController('customers')
export class DialectCustomersController {
  constructor(
    private readonly customers: ShownCustomers,
    private readonly methods: ShownMethods,
  ) {}

  @Post()
  @Operation('Create a customer', CREATE_CUSTOMER)
  create(@CurrentCall() call: Call, @Params(CREATE_CUSTOMER) sent: ParamsOf<typeof CREATE_CUSTOMER>): Promise<Shown> {
    return this.customers.create(call, sent);
  }

  @Get()
  @Operation('List customers', LIST_CUSTOMERS)
  list(@CurrentCall() call: Call, @Params(LIST_CUSTOMERS) asked: ParamsOf<typeof LIST_CUSTOMERS>): Promise<Shown> {
    return this.customers.list(call, asked);
  }

  @Get('search')
  @Operation('Search customers', SEARCH)
  search(@CurrentCall() call: Call, @Params(SEARCH) asked: ParamsOf<typeof SEARCH>): Promise<Shown> {
    return this.customers.search(call, asked);
  }

  @Get(':id')
  @Operation('Retrieve a customer', {})
  retrieve(@CurrentCall() call: Call, @Params({}) _none: object, @Param('id') id: string): Promise<Shown> {
    return this.customers.retrieve(call, id);
  }

  @Post(':id')
  @Operation('Update a customer', UPDATE_CUSTOMER)
  update(
    @CurrentCall() call: Call,
    @Params(UPDATE_CUSTOMER) sent: ParamsOf<typeof UPDATE_CUSTOMER>,
    @Param('id') id: string,
  ): Promise<Shown> {
    return this.customers.update(call, id, sent);
  }

  @Delete(':id')
  @Operation('Delete a customer', {})
  delete(@CurrentCall() call: Call, @Params({}) _none: object, @Param('id') id: string): Promise<Shown> {
    return this.customers.delete(call, id);
  }

  @Get(':id/payment_methods')
  @Operation("List a customer's payment methods", LIST_METHODS)
  listMethods(
    @CurrentCall() call: Call,
    @Params(LIST_METHODS) asked: ParamsOf<typeof LIST_METHODS>,
    @Param('id') customer: string,
  ): Promise<Shown> {
    return this.methods.list(call, { ...asked, customer });
  }

  @Get(':id/payment_methods/:method')
  @Operation("Retrieve a customer's payment method", {})
  retrieveMethod(
    @CurrentCall() call: Call,
    @Params({}) _none: object,
    @Param('id') customer: string,
    @Param('method') method: string,
  ): Promise<Shown> {
    return this.methods.ofCustomer(call, customer, method);
  }
}
