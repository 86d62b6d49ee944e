import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ACCESS, type Access, PUBLIC } from './access.decorators.js';
import { RoleNotAllowedError } from './auth-errors.js';
import type { Principal } from './principal.js';

/** Global, third: may this role do it? A private route that names no role lets nobody in. */
@Injectable()
export class RolesGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  /** Throws RoleNotAllowedError. */
  canActivate(context: ExecutionContext): boolean {
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<true | undefined>(PUBLIC, targets)) return true;
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, targets);
    const roles = access?.roles ?? [];
    const { role } = context.switchToHttp().getRequest<{ user: Principal }>().user;
    if (!roles.includes(role)) throw new RoleNotAllowedError(roles, access?.refusal);
    return true;
  }
}
