import type { RawBodyRequest } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../platform/config/config.js';
import type { DomainError } from '../platform/errors/domain-error.js';
import { statusOf } from '../platform/errors/error-catalogue.js';
import { errorBody, failedRequest } from '../platform/http/error-body.js';
import { requestPayload } from '../platform/http/request-payload.js';
import { MalformedJson } from '../platform/validation/malformed-json.js';
import { IDEMPOTENCY_KEY_HEADER, parseIdempotencyKey } from './idempotency-key.js';

export type KeyedRequest = RawBodyRequest<FastifyRequest>;

/** A status and a body, as they are stored for the repetitions of a request. */
export interface StoredAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** How the repetitions of requests are recognised, and what they get. */
export interface KeyedAnswers {
  /** Null if the request has no key, or its answer is not kept. Throws if the key is malformed. */
  readonly keyOf: (request: KeyedRequest) => string | null;
  /** Within it a key names one request. */
  readonly scopeOf: (request: KeyedRequest) => string;
  /** Everything that decides the result: a repetition must send the same. */
  readonly payloadOf: (request: KeyedRequest) => string;
  /** The stored answer of a success. */
  readonly kept: (body: unknown, request: KeyedRequest) => unknown;
  /** The stored answer of an error; null if a repetition may get another one. */
  readonly keptOf: (error: DomainError, request: KeyedRequest, config: Config) => StoredAnswer | null;
  /** Marks the answer of a repetition, and returns its body. */
  readonly replay: (stored: unknown, request: KeyedRequest, reply: FastifyReply) => unknown;
}

/** Answers with these statuses are not stored, because a repetition may get another answer. */
const NOT_STORED: readonly number[] = [401, 422, 429, 503];

/** Those of our own API. */
export const OWN_ANSWERS: KeyedAnswers = {
  keyOf: ({ headers, body }) => {
    const key = parseIdempotencyKey(headers[IDEMPOTENCY_KEY_HEADER.toLowerCase()]);
    // Validation refuses a body that is not JSON, and that answer is not stored.
    return body instanceof MalformedJson ? null : key;
  },
  scopeOf: ({ method, url }) => `${method} ${url}`,
  payloadOf: requestPayload,
  kept: (body) => body,
  keptOf: (error, request, config) => {
    if (NOT_STORED.includes(statusOf(error.code))) return null;
    const body = errorBody(error.code, error.message, failedRequest(request, config));
    return { status: body.status, body };
  },
  replay: (stored, request, reply) => {
    void reply.header('idempotency-replayed', 'true');
    return withRequestId(stored, request.id);
  },
};

/** Sets the `requestId` of a stored error body to the request that it answers now. */
function withRequestId(body: unknown, requestId: string): unknown {
  return typeof body === 'object' && body !== null && 'requestId' in body ? { ...body, requestId } : body;
}
