import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { isTestKey } from '../accounts/stripe-keys.js';
import type { Principal } from '../platform/access/principal.js';
import { ApiKeyInvalidError, UnknownTestKeyError } from './auth-errors.js';
import { KeyHolders } from './key-holders.service.js';
import { sentKey } from './sent-key.js';

/** Authenticates callers of the Stripe-compatible dialect, by `sk_test_…` or `pk_test_…`. */
@Injectable()
export class StripeKeyGuard implements CanActivate {
  constructor(private readonly keys: KeyHolders) {}

  /** Throws ApiKeyInvalidError without a key, LiveKeyError, UnknownTestKeyError, TooManySandboxesError. */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest & { user?: Principal }>();
    const key = sentKey(request);
    if (key === null)
      throw new ApiKeyInvalidError(
        'No API key was sent. Send `Authorization: Bearer sk_test_…`, or the key as the user of HTTP Basic without a password.',
      );
    const holder = await this.keys.holderOf(key);
    // Keys in the gateway's own style are for its own routes.
    const user = isTestKey(key) ? (holder ?? (await this.keys.newHolderOf(key, request.ip))) : null;
    if (!user) throw new UnknownTestKeyError(isTestKey(key) ? key.slice(-4) : null);
    request.user = user;
    return true;
  }
}
