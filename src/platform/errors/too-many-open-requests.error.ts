import { DomainError } from './domain-error.js';

/** Too many requests wait, or too many streams are open. The message says how many there can be. */
export class TooManyOpenRequestsError extends DomainError {
  readonly code = 'too_many_open_requests';
  override readonly retryAfterSeconds = 1;
}
