import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { catchError, map, type Observable } from 'rxjs';
import { CONSOLE_SESSION_SECONDS } from '../auth/console-session-store.service.js';
import { consoleCookie, consoleCookieName } from './console-cookie.js';
import { SessionExpiredError } from './console-errors.js';
import type { OpenSession } from './console-sessions.service.js';
import { ConsoleSessionDto } from './dto/console-session.dto.js';

/** Answers an open session, with its cookie; removes the cookie if no session is open (any more). */
@Injectable()
export class ConsoleCookieInterceptor implements NestInterceptor<OpenSession | null, ConsoleSessionDto | undefined> {
  intercept(
    context: ExecutionContext,
    next: CallHandler<OpenSession | null>,
  ): Observable<ConsoleSessionDto | undefined> {
    const http = context.switchToHttp();
    const { protocol, host } = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const setCookie = (value: string | null): void => {
      void reply.header(
        'set-cookie',
        consoleCookie(consoleCookieName(host), value, CONSOLE_SESSION_SECONDS, protocol === 'https'),
      );
    };
    return next.handle().pipe(
      map((session) => {
        setCookie(session?.cookie ?? null);
        return session ? ConsoleSessionDto.of(session) : undefined;
      }),
      catchError((error: unknown) => {
        if (error instanceof SessionExpiredError) setCookie(null);
        throw error;
      }),
    );
  }
}
