import { type CallHandler, type ExecutionContext, HttpStatus, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { map, type Observable } from 'rxjs';

/** What a browser gets: another place to go to, or a page. */
export type PageReply =
  | { readonly location: string }
  | {
      readonly page: string;
      /** 200 if not given. */
      readonly status?: number;
    };

/** Sends a redirect or the page, as the reply says. Browsers keep neither. */
@Injectable()
export class PageReplyInterceptor implements NestInterceptor<PageReply, string> {
  intercept(context: ExecutionContext, next: CallHandler<PageReply>): Observable<string> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    void reply.header('cache-control', 'no-store');
    return next.handle().pipe(
      map((answer) => {
        if ('location' in answer) {
          void reply.status(HttpStatus.SEE_OTHER).header('location', answer.location);
          return '';
        }
        void reply.status(answer.status ?? HttpStatus.OK).type('text/html; charset=utf-8');
        return answer.page;
      }),
    );
  }
}
