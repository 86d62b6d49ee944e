import { Get, Param, Post } from '@nestjs/common';
import type { Call } from '../wire/call.js';
import { CurrentCall, DialectController, Operation, Params } from '../wire/dialect.decorators.js';
import { LIST } from '../wire/lists.js';
import { oneOf, type ParamsOf, required, text } from '../wire/params.js';
import type { Shown } from '../wire/expand.js';
import { CREATE_METHOD, CREATE_TOKEN, UPDATE_METHOD } from './method-params.js';
import { ShownMethods } from './shown-methods.service.js';

const ATTACH = { customer: required(text()) } as const;
const LIST_METHODS = { ...LIST, customer: text(), type: oneOf('card'), allow_redisplay: text() } as const;

@DialectController('payment_methods')
export class DialectPaymentMethodsController {
  constructor(private readonly methods: ShownMethods) {}

  @Post()
  @Operation('Create a payment method', CREATE_METHOD, { publishable: true })
  create(@CurrentCall() call: Call, @Params(CREATE_METHOD) sent: ParamsOf<typeof CREATE_METHOD>): Promise<Shown> {
    return this.methods.create(call, sent);
  }

  @Get()
  @Operation('List payment methods', LIST_METHODS)
  list(@CurrentCall() call: Call, @Params(LIST_METHODS) asked: ParamsOf<typeof LIST_METHODS>): Promise<Shown> {
    return this.methods.list(call, asked);
  }

  @Get(':id')
  @Operation('Retrieve a payment method', {})
  retrieve(@CurrentCall() call: Call, @Params({}) _none: object, @Param('id') id: string): Promise<Shown> {
    return this.methods.retrieve(call, id);
  }

  @Post(':id')
  @Operation('Update a payment method', UPDATE_METHOD)
  update(
    @CurrentCall() call: Call,
    @Params(UPDATE_METHOD) sent: ParamsOf<typeof UPDATE_METHOD>,
    @Param('id') id: string,
  ): Promise<Shown> {
    return this.methods.update(call, id, sent);
  }

  @Post(':id/attach')
  @Operation('Attach a payment method to a customer', ATTACH)
  attach(
    @CurrentCall() call: Call,
    @Params(ATTACH) { customer }: ParamsOf<typeof ATTACH>,
    @Param('id') id: string,
  ): Promise<Shown> {
    return this.methods.attach(call, id, customer);
  }

  @Post(':id/detach')
  @Operation('Detach a payment method from its customer', {})
  detach(@CurrentCall() call: Call, @Params({}) _none: object, @Param('id') id: string): Promise<Shown> {
    return this.methods.detach(call, id);
  }
}

@DialectController('tokens')
export class DialectTokensController {
  constructor(private readonly methods: ShownMethods) {}

  @Post()
  @Operation('Create a token', CREATE_TOKEN, { publishable: true })
  create(@CurrentCall() call: Call, @Params(CREATE_TOKEN) sent: ParamsOf<typeof CREATE_TOKEN>): Promise<Shown> {
    return this.methods.createToken(call, sent);
  }

  @Get(':id')
  @Operation('Retrieve a token', {})
  retrieve(@CurrentCall() call: Call, @Params({}) _none: object, @Param('id') id: string): Promise<Shown> {
    return this.methods.retrieveToken(call, id);
  }
}
