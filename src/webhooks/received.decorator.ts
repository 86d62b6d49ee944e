import { createParamDecorator, type ExecutionContext, type RawBodyRequest } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ValidationFailedError } from '../platform/errors/validation-failed.error.js';
import type { ReceivedMessage } from './webhook-receiver.service.js';

/** The raw webhook in a request. Throws ValidationFailedError with each header that is missing. */
export const Received = createParamDecorator((_: undefined, context: ExecutionContext): ReceivedMessage => {
  const { headers, rawBody } = context.switchToHttp().getRequest<RawBodyRequest<FastifyRequest>>();
  const header = (name: string): string | null => {
    const value = headers[name.toLowerCase()];
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const apiKey = header('X-API-Key');
  const signature = header('X-Signature');
  const [id, timestamp, signatures] = [header('webhook-id'), header('webhook-timestamp'), header('webhook-signature')];
  const standard = id !== null && timestamp !== null && signatures !== null ? { id, timestamp, signatures } : null;
  const missing = [
    ...(apiKey === null ? ['X-API-Key'] : []),
    ...(signature === null && standard === null ? ['X-Signature'] : []),
  ];
  if (apiKey === null || missing.length > 0) {
    throw new ValidationFailedError(
      missing.map((name) => ({ loc: ['header', name], type: 'missing', msg: 'Field required', input: null, ctx: {} })),
    );
  }
  return { apiKey, body: rawBody ?? Buffer.alloc(0), signature, standard };
});
