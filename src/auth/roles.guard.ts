import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { PerRoute } from '../platform/http/per-route.js';
import { ACCESS, type Access, PUBLIC } from '../platform/access/access.decorators.js';
import { RoleNotAllowedError } from './auth-errors.js';
import type { Principal } from '../platform/access/principal.js';

/** The third global guard: checks the caller's role. A private route without roles refuses everybody. */
@Injectable()
export class RolesGuard implements CanActivate {
  /** The allowed roles of each route; null for a public route. */
  private readonly rules: PerRoute<Pick<Access, 'roles' | 'refusal'> | null>;

  constructor(reflector: Reflector) {
    this.rules = new PerRoute(reflector, (lookup) =>
      lookup<true>(PUBLIC) ? null : (lookup<Access>(ACCESS) ?? { roles: [] }),
    );
  }

  /** Throws RoleNotAllowedError if the route does not allow the caller's role. */
  canActivate(context: ExecutionContext): boolean {
    const rule = this.rules.of(context);
    if (rule === null) return true;
    const { role } = context.switchToHttp().getRequest<{ user: Principal }>().user;
    if (!rule.roles.includes(role)) throw new RoleNotAllowedError(rule.roles, rule.refusal);
    return true;
  }
}
