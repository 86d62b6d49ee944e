import { DomainError } from '../platform/errors/domain-error.js';
import type { Role } from '../platform/access/role.js';

export class AuthorizationHeaderMissingError extends DomainError {
  readonly code = 'authorization_header_missing';
  constructor() {
    super('Authorization header missing.');
  }
}

export class AuthorizationHeaderInvalidError extends DomainError {
  readonly code = 'authorization_header_invalid';
  constructor() {
    super('Invalid authorization header format.');
  }
}

export class TokenInvalidError extends DomainError {
  readonly code = 'token_invalid';
  constructor() {
    super('Invalid or expired token.');
  }
}

export class ApiKeyInvalidError extends DomainError {
  readonly code = 'api_key_invalid';
  constructor(message = 'Invalid or missing X-API-Key. Access denied.') {
    super(message);
  }
}

export class LiveKeyError extends DomainError {
  readonly code = 'api_key_invalid';
  constructor() {
    super(
      'This is a live key. Never send live keys to a test gateway: whoever runs it could use them. Roll the key, and send a test key (`sk_test_…`).',
    );
  }
}

export class PublishableKeyError extends DomainError {
  readonly code = 'api_key_invalid';
  constructor() {
    super('A publishable key (`pk_test_…`) opens only what browsers of customers may do. Send the secret key.');
  }
}

export class UnknownTestKeyError extends DomainError {
  readonly code = 'api_key_invalid';
  /** @param last4 null if the key is malformed */
  constructor(last4: string | null) {
    super(
      last4 === null
        ? 'This is no test key. A test key is `sk_test_` or `pk_test_` and 1 to 100 letters, digits or underscores.'
        : `No account has the test key that ends with ${last4}. Make one with POST /users/me/api-keys and {"style":"stripe"}.`,
    );
  }
}

export class CredentialsInvalidError extends DomainError {
  readonly code = 'credentials_invalid';
  constructor() {
    super('Invalid email or password.');
  }
}

export class CurrentPasswordWrongError extends DomainError {
  readonly code = 'current_password_wrong';
  constructor() {
    super('The current password is wrong.');
  }
}

export class AdminEmailFixedError extends DomainError {
  readonly code = 'admin_email_fixed';
  constructor() {
    super('The e-mail of the system_admin is the setting ADMIN_EMAIL; set it, and start the gateway again.');
  }
}

export class CredentialsMismatchError extends DomainError {
  readonly code = 'credentials_mismatch';
  constructor() {
    super('Access denied. The API key and the token belong to different users.');
  }
}

export class RoleNotAllowedError extends DomainError {
  readonly code = 'role_not_allowed';
  constructor(allowed: readonly Role[], refusal?: string) {
    super(refusal ?? `Access denied. Allowed roles: ${formatTuple(allowed)}`);
  }
}

export class TooManyLoginsError extends DomainError {
  readonly code = 'too_many_requests';
  constructor(override readonly retryAfterSeconds: number) {
    super('Too many failed logins. Try again later.');
  }
}

export class ConsoleLinksOffError extends DomainError {
  readonly code = 'console_links_off';
  constructor() {
    super('In production no link signs in to the console; sign in with e-mail and password.');
  }
}

const WHAT_IS_WRONG = {
  wrong: 'This link is not one of this gateway.',
  expired: 'This link has expired: links work for 24 hours.',
  used: 'This link was used already: links work once.',
  outdated: 'This link was made before the password was changed.',
} as const;

export class ConsoleLinkInvalidError extends DomainError {
  readonly code = 'console_link_invalid';
  constructor(wrong: keyof typeof WHAT_IS_WRONG) {
    super(`${WHAT_IS_WRONG[wrong]} Get another one with \`mpg console\`, or sign in with e-mail and password.`);
  }
}

/** Formats roles as in the v1 contract: `('admin', 'system_admin')`, and `('admin',)` for a single role. */
function formatTuple(roles: readonly Role[]): string {
  const quoted = roles.map((role) => `'${role}'`).join(', ');
  return roles.length === 1 ? `(${quoted},)` : `(${quoted})`;
}
