import { DomainError } from '../../platform/errors/domain-error.js';

/** The classes of errors, which decide about the class that an SDK throws. */
export type DialectErrorType = 'invalid_request_error' | 'card_error' | 'idempotency_error' | 'api_error';

/** What an error may say besides its message. */
export interface ErrorFacts {
  readonly code?: string;
  /** The parameter at fault, as it was sent: `items[0][price]`. */
  readonly param?: string;
  readonly decline_code?: string;
  readonly advice_code?: string;
  readonly network_decline_code?: string;
  /** The id of the charge that was declined. */
  readonly charge?: string;
  /** Whole objects, as the API shows them. */
  readonly payment_intent?: object;
  readonly setup_intent?: object;
  readonly payment_method?: object;
}

/** An error of the dialect, which is answered in its own form: `{error: {type, code, message, param, …}}`. */
export class DialectError extends DomainError {
  /** Only the dialect's form is ever shown. */
  readonly code = 'bad_request';
  constructor(
    readonly status: number,
    readonly type: DialectErrorType,
    message: string,
    readonly facts: ErrorFacts = {},
    /** Whether the request changed something nevertheless, as a decline does. */
    override readonly hadEffect = false,
  ) {
    super(message);
  }
}

/** A request that is wrong in itself: 400. */
export function invalidRequest(message: string, facts: ErrorFacts = {}): DialectError {
  return new DialectError(400, 'invalid_request_error', message, facts);
}

/** An object that is not there: 404 if the path names it, 400 if a parameter does. */
export function missing(kind: string, id: string, param: string, place: 'path' | 'parameter'): DialectError {
  return new DialectError(
    place === 'path' ? 404 : 400,
    'invalid_request_error',
    `No such ${kind}: '${id.slice(0, 100)}'`,
    {
      code: 'resource_missing',
      param,
    },
  );
}

export function missingParameter(param: string): DialectError {
  return invalidRequest(`Missing required param: ${param}.`, { code: 'parameter_missing', param });
}

/** A card that was refused or declined: 402. */
export function cardError(
  message: string,
  facts: ErrorFacts & { readonly code: string },
  hadEffect = false,
): DialectError {
  return new DialectError(402, 'card_error', message, facts, hadEffect);
}
