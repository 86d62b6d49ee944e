import { DomainError } from '../platform/errors/domain-error.js';

export class EmailTakenError extends DomainError {
  readonly code = 'email_taken';
  constructor() {
    super('User with this email already exists.');
  }
}

export class AccountNotFoundError extends DomainError {
  readonly code = 'account_not_found';
}

export class OwnAccountError extends DomainError {
  readonly code = 'own_account';
}

export class ApiKeyNotFoundError extends DomainError {
  readonly code = 'api_key_not_found';
  constructor(id: string) {
    super(`API key '${id}' not found for this user.`);
  }
}

export class SandboxChangedError extends DomainError {
  readonly code = 'sandbox_changed';
  override readonly retryAfterSeconds = 1;
  constructor() {
    super('The sandbox was reset, restored or deleted meanwhile.');
  }
}

export class TooManyApiKeysError extends DomainError {
  readonly code = 'too_many_api_keys';
  constructor(most: number) {
    super(`A user can have at most ${most} API keys; delete one first.`);
  }
}
