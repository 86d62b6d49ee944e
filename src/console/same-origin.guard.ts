import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { CrossSiteRequestError } from './console-errors.js';
import { isCrossSite } from './request-origin.js';

/**
 * Refuses what pages of other origins send, as these requests carry a cookie or set one: such a page could else end a
 * session, or sign its visitor in to an account of its own.
 */
@Injectable()
export class SameOriginGuard implements CanActivate {
  /** Throws CrossSiteRequestError. */
  canActivate(context: ExecutionContext): boolean {
    const { headers, protocol, host } = context.switchToHttp().getRequest<FastifyRequest>();
    const fetchSite = headers['sec-fetch-site'];
    if (isCrossSite({ origin: headers.origin, fetchSite: fetchSite?.toString(), protocol, host }))
      throw new CrossSiteRequestError();
    return true;
  }
}
