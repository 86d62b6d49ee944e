import { Body, Controller, Get, Param, Post, UseInterceptors } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '../platform/access/access.decorators.js';
import { BaseUrl } from '../platform/http/base-url.decorator.js';
import { type PageReply, PageReplyInterceptor } from '../platform/http/page-reply.interceptor.js';
import { RequestId } from '../platform/http/request-id.js';
import { CheckoutPageService } from './checkout-page.service.js';
import { PayWithCardDto, StandInDto } from './dto/checkout-form.dto.js';

/** Pages for browsers, outside the API; their address holds the secret that opens them. */
@ApiExcludeController()
@Controller('checkout/:token')
@Public()
@UseInterceptors(PageReplyInterceptor)
export class CheckoutPageController {
  constructor(private readonly page: CheckoutPageService) {}

  @Get()
  async showCheckout(@Param('token') token: string): Promise<PageReply> {
    return this.page.show(token);
  }

  @Post()
  async payWithCard(
    @Param('token') token: string,
    @Body() body: PayWithCardDto,
    @RequestId() requestId: string,
    @BaseUrl() requestBase: string,
  ): Promise<PageReply> {
    return this.page.payWithCard({ token, requestId, requestBase }, Number(body.attempt), body.toForm());
  }

  @Get('wallet')
  async showWallet(@Param('token') token: string): Promise<PageReply> {
    return this.page.showStandIn(token, 'wallet');
  }

  @Post('wallet')
  async payWithWallet(
    @Param('token') token: string,
    @Body() { attempt, result }: StandInDto,
    @RequestId() requestId: string,
    @BaseUrl() requestBase: string,
  ): Promise<PageReply> {
    return this.page.payElsewhere({ token, requestId, requestBase }, Number(attempt), 'wallet', result);
  }

  @Get('bank')
  async showBank(@Param('token') token: string): Promise<PageReply> {
    return this.page.showStandIn(token, 'bank');
  }

  @Post('bank')
  async payByBank(
    @Param('token') token: string,
    @Body() { attempt, result }: StandInDto,
    @RequestId() requestId: string,
    @BaseUrl() requestBase: string,
  ): Promise<PageReply> {
    return this.page.payElsewhere({ token, requestId, requestBase }, Number(attempt), 'bank', result);
  }

  @Post('cancel')
  async leaveCheckout(
    @Param('token') token: string,
    @RequestId() requestId: string,
    @BaseUrl() requestBase: string,
  ): Promise<PageReply> {
    return this.page.leave({ token, requestId, requestBase });
  }

  @Post('change')
  async changeMethod(
    @Param('token') token: string,
    @RequestId() requestId: string,
    @BaseUrl() requestBase: string,
  ): Promise<PageReply> {
    return this.page.change({ token, requestId, requestBase });
  }

  @Get('receipt')
  async showReceipt(@Param('token') token: string): Promise<PageReply> {
    return this.page.showReceipt(token);
  }
}
