import { Get, Param, Post } from '@nestjs/common';
import type { Call } from '../wire/call.js';
import { CurrentCall, DialectController, Operation, Params } from '../wire/dialect.decorators.js';
import type { Shown } from '../wire/expand.js';
import type { ParamsOf } from '../wire/params.js';
import { CONFIRM_PAGE } from './checkout-params.js';
import { PaymentPages } from './payment-pages.service.js';

@DialectController('payment_pages')
export class DialectPaymentPagesController {
  constructor(private readonly pages: PaymentPages) {}

  @Get(':id')
  @Operation('Retrieve the page of a checkout session', {})
  retrieve(@CurrentCall() call: Call, @Params({}) _none: object, @Param('id') id: string): Promise<Shown> {
    return this.pages.retrieve(call, id);
  }

  @Post(':id/confirm')
  @Operation('Pay a checkout session as its customer', CONFIRM_PAGE)
  confirm(
    @CurrentCall() call: Call,
    @Params(CONFIRM_PAGE) sent: ParamsOf<typeof CONFIRM_PAGE>,
    @Param('id') id: string,
  ): Promise<Shown> {
    return this.pages.confirm(call, id, sent);
  }
}
