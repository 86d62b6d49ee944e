import { DomainError } from '../platform/errors/domain-error.js';

export class EventNotFoundError extends DomainError {
  readonly code = 'event_not_found';
  constructor(id: string) {
    super(`Event '${id}' not found for this user.`);
  }
}
