import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { RoleNotAllowedError } from '../auth/auth-errors.js';
import { BearerGuard } from '../auth/authentication.guard.js';
import type { Principal } from '../platform/access/principal.js';
import { ADMINISTRATORS } from '../platform/access/role.js';
import { Config } from '../platform/config/config.js';
import { SandboxesOffError } from './sandbox-errors.js';

/** Lets everybody create sandboxes in development, and in production administrators, if the settings allow it. */
@Injectable()
export class SandboxCreationGuard implements CanActivate {
  constructor(
    private readonly config: Config,
    private readonly bearer: BearerGuard,
  ) {}

  /** Throws SandboxesOffError; in production also the errors of a bearer token, and RoleNotAllowedError. */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (!this.config.sandboxesOn) throw new SandboxesOffError();
    if (!this.config.isProduction) return true;
    await this.bearer.canActivate(context);
    const { user } = context.switchToHttp().getRequest<{ user: Principal }>();
    if (!ADMINISTRATORS.includes(user.role)) throw new RoleNotAllowedError(ADMINISTRATORS);
    return true;
  }
}
