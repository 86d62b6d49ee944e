import {
  applyDecorators,
  type CanActivate,
  Controller,
  createParamDecorator,
  type ExecutionContext,
  HttpCode,
  HttpStatus,
  Injectable,
  SetMetadata,
  UseGuards,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiExcludeController } from '@nestjs/swagger';
import { IDEMPOTENT } from '../../idempotency/idempotent.decorator.js';
import { AllowedFor, ANY_ROLE } from '../../platform/access/access.decorators.js';
import { DIALECT_ANSWERS } from './dialect-answers.js';
import { type Call, callOf } from './call.js';
import { DialectError } from './dialect-error.js';
import { formOf, type DialectRequest } from './dialect-request.js';
import type { Upload } from './multipart.js';
import { type ParamsOf, readParams, type Shape } from './params.js';

const OPERATION = 'dialect-operation';

/** What is known of a route besides its path and method; docs/stripe-dialect.md lists it. */
export interface OperationFacts {
  readonly summary: string;
  readonly shape: Shape;
  /** Whether browsers may call it with a publishable key. */
  readonly publishable: boolean;
}

export function operationOf(reflector: Reflector, handler: () => unknown): OperationFacts | undefined {
  return reflector.get<OperationFacts | undefined>(OPERATION, handler);
}

/** Lets publishable keys use only the routes that are for browsers. */
@Injectable()
export class PublishableKeyGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  /** Throws a DialectError (403). */
  canActivate(context: ExecutionContext): boolean {
    const { user } = context.switchToHttp().getRequest<DialectRequest>();
    if (!user.publishable || operationOf(this.reflector, context.getHandler() as () => unknown)?.publishable)
      return true;
    throw new DialectError(
      403,
      'invalid_request_error',
      'A publishable key cannot do this; use the secret key on your server.',
      { code: 'secret_key_required' },
    );
  }
}

/** Routes below /v1, which are no part of our own API's document. */
export function DialectController(path: string): ClassDecorator {
  return applyDecorators(
    Controller(`v1/${path}`),
    ApiExcludeController(),
    AllowedFor(ANY_ROLE, 'stripe-key'),
    UseGuards(PublishableKeyGuard),
  );
}

/**
 * An operation with its parameters, which `@Params` reads. All answer 200, and those that write can be repeated with a
 * key.
 */
export function Operation(
  summary: string,
  shape: Shape,
  { publishable = false }: { readonly publishable?: boolean } = {},
): MethodDecorator {
  return applyDecorators(
    SetMetadata(OPERATION, { summary, shape, publishable } satisfies OperationFacts),
    SetMetadata(IDEMPOTENT, DIALECT_ANSWERS),
    HttpCode(HttpStatus.OK),
  );
}

/** The caller of a request, and all that its answer depends on besides its parameters. */
export const CurrentCall = createParamDecorator((_: undefined, context: ExecutionContext): Call =>
  callOf(context.switchToHttp().getRequest<DialectRequest>()),
);

/** The parameters of the operation. Throws a DialectError (400). */
export const Params = createParamDecorator(<S extends Shape>(shape: S, context: ExecutionContext): ParamsOf<S> =>
  readParams(shape, formOf(context.switchToHttp().getRequest<DialectRequest>())),
);

/** The file of a request of several parts; null if it has none. */
export const Uploaded = createParamDecorator(
  (_: undefined, context: ExecutionContext): Upload | null =>
    context.switchToHttp().getRequest<DialectRequest>().upload ?? null,
);
