import { Body, Controller, Get, Param, Post, UseInterceptors } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '../platform/access/access.decorators.js';
import { type PageReply, PageReplyInterceptor } from '../platform/http/page-reply.interceptor.js';
import { RequestId } from '../platform/http/request-id.js';
import { ChallengePageService } from './challenge-page.service.js';
import { AuthenticateDto } from './dto/move.dto.js';

/** A page for browsers, outside the API; its address holds the secret that opens it. */
@ApiExcludeController()
@Controller('3ds')
@UseInterceptors(PageReplyInterceptor)
export class ChallengePageController {
  constructor(private readonly page: ChallengePageService) {}

  @Get(':payment_id/:token')
  @Public()
  async showChallenge(@Param('payment_id') paymentId: string, @Param('token') token: string): Promise<PageReply> {
    return this.page.show(paymentId, token);
  }

  @Post(':payment_id/:token')
  @Public()
  async answerChallenge(
    @Param('payment_id') paymentId: string,
    @Param('token') token: string,
    @Body() body: AuthenticateDto,
    @RequestId() requestId: string,
  ): Promise<PageReply> {
    return this.page.answer(paymentId, token, body.succeeded, requestId);
  }
}
