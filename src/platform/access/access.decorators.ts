import { applyDecorators, createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth, ApiSecurity } from '@nestjs/swagger';
import { ApiErrors } from '../errors/api-errors.decorator.js';
import type { ErrorCode } from '../errors/error-catalogue.js';
import { type Role, ROLES } from './role.js';
import type { Principal } from './principal.js';

/** The credentials that a caller sends. */
export type Scheme =
  'bearer' | 'api-key' | 'api-key-or-console' | 'api-key-and-bearer' | 'api-key-or-bearer' | 'stripe-key';

/** Which credentials and roles a private route requires. */
export interface Access {
  readonly scheme: Scheme;
  readonly roles: readonly Role[];
  /** The error message for any other role; the default is the contract's list of allowed roles. */
  readonly refusal?: string;
}

export const PUBLIC = 'public';
export const ACCESS = 'access';

/** Every account, whatever its role. */
export const ANY_ROLE = ROLES;

/** The names of the security schemes in the OpenAPI document. */
export const BEARER = 'bearer';
export const API_KEY = 'api-key';

/** Opens a route to everybody. */
export const Public = () => SetMetadata(PUBLIC, true);

// Created again for each route, because one of these decorators keeps state.
const SECURITY: Record<Scheme, () => readonly MethodDecorator[]> = {
  bearer: () => [ApiBearerAuth(BEARER)],
  'api-key': () => [ApiSecurity(API_KEY)],
  // By contract these routes take the API key; that the console's own tokens open them too is no promise to clients.
  'api-key-or-console': () => [ApiSecurity(API_KEY)],
  'api-key-and-bearer': () => [ApiSecurity({ [API_KEY]: [], [BEARER]: [] })],
  'api-key-or-bearer': () => [ApiSecurity(API_KEY), ApiBearerAuth(BEARER)],
  // The routes of the dialect are not in the OpenAPI document.
  'stripe-key': () => [],
};

const BEARER_REFUSALS = ['authorization_header_missing', 'authorization_header_invalid', 'token_invalid'] as const;

/** With which codes each scheme refuses a caller. */
const REFUSALS: Record<Scheme, readonly ErrorCode[]> = {
  bearer: BEARER_REFUSALS,
  'api-key': ['api_key_invalid'],
  'api-key-or-console': ['api_key_invalid'],
  'api-key-and-bearer': [...BEARER_REFUSALS, 'api_key_invalid', 'credentials_mismatch'],
  'api-key-or-bearer': ['authorization_header_invalid', 'token_invalid', 'api_key_invalid'],
  'stripe-key': ['api_key_invalid'],
};

/** Declares who may call a route and with which credentials, for both the guards and OpenAPI. */
export function AllowedFor(roles: readonly Role[], scheme: Scheme, refusal?: string): MethodDecorator & ClassDecorator {
  const access: Access = { scheme, roles, ...(refusal !== undefined && { refusal }) };
  return applyDecorators(
    SetMetadata(ACCESS, access),
    ...SECURITY[scheme](),
    ApiErrors(...REFUSALS[scheme], ...(roles.length < ROLES.length ? (['role_not_allowed'] as const) : [])),
  );
}

/** The caller of a private route. */
export const CurrentPrincipal = createParamDecorator(
  (_: undefined, context: ExecutionContext): Principal => context.switchToHttp().getRequest<{ user: Principal }>().user,
);
