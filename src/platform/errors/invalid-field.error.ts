import { DomainError } from './domain-error.js';

/** Why a value is refused, as the v1 contract defines it. */
export interface Refusal {
  /** Stable name of the rule. */
  readonly type: string;
  readonly msg: string;
  /** The rule's own values, for example `{ le: 12.5 }`. */
  readonly ctx?: Readonly<Record<string, unknown>>;
}

/**
 * The input of a use case is invalid for a reason that only the use case can check. `field` names the invalid field,
 * or is null if the whole input is invalid.
 */
export class InvalidFieldError extends DomainError {
  readonly code = 'validation_failed';
  constructor(
    readonly field: string | null,
    readonly refusal: Refusal,
    readonly input: unknown,
    /** Where the field is in a request. */
    readonly place: 'body' | 'query' = 'body',
  ) {
    super(refusal.msg);
  }
}
