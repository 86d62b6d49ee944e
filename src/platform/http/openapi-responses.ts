import type { HeadersObject, OpenAPIObject, ResponseObject } from '@nestjs/swagger';
import { takeErrorCodes } from '../errors/api-errors.decorator.js';
import type { CatalogueEntry } from '../errors/catalogue-entry.js';
import { ERROR_CATALOGUE, type ErrorCode } from '../errors/error-catalogue.js';
import { byStatus, errorExamples, errorResponse } from '../errors/error-responses.js';
import { allOperations, isInApi, type PlacedOperation, takesHeader } from './openapi-operations.js';

/** Codes that the gateway can answer with before the request reaches a route. */
const EVERYWHERE: readonly ErrorCode[] = [
  'too_many_requests',
  'headers_too_large',
  'internal_error',
  'service_unavailable',
];
const WITH_A_BODY: readonly ErrorCode[] = [
  'bad_request',
  'request_timeout',
  'body_too_large',
  'unsupported_media_type',
  'validation_failed',
];

const text = (description: string, example: string) => ({ description, schema: { type: 'string', example } });

const HEADERS = {
  'X-Request-Id': text(
    'Names the request, in the log and in `GET /request-logs`: the `X-Request-Id` that was sent, or a new one.',
    'req_0193a5e2c7f11b2c3d4e5f60',
  ),
  'Retry-After': {
    description: 'The number of seconds after which to send the request again.',
    schema: { type: 'integer', minimum: 0, example: 5 },
  },
  'Idempotency-Replayed': {
    description: 'Sent if the request repeats an earlier one, which this is the response of.',
    schema: { type: 'string', enum: ['true'] },
  },
  RateLimit: text(
    'The rate class of the route, how many requests remain (`r`), and the seconds until the next window (`t`).',
    '"write";r=99;t=42',
  ),
  'RateLimit-Policy': text(
    'The rate class of the route, how many requests a window allows (`q`), and its seconds (`w`).',
    '"write";q=100;w=60',
  ),
  Allow: text('With 405: the methods that the path allows.', 'GET, POST'),
  'Preference-Applied': text('Sent if the request had `Prefer: wait`: the wait that was applied.', 'wait=10'),
  'WWW-Authenticate': text('Which credentials the route takes.', 'Bearer'),
} as const satisfies HeadersObject;

type HeaderName = keyof typeof HEADERS;

/** Statuses of responses that come before requests are counted. */
const NOT_COUNTED: readonly string[] = ['401', '408', '413', '415', '431'];
/** Statuses of errors that are stored for repetitions of an idempotent request. */
const STORED: readonly string[] = ['400', '403', '404', '409'];

/** Describes the errors of each operation, and the headers of each response. */
export function describeResponses(document: OpenAPIObject): void {
  for (const placed of allOperations(document)) {
    if (isInApi(placed)) describeErrors(placed);
    for (const [status, response] of Object.entries(placed.operation.responses)) {
      if (!response || '$ref' in response) continue;
      response.headers = referencesTo(headersOf(placed, status, response));
    }
  }
  document.components = {
    ...document.components,
    examples: errorExamples(),
    headers: HEADERS,
    responses: OF_NO_OPERATION,
  };
}

const referencesTo = (names: readonly HeaderName[]): HeadersObject =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

/** Responses to requests that no operation describes. */
const OF_NO_OPERATION = {
  UnknownPath: { ...errorResponse(['not_found']), headers: referencesTo(['X-Request-Id']) },
  MethodNotAllowed: { ...errorResponse(['method_not_allowed']), headers: referencesTo(['X-Request-Id', 'Allow']) },
};

/** What a fault answers that an account asked for; with another status, if it asked for that. */
const ON_DEMAND: readonly ErrorCode[] = ['injected_fault'];

/** What a write of an account can get that is a sandbox. */
const ON_WRITE: readonly ErrorCode[] = ['sandbox_changed'];

/** Adds the errors that the route of the operation names, and those of every request. */
function describeErrors({ method, operation }: PlacedOperation): void {
  const codes = new Set([
    ...takeErrorCodes(operation),
    ...EVERYWHERE,
    ...(operation.requestBody ? WITH_A_BODY : []),
    ...(operation.security?.length ? ON_DEMAND : []),
    ...(operation.security?.length && method !== 'get' ? ON_WRITE : []),
  ]);
  for (const [status, ofStatus] of byStatus([...codes])) operation.responses[status] ??= errorResponse(ofStatus);
}

function headersOf(placed: PlacedOperation, status: string, response: ResponseObject): HeaderName[] {
  const { operation } = placed;
  const succeeds = status.startsWith('2');
  const retry = ['429', '503'].includes(status) || Object.keys(examplesOf(response)).some(isToBeRepeated);
  const replayed = takesHeader(operation, 'Idempotency-Key') && (succeeds || STORED.includes(status));
  return [
    'X-Request-Id',
    ...(isInApi(placed) && !NOT_COUNTED.includes(status) ? (['RateLimit', 'RateLimit-Policy'] as const) : []),
    ...(isInApi(placed) && retry ? (['Retry-After'] as const) : []),
    ...(replayed ? (['Idempotency-Replayed'] as const) : []),
    ...(succeeds && takesHeader(operation, 'Prefer') ? (['Preference-Applied'] as const) : []),
    ...(status === '401' ? (['WWW-Authenticate'] as const) : []),
  ];
}

const isToBeRepeated = (code: string): boolean => {
  const entry: CatalogueEntry | undefined = Object.entries(ERROR_CATALOGUE).find(([name]) => name === code)?.[1];
  return entry?.retryAfter === true;
};

const examplesOf = ({ content = {} }: ResponseObject): object => content['application/json']?.examples ?? {};
