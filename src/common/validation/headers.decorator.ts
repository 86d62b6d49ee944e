import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ValidationFailedError } from './validation-failed.error.js';

/** Headers that a route cannot do without, by their documented names. Throws ValidationFailedError, naming each that is missing. */
export const RequiredHeaders = createParamDecorator((names: readonly string[], context: ExecutionContext): string[] => {
  const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
  const values = names.map((name) => headers[name.toLowerCase()]);
  const missing = names.filter((_, index) => typeof values[index] !== 'string');
  if (missing.length > 0) {
    throw new ValidationFailedError(missing.map((name) => ({ loc: ['header', name], type: 'missing', msg: 'Field required', input: null, ctx: {} })));
  }
  return values.map(String);
});
