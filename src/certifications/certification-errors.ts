import { DomainError } from '../platform/errors/domain-error.js';

export class CertificationNotFoundError extends DomainError {
  readonly code = 'certification_not_found';
  constructor(id: string) {
    super(`Certification '${id}' not found for this user.`);
  }
}

export class TooManyCertificationsError extends DomainError {
  readonly code = 'too_many_certifications';
  constructor(most: number) {
    super(`A user can run at most ${most} certifications at once; wait until one has ended.`);
  }
}
