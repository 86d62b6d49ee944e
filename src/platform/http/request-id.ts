import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ID_PATTERN, newId } from '../common/ids.js';
import { holdsCardNumber } from '../common/luhn.js';

const ACCEPTABLE = /^[\w.:-]{1,128}$/;

/** Digits of these may look like a card number, but are none. */
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The id that the client gave its request, if a log line may hold it; otherwise a new one. */
export function requestIdFrom(header: string | string[] | undefined): string {
  return typeof header === 'string' && ACCEPTABLE.test(header) && !isSuspect(header)
    ? header
    : newId('req', new Date());
}

function isSuspect(id: string): boolean {
  return !ID_PATTERN.test(id) && !UUID.test(id) && holdsCardNumber(id);
}

/** The id of the request, as `X-Request-Id` answers it. */
export const RequestId = createParamDecorator(
  (_: undefined, context: ExecutionContext): string => context.switchToHttp().getRequest<FastifyRequest>().id,
);
