import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Principal } from '../platform/access/principal.js';
import { Config } from '../platform/config/config.js';
import { DomainError } from '../platform/errors/domain-error.js';

class DisputesOffError extends DomainError {
  readonly code = 'disputes_off';
  constructor() {
    super('In production only sandboxes can open disputes; test cards do so everywhere.');
  }
}

/** In production, lets only sandboxes open disputes by request. */
@Injectable()
export class DisputesOnGuard implements CanActivate {
  constructor(private readonly config: Config) {}

  /** Throws DisputesOffError. */
  canActivate(context: ExecutionContext): boolean {
    const { user } = context.switchToHttp().getRequest<{ user: Principal }>();
    if (this.config.isProduction && user.world.id === '') throw new DisputesOffError();
    return true;
  }
}
