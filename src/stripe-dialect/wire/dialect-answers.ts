import type { KeyedAnswers } from '../../idempotency/keyed-answers.js';
import { linkBase } from '../../platform/http/link-base.js';
import { type DialectRequest, DIALECT_PATH, idempotencyKeyOf, UnreadableForm } from './dialect-request.js';
import type { DialectError } from './dialect-error.js';
import { answerOf, asDialectError } from './error-answer.js';

/** An answer as it is kept, with the request that got it first. */
interface KeptAnswer {
  readonly requestId: string;
  readonly body: unknown;
}

/** What was refused before anything was carried out may succeed when it is repeated. */
const NOT_KEPT: readonly number[] = [401, 403, 409, 429, 503];

/** A parameter is at fault. */
const isValidation = ({ status, facts: { code = '', param } }: DialectError): boolean =>
  status === 400 && (param !== undefined || code.startsWith('parameter'));

/** Repetitions in the terms of the dialect: a key belongs to one path and its parameters. */
export const DIALECT_ANSWERS: KeyedAnswers = {
  keyOf: (request) => (request.body instanceof UnreadableForm ? null : idempotencyKeyOf(request)),
  scopeOf: () => DIALECT_PATH,
  payloadOf: ({ method, url, body }) => `${method} ${url}\n${JSON.stringify(body ?? null)}`,
  kept: (body, { id }): KeptAnswer => ({ requestId: id, body }),
  keptOf: (error, request, { PUBLIC_URL }) => {
    const refused = asDialectError(error);
    if (NOT_KEPT.includes(refused.status) || isValidation(refused)) return null;
    const { status, body } = answerOf(refused, { base: PUBLIC_URL || linkBase(request), requestId: request.id });
    return { status, body: { requestId: request.id, body } satisfies KeptAnswer };
  },
  replay: (stored, request) => {
    const { requestId, body } = stored as KeptAnswer;
    (request as DialectRequest).dialectAnswer = { original: requestId };
    return body;
  },
};
