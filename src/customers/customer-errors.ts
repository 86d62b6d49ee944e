import { DomainError } from '../platform/errors/domain-error.js';
import { publicId } from '../platform/worlds/world-ids.js';

export class CustomerNotFoundError extends DomainError {
  readonly code = 'customer_not_found';
  constructor(id: string) {
    super(`Customer '${publicId(id)}' not found for this user.`);
  }
}

/** A deleted customer can be looked up, and no more. */
export class CustomerDeletedError extends DomainError {
  readonly code = 'customer_deleted';
  constructor(id: string) {
    super(`Customer '${publicId(id)}' was deleted.`);
  }
}
