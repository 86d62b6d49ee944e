import { createHash } from 'node:crypto';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PUBLIC } from '../auth/access.decorators.js';
import type { RouteClass } from '../config/rate-limits.js';
import { RateLimitedError } from './rate-limited.error.js';
import { UNLIMITED } from './unlimited.decorator.js';
import { RateLimitService } from './rate-limit.service.js';

/** Global, second: counts the request for its API key, or for its address where it has none. */
@Injectable()
export class RateLimitGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly limits: RateLimitService,
  ) {}

  /** Throws RateLimitedError. */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<true | undefined>(UNLIMITED, targets)) return true;
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const anonymous = this.reflector.getAllAndOverride<true | undefined>(PUBLIC, targets) ?? false;
    const routeClass = anonymous ? 'anonymous' : classOf(request);
    const allowance = await this.limits.consume(routeClass, anonymous ? request.ip : subjectOf(request), new Date());
    if (allowance === null) return true;
    const { allowed, quota, windowSeconds, remaining, resetSeconds } = allowance;
    void http.getResponse<FastifyReply>().headers({
      'ratelimit-policy': `"${routeClass}";q=${quota};w=${windowSeconds}`,
      ratelimit: `"${routeClass}";r=${remaining};t=${resetSeconds}`,
    });
    if (!allowed) throw new RateLimitedError(resetSeconds);
    return true;
  }
}

function classOf({ method }: FastifyRequest): RouteClass {
  return method === 'GET' || method === 'HEAD' ? 'read' : 'write';
}

/** The key itself is a secret: its hash names it. */
function subjectOf({ headers, ip }: FastifyRequest): string {
  const key = headers['x-api-key'];
  return typeof key === 'string' ? createHash('sha256').update(key).digest('base64url') : ip;
}
