import { Body, Controller, Get, Param, Post, UseInterceptors } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { AuthenticateDto } from '../../payments/dto/move.dto.js';
import { Public } from '../../platform/access/access.decorators.js';
import { type PageReply, PageReplyInterceptor } from '../../platform/http/page-reply.interceptor.js';
import { RequestId } from '../../platform/http/request-id.js';
import { SetupChallenges } from './setup-challenges.service.js';

/** A page for browsers; its address holds the secret that opens it. */
@ApiExcludeController()
@Controller('3ds/setups')
@UseInterceptors(PageReplyInterceptor)
export class SetupChallengeController {
  constructor(private readonly challenges: SetupChallenges) {}

  @Get(':setup_id/:token')
  @Public()
  async showSetupChallenge(@Param('setup_id') id: string, @Param('token') token: string): Promise<PageReply> {
    return this.challenges.show(id, token);
  }

  @Post(':setup_id/:token')
  @Public()
  async answerSetupChallenge(
    @Param('setup_id') id: string,
    @Param('token') token: string,
    @Body() body: AuthenticateDto,
    @RequestId() requestId: string,
  ): Promise<PageReply> {
    return this.challenges.answer(id, token, body.succeeded, requestId);
  }
}
