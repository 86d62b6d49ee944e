import { applyDecorators, createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth, ApiForbiddenResponse, ApiSecurity, ApiUnauthorizedResponse } from '@nestjs/swagger';
import { ErrorBodyDto } from '../errors/error-body.dto.js';
import { type Role, ROLES } from './role.js';
import type { Principal } from './principal.js';

/** How a caller shows who it is. */
export type Scheme = 'bearer' | 'api-key' | 'api-key-and-bearer' | 'api-key-or-bearer';

/** What a private route asks of its caller. */
export interface Access {
  readonly scheme: Scheme;
  readonly roles: readonly Role[];
  /** What another role is told; the contract's list of allowed roles where nothing else is said. */
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

// Made anew for each route: one of these decorators remembers what it was used for.
const SECURITY: Record<Scheme, () => readonly MethodDecorator[]> = {
  bearer: () => [ApiBearerAuth(BEARER)],
  'api-key': () => [ApiSecurity(API_KEY)],
  'api-key-and-bearer': () => [ApiSecurity({ [API_KEY]: [], [BEARER]: [] })],
  'api-key-or-bearer': () => [ApiSecurity(API_KEY), ApiBearerAuth(BEARER)],
};

/** Says who may call a route and how, to the guards and to OpenAPI at once. */
export function AllowedFor(roles: readonly Role[], scheme: Scheme, refusal?: string): MethodDecorator & ClassDecorator {
  const access: Access = { scheme, roles, ...(refusal !== undefined && { refusal }) };
  const mayBeForbidden = roles.length < ROLES.length || scheme === 'api-key-and-bearer';
  return applyDecorators(
    SetMetadata(ACCESS, access),
    ...SECURITY[scheme](),
    ApiUnauthorizedResponse({
      type: ErrorBodyDto,
      description: 'The credentials are missing, wrong, expired or revoked.',
    }),
    ...(mayBeForbidden
      ? [ApiForbiddenResponse({ type: ErrorBodyDto, description: 'The caller is known, but may not do this.' })]
      : []),
  );
}

/** The caller of a private route. */
export const CurrentPrincipal = createParamDecorator(
  (_: undefined, context: ExecutionContext): Principal => context.switchToHttp().getRequest<{ user: Principal }>().user,
);
