import { Delete, Get, Param, Post } from '@nestjs/common';
import type { Call } from '../wire/call.js';
import { CurrentCall, DialectController, Operation, Params } from '../wire/dialect.decorators.js';
import type { Shown } from '../wire/expand.js';
import type { ParamsOf } from '../wire/params.js';
import { CREATE_ENDPOINT, LIST_ENDPOINTS, ShownEndpoints, UPDATE_ENDPOINT } from './shown-endpoints.service.js';

@DialectController('webhook_endpoints')
export class DialectWebhookEndpointsController {
  constructor(private readonly endpoints: ShownEndpoints) {}

  @Post()
  @Operation('Create a webhook endpoint', CREATE_ENDPOINT)
  create(@CurrentCall() call: Call, @Params(CREATE_ENDPOINT) sent: ParamsOf<typeof CREATE_ENDPOINT>): Promise<Shown> {
    return this.endpoints.create(call, sent);
  }

  @Get()
  @Operation('List webhook endpoints', LIST_ENDPOINTS)
  list(@CurrentCall() call: Call, @Params(LIST_ENDPOINTS) asked: ParamsOf<typeof LIST_ENDPOINTS>): Promise<Shown> {
    return this.endpoints.list(call, asked);
  }

  @Get(':id')
  @Operation('Retrieve a webhook endpoint', {})
  retrieve(@CurrentCall() call: Call, @Params({}) _none: object, @Param('id') id: string): Promise<Shown> {
    return this.endpoints.retrieve(call, id);
  }

  @Post(':id')
  @Operation('Update a webhook endpoint', UPDATE_ENDPOINT)
  update(
    @CurrentCall() call: Call,
    @Params(UPDATE_ENDPOINT) sent: ParamsOf<typeof UPDATE_ENDPOINT>,
    @Param('id') id: string,
  ): Promise<Shown> {
    return this.endpoints.update(call, id, sent);
  }

  @Delete(':id')
  @Operation('Delete a webhook endpoint', {})
  delete(@CurrentCall() call: Call, @Params({}) _none: object, @Param('id') id: string): Promise<Shown> {
    return this.endpoints.delete(call, id);
  }
}
