import { Body, Controller, Get, Header, Param, Post, UseInterceptors } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '../platform/access/access.decorators.js';
import { RequestId } from '../platform/http/request-id.js';
import { type ChallengeReply, ChallengePageService } from './challenge-page.service.js';
import { ChallengeReplyInterceptor } from './challenge-reply.interceptor.js';
import { AuthenticateDto } from './dto/move.dto.js';

/** A page for browsers, outside the API; its address holds the secret that opens it. */
@ApiExcludeController()
@Controller('3ds')
export class ChallengePageController {
  constructor(private readonly page: ChallengePageService) {}

  @Get(':payment_id/:token')
  @Public()
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('cache-control', 'no-store')
  async showChallenge(@Param('payment_id') paymentId: string, @Param('token') token: string): Promise<string> {
    return this.page.show(paymentId, token);
  }

  @Post(':payment_id/:token')
  @Public()
  @Header('cache-control', 'no-store')
  @UseInterceptors(ChallengeReplyInterceptor)
  async answerChallenge(
    @Param('payment_id') paymentId: string,
    @Param('token') token: string,
    @Body() body: AuthenticateDto,
    @RequestId() requestId: string,
  ): Promise<ChallengeReply> {
    return this.page.answer(paymentId, token, body.succeeded, requestId);
  }
}
