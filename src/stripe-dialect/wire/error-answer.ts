import { redactText } from '../../platform/common/card-numbers.js';
import { DomainError } from '../../platform/errors/domain-error.js';
import { type ErrorCode, statusOf } from '../../platform/errors/error-catalogue.js';
import type { FaultForm } from '../../faults/fault-wire.service.js';
import type { ErrorForm } from '../../platform/http/error.filter.js';
import { isDialectPath } from './dialect-request.js';
import { MAX_FILE_BYTES } from './multipart.js';
import { unknownPath } from './unknown-path.js';
import { DialectError, type DialectErrorType, type ErrorFacts } from './dialect-error.js';

/** The body of every error of the dialect. */
export interface DialectErrorBody {
  readonly error: ErrorFacts & {
    readonly type: DialectErrorType;
    readonly message: string;
    readonly doc_url?: string;
    readonly request_log_url?: string;
  };
}

export interface DialectErrorAnswer {
  readonly status: number;
  readonly body: DialectErrorBody;
}

/** Where the links of an error lead. */
export interface ErrorLinks {
  /** Where the request reached the gateway. */
  readonly base: string;
  readonly requestId: string;
}

const RATE_LIMITED: readonly ErrorCode[] = ['too_many_requests', 'too_many_open_requests', 'too_many_sandboxes'];

/** The same error in the terms of the dialect. */
export function asDialectError(error: DomainError): DialectError {
  if (error instanceof DialectError) return error;
  const { code, message } = error;
  if (code === 'api_key_invalid') return unauthorized();
  if (RATE_LIMITED.includes(code))
    return new DialectError(429, 'invalid_request_error', message, { code: 'rate_limit' });
  if (code === 'idempotency_conflict')
    return new DialectError(409, 'idempotency_error', message, { code: 'idempotency_key_in_use' });
  if (code === 'idempotency_key_reused')
    return new DialectError(
      400,
      'idempotency_error',
      'A key for idempotent requests can only be used again with the path and the parameters of its first request.',
    );
  // SDKs repeat a 409: only another request with the same key may be one.
  const status = statusOf(code);
  return ofStatus(status === 409 ? 400 : status, message, { code });
}

/** An error without a class of its own. */
export function ofStatus(status: number, message: string, facts: ErrorFacts = {}): DialectError {
  if (status >= 500) return new DialectError(status, 'api_error', message);
  if (status === 405) return new DialectError(404, 'invalid_request_error', message);
  return new DialectError(status === 422 ? 400 : status, 'invalid_request_error', message, facts);
}

/** Every error below the dialect's paths in its own form. */
export const DIALECT_ERRORS: ErrorForm = {
  owns: isDialectPath,
  answer: (error, told, { base, requestId, method, url }) =>
    answerOf(toldAs(error, told) ?? unknownPath(method, url), { base, requestId }),
};

/** Errors that faults inject. */
export const DIALECT_FAULTS: FaultForm = {
  owns: isDialectPath,
  bodyOf: (status, message, request) =>
    answerOf(ofStatus(status, message, { code: status === 429 ? 'rate_limit' : 'injected_fault' }), request).body,
};

/** Null if there is no such path. */
function toldAs(error: unknown, { code, message }: { code: ErrorCode; message: string }): DialectError | null {
  if (error instanceof DomainError) return asDialectError(error);
  if (code === 'not_found' || code === 'method_not_allowed') return null;
  return ofStatus(statusOf(code), OWN_WORDS[code] ?? message);
}

/** What our own API says of its bodies does not hold here. */
const OWN_WORDS: Partial<Record<ErrorCode, string>> = {
  unsupported_media_type: 'The body has to be a form: application/x-www-form-urlencoded.',
  body_too_large: `The body is too large: forms have at most 100 kB, files at most ${MAX_FILE_BYTES / 1024 / 1024} MB.`,
};

function unauthorized(): DialectError {
  return new DialectError(
    401,
    'invalid_request_error',
    'Send a key of this gateway: `Authorization: Bearer sk_test_…`. Never send it a live key.',
  );
}

export function answerOf({ status, type, message, facts }: DialectError, links: ErrorLinks): DialectErrorAnswer {
  const text = redactText(message);
  if (status === 401) return { status, body: { error: { message: text, type } } };
  const { code } = facts;
  const { base, requestId } = links;
  return {
    status,
    body: {
      error: {
        ...(code !== undefined && { doc_url: `${base}/docs/guides/stripe-dialect#errors` }),
        ...facts,
        ...(facts.param !== undefined && { param: redactText(facts.param) }),
        message: text,
        request_log_url: `${base}/console/logs?log=${requestId}`,
        type,
      },
    },
  };
}
