import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { listOfChoices } from '../platform/validation/fields.js';
import { ValidationFailedError } from '../platform/errors/validation-failed.error.js';
import { SIMULATED_OUTCOMES } from '../simulation/test-values.js';

export const SIMULATE_HEADER = 'X-Simulate';

/** The outcome in the header X-Simulate; null if it was not sent. Throws ValidationFailedError if it is unknown. */
export const Simulate = createParamDecorator((_: undefined, context: ExecutionContext): string | null => {
  const value = context.switchToHttp().getRequest<FastifyRequest>().headers[SIMULATE_HEADER.toLowerCase()];
  if (value === undefined) return null;
  if (typeof value === 'string' && SIMULATED_OUTCOMES.includes(value)) return value;
  const expected = listOfChoices(SIMULATED_OUTCOMES);
  throw ValidationFailedError.at(['header', SIMULATE_HEADER], 'enum', `Input should be ${expected}`, value, {
    expected,
  });
});
