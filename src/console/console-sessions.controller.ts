import { Body, Controller, Delete, HttpCode, HttpStatus, Post, UseGuards, UseInterceptors } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public } from '../platform/access/access.decorators.js';
import { ApiErrors } from '../platform/errors/api-errors.decorator.js';
import { NoStore } from '../platform/http/no-store.decorator.js';
import { RateClass } from '../rate-limit/rate-class.decorator.js';
import { ConsoleCookieInterceptor } from './console-cookie.interceptor.js';
import { ConsoleSessionsService, type OpenSession } from './console-sessions.service.js';
import { ConsoleSessionDto, OpenConsoleDto } from './dto/console-session.dto.js';
import { SameOriginGuard } from './same-origin.guard.js';
import { classOfVisit, CurrentVisitor } from './visitor.decorator.js';
import type { Visitor } from './console-sessions.service.js';

/** The console's own routes, outside the API: they go by a cookie, and take no request of another origin. */
@ApiTags('Console')
@Controller('console/session')
@UseGuards(SameOriginGuard)
@UseInterceptors(ConsoleCookieInterceptor)
@ApiErrors('cross_site_request')
export class ConsoleSessionsController {
  constructor(private readonly sessions: ConsoleSessionsService) {}

  @Post()
  @HttpCode(HttpStatus.OK)
  @Public()
  @RateClass(classOfVisit)
  @RouteConfig({ cors: false })
  @NoStore()
  @ApiOperation({
    summary: 'Sign in to the console, or stay signed in',
    description:
      'For the console in a browser; programs log in with `POST /api/v1/users/login`. Answers a bearer token and sets the cookie `mpg_console_PORT`, or `mpg_console` at an address without a port. Without anything in the body, the cookie is exchanged for another token. The session ends 7 days after it was last used.',
  })
  @ApiOkResponse({ type: ConsoleSessionDto, description: 'The token, which also opens the routes of the API key.' })
  @ApiErrors(
    'credentials_invalid',
    'console_link_invalid',
    'console_session_expired',
    'console_links_off',
    'validation_failed',
  )
  async openConsoleSession(@Body() body: OpenConsoleDto, @CurrentVisitor() visitor: Visitor): Promise<OpenSession> {
    return this.sessions.open(body.toSignIn(), visitor);
  }

  @Delete()
  @HttpCode(HttpStatus.NO_CONTENT)
  @Public()
  @RouteConfig({ cors: false })
  @ApiOperation({ summary: 'Sign out of the console', description: 'Revokes the tokens of the session, too.' })
  @ApiNoContentResponse({ description: 'Nobody is signed in in this browser, whether somebody was or not.' })
  async closeConsoleSession(@CurrentVisitor() visitor: Visitor): Promise<null> {
    await this.sessions.close(visitor);
    return null;
  }
}
