import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PUBLIC } from '../platform/access/access.decorators.js';
import { accountOf } from '../platform/worlds/world-ids.js';
import type { Principal } from '../platform/access/principal.js';
import { PerRoute } from '../platform/http/per-route.js';
import type { RouteClass } from '../platform/config/rate-limits.js';
import { type ClassOfRoute, RATE_CLASS } from './rate-class.decorator.js';
import { RateLimitedError } from './rate-limited.error.js';
import { UNLIMITED } from './unlimited.decorator.js';
import { RateLimitService } from './rate-limit.service.js';

type CountedRequest = FastifyRequest & { user?: Principal };

/** The second global guard: counts the request for the caller's account, or for its address on a public route. */
@Injectable()
export class RateLimitGuard implements CanActivate {
  /** `routeClass` is null for a private route, whose class depends on the method. */
  private readonly routes: PerRoute<{ readonly limited: boolean; readonly routeClass: ClassOfRoute | null }>;

  constructor(
    reflector: Reflector,
    private readonly limits: RateLimitService,
  ) {
    this.routes = new PerRoute(reflector, (lookup) => ({
      limited: limits.enabled && lookup<true>(UNLIMITED) !== true,
      routeClass: lookup<ClassOfRoute>(RATE_CLASS) ?? (lookup<true>(PUBLIC) ? 'anonymous' : null),
    }));
  }

  /** Throws RateLimitedError, or rejects with it, if the limit is reached. */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const { limited, routeClass } = this.routes.of(context);
    if (!limited) return true;
    const http = context.switchToHttp();
    const request = http.getRequest<CountedRequest>();
    const { user, ip, method } = request;
    return this.count(
      typeof routeClass === 'function' ? routeClass(request) : (routeClass ?? classOf(method)),
      user ? accountOf(user.accountId) : ip,
      http.getResponse<FastifyReply>(),
    );
  }

  private async count(routeClass: RouteClass, subject: string, reply: FastifyReply): Promise<boolean> {
    const allowance = await this.limits.consume(routeClass, subject, Date.now());
    if (allowance === null) return true;
    const { allowed, policy, remaining, resetSeconds } = allowance;
    void reply
      .header('ratelimit-policy', policy)
      .header('ratelimit', `"${routeClass}";r=${remaining};t=${resetSeconds}`);
    if (!allowed) throw new RateLimitedError(resetSeconds);
    return true;
  }
}

function classOf(method: string): RouteClass {
  return method === 'GET' || method === 'HEAD' ? 'read' : 'write';
}
