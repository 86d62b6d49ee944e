import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '../platform/errors/domain-error.js';
import { PerRoute } from '../platform/http/per-route.js';
import { RateLimitedError } from '../rate-limit/rate-limited.error.js';
import { RateLimitService } from '../rate-limit/rate-limit.service.js';
import { ACCESS, type Access, PUBLIC, type Scheme } from '../platform/access/access.decorators.js';
import {
  ApiKeyInvalidError,
  AuthorizationHeaderInvalidError,
  AuthorizationHeaderMissingError,
  CredentialsMismatchError,
  TokenInvalidError,
} from './auth-errors.js';
import type { Principal } from '../platform/access/principal.js';
import { KeyHolders } from './key-holders.service.js';
import { StripeKeyGuard } from './stripe-key.guard.js';

type AuthenticatedRequest = FastifyRequest & { user?: Principal; requestSeed?: string };

const requestOf = (context: ExecutionContext): AuthenticatedRequest =>
  context.switchToHttp().getRequest<AuthenticatedRequest>();

@Injectable()
export class BearerGuard extends AuthGuard('jwt') {
  /**
   * Throws AuthorizationHeaderMissingError if there is no Authorization header, AuthorizationHeaderInvalidError if it
   * is not `Bearer <token>`, TokenInvalidError if the token is not valid.
   */
  override handleRequest<User>(error: unknown, user: User | false, _info: unknown, context: ExecutionContext): User {
    if (error) throw error as Error;
    if (user) return user;
    const header = requestOf(context).headers.authorization;
    if (header === undefined || header === '') throw new AuthorizationHeaderMissingError();
    throw /^Bearer \S+$/i.test(header) ? new TokenInvalidError() : new AuthorizationHeaderInvalidError();
  }
}

@Injectable()
export class ApiKeyGuard extends AuthGuard('api-key') {
  constructor(private readonly keys: KeyHolders) {
    super();
  }

  /** A test key that nobody has may be one that is used for the first time. Throws also TooManySandboxesError. */
  override async canActivate(context: ExecutionContext): Promise<boolean> {
    try {
      return (await super.canActivate(context)) as boolean;
    } catch (error) {
      const request = requestOf(context);
      const { 'x-api-key': key } = request.headers;
      if (!(error instanceof ApiKeyInvalidError) || typeof key !== 'string') throw error;
      const user = await this.keys.newHolderOf(key, request.ip);
      if (!user) throw error;
      request.user = user;
      return true;
    }
  }

  /** Throws ApiKeyInvalidError if there is no API key or it is not valid. */
  override handleRequest<User>(error: unknown, user: User | false): User {
    if (user) return user;
    // The strategy reports a missing key as a BadRequestError; any other error is unexpected.
    if (error instanceof Error && error.name !== 'BadRequestError') throw error;
    throw new ApiKeyInvalidError();
  }
}

/** The first global guard: authenticates the caller. Every route requires this unless it is marked @Public(). */
@Injectable()
export class AuthenticationGuard implements CanActivate {
  /** The scheme of each route; null for a public route. */
  private readonly schemes: PerRoute<Scheme | null>;

  constructor(
    reflector: Reflector,
    private readonly bearer: BearerGuard,
    private readonly apiKey: ApiKeyGuard,
    private readonly stripeKey: StripeKeyGuard,
    private readonly limits: RateLimitService,
  ) {
    this.schemes = new PerRoute(reflector, (lookup) =>
      lookup<true>(PUBLIC) ? null : (lookup<Access>(ACCESS)?.scheme ?? 'bearer'),
    );
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const scheme = this.schemes.of(context);
    if (scheme === null) return true;
    try {
      await this.authenticate(scheme, context);
    } catch (error) {
      // Failed authentication counts by address, so that a client can't avoid the limit with made-up keys.
      const { ip } = requestOf(context);
      const allowance = await this.limits.consume('anonymous', ip, Date.now());
      throw allowance?.allowed === false ? new RateLimitedError(allowance.resetSeconds) : error;
    }
    this.nameRequest(context);
    return true;
  }

  /** In a sandbox the ids of requests follow from its seed, unless the client sends them. */
  private nameRequest(context: ExecutionContext): void {
    const request = requestOf(context);
    const seed = request.user?.world.requestSeed();
    if (seed == null) return;
    request.requestSeed = seed;
    if (request.id === request.headers['x-request-id']) return;
    request.id = `req_${seed}`;
    void context.switchToHttp().getResponse<FastifyReply>().header('x-request-id', request.id);
  }

  private async authenticate(scheme: Scheme, context: ExecutionContext): Promise<void> {
    switch (scheme) {
      case 'bearer':
        await this.bearer.canActivate(context);
        return;
      case 'api-key':
        await this.apiKey.canActivate(context);
        return;
      case 'api-key-or-console':
        await this.authenticateByKeyOrConsole(context);
        return;
      case 'api-key-or-bearer':
        await (requestOf(context).headers['x-api-key'] === undefined &&
        requestOf(context).headers.authorization !== undefined
          ? this.bearer.canActivate(context)
          : this.apiKey.canActivate(context));
        return;
      case 'api-key-and-bearer':
        await this.authenticateByBoth(context);
        return;
      case 'stripe-key':
        await this.stripeKey.canActivate(context);
    }
  }

  /** Every other token is refused as if there were none: by the v1 contract these routes take the API key. */
  private async authenticateByKeyOrConsole(context: ExecutionContext): Promise<void> {
    const request = requestOf(context);
    if (request.headers['x-api-key'] === undefined && request.headers.authorization !== undefined) {
      if (await this.hasConsoleToken(context)) return;
      delete request.user;
    }
    await this.apiKey.canActivate(context);
  }

  private async hasConsoleToken(context: ExecutionContext): Promise<boolean> {
    try {
      await this.bearer.canActivate(context);
      return requestOf(context).user?.consoleSession != null;
    } catch (error) {
      if (error instanceof DomainError) return false;
      throw error;
    }
  }

  private async authenticateByBoth(context: ExecutionContext): Promise<void> {
    const request = requestOf(context);
    await this.apiKey.canActivate(context);
    const keyOwner = request.user?.accountId;
    await this.bearer.canActivate(context);
    if (request.user?.accountId !== keyOwner) throw new CredentialsMismatchError();
  }
}
