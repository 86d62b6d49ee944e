import { DomainError } from '../platform/errors/domain-error.js';

export class RateLimitedError extends DomainError {
  readonly code = 'too_many_requests';
  constructor(override readonly retryAfterSeconds: number) {
    super('Too many requests. Try again later.');
  }
}
