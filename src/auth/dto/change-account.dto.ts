import { TextField } from '../../platform/validation/fields.js';
import { ValidationFailedError } from '../../platform/errors/validation-failed.error.js';
import { AccountEmailField, AccountNameField, NewPasswordField } from '../../accounts/dto/register.dto.js';
import type { AccountChange } from '../own-account.service.js';

export class ChangeAccountDto {
  @AccountNameField({ example: 'Acme Corporation', optional: true })
  readonly name?: string | null;

  @AccountEmailField({ example: null, optional: true })
  readonly email?: string | null;

  @NewPasswordField({ example: null, optional: true, hidden: true })
  readonly password?: string | null;

  @TextField({
    description: 'Required with `password`, if the account has one.',
    example: null,
    minLength: 1,
    maxLength: 1024,
    format: 'password',
    hidden: true,
    optional: true,
  })
  readonly currentPassword?: string | null;

  /** Throws ValidationFailedError if there is nothing to change. */
  toChange(): AccountChange {
    const { name = null, email = null, password = null, currentPassword = null } = this;
    if (name === null && email === null && password === null)
      throw ValidationFailedError.at(['body'], 'missing', 'At least one of name, email and password is required', null);
    return { name, email, password, currentPassword };
  }
}
