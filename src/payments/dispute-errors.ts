import { DomainError } from '../platform/errors/domain-error.js';
import type { DisputeStatus } from './payment-state.js';

export class DisputeNotFoundError extends DomainError {
  readonly code = 'dispute_not_found';
  constructor(id: string) {
    super(`Dispute '${id}' not found for this user.`);
  }
}

export class DisputeNotOpenError extends DomainError {
  readonly code = 'dispute_not_open';
  constructor(id: string, status: DisputeStatus) {
    super(`Dispute '${id}' is ${status}; only a dispute that is needs_response takes evidence or can be accepted.`);
  }
}

/** Disputes are stored inside their payment, and a document has a size limit. */
export class TooManyDisputesError extends DomainError {
  readonly code = 'too_many_disputes';
  constructor(max: number) {
    super(`This payment has ${max} disputes already; a payment can have no more. Dispute another payment.`);
  }
}

export class TooManyEvidenceChangesError extends DomainError {
  readonly code = 'too_many_evidence_changes';
  constructor(max: number) {
    super(`The evidence of this dispute was changed ${max} times already; submit it, or accept the dispute.`);
  }
}

export class EvidenceTooLargeError extends DomainError {
  readonly code = 'evidence_too_large';
  constructor(length: number, max: number) {
    super(`The evidence would have ${length} characters; all fields together can have ${max}. Send shorter texts.`);
  }
}
