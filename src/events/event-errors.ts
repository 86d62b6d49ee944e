import { DomainError } from '../platform/errors/domain-error.js';
import { InvalidFieldError } from '../platform/errors/invalid-field.error.js';

export class EventNotFoundError extends DomainError {
  readonly code = 'event_not_found';
  constructor(id: string) {
    super(`Event '${id}' not found for this user.`);
  }
}

/** The webhook of the object would be larger than receivers accept. */
export class EventTooLargeError extends InvalidFieldError {
  constructor(maxBytes: number) {
    const msg = `The webhook of this object would be larger than ${maxBytes} bytes; send less text with it`;
    super(null, { type: 'event_too_large', msg, ctx: { max_bytes: maxBytes } }, null);
  }
}
