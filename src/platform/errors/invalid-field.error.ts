import { DomainError } from './domain-error.js';

/** Why a value is refused, in the form of the v1 contract. */
export interface Refusal {
  /** Stable name of the rule. */
  readonly type: string;
  readonly msg: string;
  /** The rule's own values, for example `{ le: 12.5 }`. */
  readonly ctx?: Readonly<Record<string, unknown>>;
}

/**
 * What a use case was given is not acceptable, for a reason that only the use case can see. It names the field, or null
 * for the whole of it; where that stands in a request is known to the error filter.
 */
export class InvalidFieldError extends DomainError {
  readonly code = 'validation_failed';
  constructor(
    readonly field: string | null,
    readonly refusal: Refusal,
    readonly input: unknown,
  ) {
    super(refusal.msg);
  }
}
