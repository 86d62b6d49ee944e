import { type CallHandler, type ExecutionContext, HttpStatus, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { map, type Observable } from 'rxjs';
import type { Answered } from './challenge-page.service.js';

/** Sends the browser where an answer says, or shows it the page. */
@Injectable()
export class AnsweredInterceptor implements NestInterceptor<Answered, string> {
  intercept(context: ExecutionContext, next: CallHandler<Answered>): Observable<string> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(
      map((answered) => {
        if ('location' in answered) {
          void reply.status(HttpStatus.SEE_OTHER).header('location', answered.location);
          return '';
        }
        void reply.status(HttpStatus.OK).type('text/html; charset=utf-8');
        return answered.page;
      }),
    );
  }
}
