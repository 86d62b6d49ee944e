import { ApiProperty } from '@nestjs/swagger';
import { SessionDto } from '../../auth/dto/login.dto.js';
import { ValidationFailedError } from '../../platform/errors/validation-failed.error.js';
import { EmailField, TextField } from '../../platform/validation/fields.js';
import { publicId } from '../../platform/worlds/world-ids.js';
import type { OpenSession, SignIn } from '../console-sessions.service.js';

export class OpenConsoleDto {
  @EmailField({ description: 'To sign in: the e-mail of the account.', example: 'dev@acme.example', optional: true })
  readonly email?: string | null;

  @TextField({
    description: 'To sign in: its password.',
    example: 'correct horse battery',
    minLength: 6,
    maxLength: 1024,
    format: 'password',
    hidden: true,
    optional: true,
  })
  readonly password?: string | null;

  @TextField({
    description: 'To sign in in place of both: what follows `#link=` in a one-time link.',
    example: null,
    minLength: 1,
    maxLength: 2048,
    hidden: true,
    optional: true,
  })
  readonly link?: string | null;

  /** Throws ValidationFailedError if half of the credentials was sent, or a link beside them. */
  toSignIn(): SignIn {
    const { email = null, password = null, link = null } = this;
    if (link !== null && (email !== null || password !== null))
      throw ValidationFailedError.at(['body'], 'one_of', 'Either link or email and password is allowed', null, {
        fields: ['link', 'email'],
      });
    if ((email === null) !== (password === null))
      throw ValidationFailedError.at(
        ['body', email === null ? 'email' : 'password'],
        'missing',
        'Field required',
        null,
      );
    return { credentials: email !== null && password !== null ? { email, password } : null, link };
  }
}

export class ConsoleSessionDto extends SessionDto {
  @ApiProperty({ type: 'integer', example: 7200, description: 'For how many seconds the token is valid.' })
  readonly expiresIn!: number;

  static of({ token, expiresIn, account }: OpenSession): ConsoleSessionDto {
    return {
      access_token: token,
      token_type: 'bearer',
      expiresIn,
      userId: publicId(account._id),
      role: account.role,
    };
  }
}
