import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isDatabaseUnreachable } from '../database/database-unreachable.js';
import type { Config } from '../config/config.js';
import { AnsweredError } from '../errors/answered.error.js';
import { DomainError } from '../errors/domain-error.js';
import type { ErrorCode } from '../errors/error-catalogue.js';
import { InvalidFieldError } from '../errors/invalid-field.error.js';
import { MethodNotAllowedError } from '../errors/method-not-allowed.error.js';
import { ValidationFailedError, type Violation } from '../errors/validation-failed.error.js';
import { customerErrorPage, wantsPage } from './customer-error-page.js';
import { type ErrorBody, errorBody, type FailedRequest, failedRequest } from './error-body.js';
import type { RouteTable } from './route-table.js';
import { PREFERENCE_APPLIED } from './waits.decorator.js';

interface Description {
  readonly code: ErrorCode;
  readonly detail: ErrorBody['detail'];
  readonly headers?: Readonly<Record<string, string>>;
}

const NOT_FOUND: Description = { code: 'not_found', detail: 'Not Found' };
const INCOMPLETE: Description = { code: 'bad_request', detail: 'The request body is not complete.' };

/** Errors of the framework and its parsers, before the request reaches a route. */
const HTTP_ERRORS: Readonly<Record<number, Description>> = {
  400: { code: 'bad_request', detail: 'The request cannot be read.' },
  404: NOT_FOUND,
  413: { code: 'body_too_large', detail: 'The request body is larger than 100 kB.' },
  415: {
    code: 'unsupported_media_type',
    detail: 'The media type of the body is not supported; send application/json.',
  },
};

const CHALLENGES: Partial<Record<ErrorCode, string>> = {
  authorization_header_missing: 'Bearer',
  authorization_header_invalid: 'Bearer',
  token_invalid: 'Bearer error="invalid_token"',
  api_key_invalid: 'ApiKey header="X-API-Key"',
  signature_invalid: 'ApiKey header="X-API-Key"',
};

/** A replica set usually elects a new primary within this time. */
const RETRY_AFTER_SECONDS = 5;

/** The form of errors below a path that is not our own API's. */
export interface ErrorForm {
  readonly owns: (url: string) => boolean;
  /** @param message what our own API would say */
  readonly answer: (
    error: unknown,
    told: { readonly code: ErrorCode; readonly message: string },
    request: FailedRequest & Pick<FastifyRequest, 'method' | 'url'>,
  ) => { readonly status: number; readonly body: object };
}

/** Turns every error into a response. No other code does. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger(ErrorFilter.name);

  constructor(
    private readonly routes: RouteTable,
    private readonly config: Config,
    private readonly forms: readonly ErrorForm[] = [],
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    // Whoever threw it has taken care of the answer.
    if (error instanceof AnsweredError) return;
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const { code, detail, headers = {} } = this.describe(error, request);
    const form = this.forms.find(({ owns }) => owns(request.url));
    if (form) {
      const message = typeof detail === 'string' ? detail : detail.map(({ msg }) => msg).join('; ');
      const { method, url } = request;
      const { status, body } = form.answer(
        error,
        { code, message },
        { ...failedRequest(request, this.config), method, url },
      );
      const reply = http.getResponse<FastifyReply>().status(status).headers(headers);
      if (status === 401) void reply.header('www-authenticate', 'Bearer realm="test"');
      void reply.type('application/json').send(body);
      return;
    }
    const body = errorBody(code, detail, failedRequest(request, this.config));
    const challenge = body.status === 401 && { 'www-authenticate': CHALLENGES[code] ?? 'Bearer' };
    const reply = http
      .getResponse<FastifyReply>()
      .removeHeader(PREFERENCE_APPLIED)
      .status(body.status)
      .headers({ ...headers, ...challenge });
    if (wantsPage(request.url, request.headers.accept))
      void reply.type('text/html; charset=utf-8').send(customerErrorPage(body));
    else void reply.type('application/json').send(body);
  }

  private describe(error: unknown, request: FastifyRequest): Description {
    if (error instanceof ValidationFailedError) return { code: error.code, detail: error.violations };
    if (error instanceof InvalidFieldError) return { code: error.code, detail: [violationOf(error)] };
    if (error instanceof DomainError) return { code: error.code, detail: error.message, headers: headersOf(error) };
    // The client disconnected before its body was complete, so nobody reads the answer, and it is not worth logging.
    if (request.raw.destroyed && !request.raw.complete) return INCOMPLETE;
    if (error instanceof HttpException) {
      const known = HTTP_ERRORS[error.getStatus()];
      if (known) return this.describeMissingRoute(request) ?? known;
    }
    this.logger.error(error);
    if (isDatabaseUnreachable(error))
      return {
        code: 'service_unavailable',
        detail: 'The database cannot be reached.',
        headers: { 'retry-after': String(RETRY_AFTER_SECONDS) },
      };
    return { code: 'internal_error', detail: 'Internal Server Error' };
  }

  /**
   * Describes a missing route or method, which takes precedence over the framework's own error. Null if there is one.
   */
  private describeMissingRoute({ url, method }: FastifyRequest): Description | null {
    const allowed = this.routes.methodsOf(url);
    if (allowed.includes(method)) return null;
    if (allowed.length === 0) return NOT_FOUND;
    const error = new MethodNotAllowedError(allowed);
    return { code: error.code, detail: error.message, headers: headersOf(error) };
  }
}

/** The input of use cases comes from the body. */
function violationOf({ field, refusal: { type, msg, ctx = {} }, input, place }: InvalidFieldError): Violation {
  return { loc: field === null ? [place] : [place, field], type, msg, input: input ?? null, ctx };
}

function headersOf(error: DomainError): Record<string, string> {
  if (error instanceof MethodNotAllowedError) return { allow: error.allowed.join(', ') };
  return error.retryAfterSeconds === undefined ? {} : { 'retry-after': String(error.retryAfterSeconds) };
}
