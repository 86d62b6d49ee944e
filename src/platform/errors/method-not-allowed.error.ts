import { DomainError } from './domain-error.js';

/** The path exists, but not with this method. */
export class MethodNotAllowedError extends DomainError {
  readonly code = 'method_not_allowed';
  constructor(readonly allowed: readonly string[]) {
    super('Method Not Allowed');
  }
}
