import { DomainError } from '../common/domain-error.js';
import { ValidationFailedError } from '../common/validation/validation-failed.error.js';
import { IDEMPOTENCY_KEY_HEADER } from './idempotency-key.js';

/** The first request under the key has not been answered yet. */
export class IdempotencyConflictError extends DomainError {
  readonly code = 'idempotency_conflict';
  override readonly retryAfterSeconds = 1;
  constructor() {
    super('A request with this Idempotency-Key is still running.');
  }
}

/** The key was used for another payload. */
export function keyReused(key: string): ValidationFailedError {
  return ValidationFailedError.at(['header', IDEMPOTENCY_KEY_HEADER], 'idempotency_key_reused', 'This key was used with another payload', key);
}
