import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ID_PATTERN, newId } from '../common/ids.js';
import { holdsCardNumber } from '../common/card-numbers.js';

const ACCEPTABLE = /^[\w.:-]{1,128}$/;

/** The digits of a UUID may look like a card number, but are not one. */
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Returns the client's request id if it is safe to log, otherwise a new id. */
export function requestIdFrom(header: string | string[] | undefined): string {
  return typeof header === 'string' && ACCEPTABLE.test(header) && !mayHoldCardNumber(header)
    ? header
    : newId('req', new Date());
}

function mayHoldCardNumber(id: string): boolean {
  return !ID_PATTERN.test(id) && !UUID.test(id) && holdsCardNumber(id);
}

/** The id of the request, as sent in the response header `X-Request-Id`. */
export const RequestId = createParamDecorator(
  (_: undefined, context: ExecutionContext): string => context.switchToHttp().getRequest<FastifyRequest>().id,
);
