import { DomainError } from './domain-error.js';
import type { ErrorCode } from './error-catalogue.js';

export type Location = 'body' | 'query' | 'path' | 'header';

/** One thing that is wrong with a request, as the v1 contract defines it. */
export interface Violation {
  /** Where it is, for example `['body', 'email']`. */
  readonly loc: readonly (string | number)[];
  /** Stable name of the rule, for example `string_too_short`. */
  readonly type: string;
  readonly msg: string;
  /** The value that was sent; `null` if there was none. */
  readonly input: unknown;
  /** The rule's own values, for example `{ min_length: 8 }`. */
  readonly ctx: Readonly<Record<string, unknown>>;
}

/** The request is well-formed, but the route does not accept its values. */
export class ValidationFailedError extends DomainError {
  readonly code: ErrorCode = 'validation_failed';
  constructor(readonly violations: readonly Violation[]) {
    super('Validation failed.');
  }

  /** Reports a violation that no declared rule can check, in the same form as the declared ones. */
  static at(
    loc: Violation['loc'],
    type: string,
    msg: string,
    input: unknown,
    ctx: Violation['ctx'] = {},
  ): ValidationFailedError {
    return new ValidationFailedError([{ loc, type, msg, input: input ?? null, ctx }]);
  }
}
