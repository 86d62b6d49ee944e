import { DomainError } from '../platform/errors/domain-error.js';
import { ValidationFailedError } from '../platform/errors/validation-failed.error.js';
import { IDEMPOTENCY_KEY_HEADER } from './idempotency-key.js';

/** The first request with the key has not been answered yet. */
export class IdempotencyConflictError extends DomainError {
  readonly code = 'idempotency_conflict';
  override readonly retryAfterSeconds = 1;
  constructor() {
    super('A request with this Idempotency-Key is still running.');
  }
}

/** The key was used with another payload. */
export class IdempotencyKeyReusedError extends ValidationFailedError {
  override readonly code = 'idempotency_key_reused';
  constructor(key: string) {
    super([
      {
        loc: ['header', IDEMPOTENCY_KEY_HEADER],
        type: 'idempotency_key_reused',
        msg: 'This key was used with another payload',
        input: key,
        ctx: {},
      },
    ]);
  }
}
