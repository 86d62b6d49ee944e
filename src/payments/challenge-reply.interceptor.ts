import { type CallHandler, type ExecutionContext, HttpStatus, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { map, type Observable } from 'rxjs';
import type { ChallengeReply } from './challenge-page.service.js';

/** Sends a redirect or the page, as the reply says. */
@Injectable()
export class ChallengeReplyInterceptor implements NestInterceptor<ChallengeReply, string> {
  intercept(context: ExecutionContext, next: CallHandler<ChallengeReply>): Observable<string> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(
      map((answer) => {
        if ('location' in answer) {
          void reply.status(HttpStatus.SEE_OTHER).header('location', answer.location);
          return '';
        }
        void reply.status(HttpStatus.OK).type('text/html; charset=utf-8');
        return answer.page;
      }),
    );
  }
}
