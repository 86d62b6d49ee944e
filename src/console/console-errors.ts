import { DomainError } from '../platform/errors/domain-error.js';

export class CrossSiteRequestError extends DomainError {
  readonly code = 'cross_site_request';
  constructor() {
    super('Only the console itself, opened at this address of the gateway, can do this.');
  }
}

export class SessionExpiredError extends DomainError {
  readonly code = 'console_session_expired';
  constructor() {
    super('Nobody is signed in to the console here. Sign in.');
  }
}
