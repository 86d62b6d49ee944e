import { STATUS_CODES } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { redactText, redactValue } from '../common/card-numbers.js';
import type { Config } from '../config/config.js';
import { type ErrorCode, statusOf } from '../errors/error-catalogue.js';
import type { Violation } from '../errors/validation-failed.error.js';
import { linkBase } from './link-base.js';

/** The body of every error response. */
export interface ErrorBody {
  readonly detail: string | readonly Violation[];
  readonly status: number;
  readonly code: ErrorCode;
  readonly title: string;
  readonly requestId: string;
  readonly docUrl: string;
}

/** What the body of an error says of the request that it answers. */
export interface FailedRequest {
  readonly requestId: string;
  /** The base URL of links to the gateway. */
  readonly base: string;
}

/** Links begin with PUBLIC_URL; if it is not set, with the address that the request reached. */
export function failedRequest(request: FastifyRequest, { PUBLIC_URL }: Config): FailedRequest {
  return { requestId: request.id, base: PUBLIC_URL || linkBase(request) };
}

/** Builds the body of an error response. */
export function errorBody(code: ErrorCode, detail: ErrorBody['detail'], { requestId, base }: FailedRequest): ErrorBody {
  const status = statusOf(code);
  return {
    detail: withoutSecrets(detail),
    status,
    code,
    title: STATUS_CODES[status] ?? 'Error',
    requestId,
    docUrl: `${base}/docs/errors#${code}`,
  };
}

/** What a client sent by mistake, in a path or a field, is not spread further by an answer. */
function withoutSecrets(detail: ErrorBody['detail']): ErrorBody['detail'] {
  if (typeof detail === 'string') return redactText(detail);
  return detail.map(({ loc, type, msg, input, ctx }) => ({
    loc: loc.map((part) => (typeof part === 'string' ? redactText(part) : part)),
    type,
    msg,
    input: redactValue(input),
    ctx,
  }));
}
