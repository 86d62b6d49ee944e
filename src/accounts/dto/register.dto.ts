import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { EmailField, TextField } from '../../platform/validation/fields.js';
import { Satisfies } from '../../platform/validation/rule.js';
import type { RegisteredAccount } from '../accounts.service.js';
import { MAX_PASSWORD_BYTES } from '../password-limits.js';
import { type Role, ROLES } from '../../platform/access/role.js';

/** An example of null: Swagger UI sends the examples as they are. */
interface AccountFieldOptions {
  readonly example: string | null;
  readonly optional?: boolean;
  readonly hidden?: boolean;
}

export const AccountNameField = (options: AccountFieldOptions): PropertyDecorator =>
  TextField({
    ...options,
    description: 'At least 2 characters, without surrounding white space.',
    minLength: 2,
    maxLength: 200,
    trimmed: true,
  });

export const AccountEmailField = (options: AccountFieldOptions): PropertyDecorator =>
  EmailField({ ...options, description: 'Compared in lower case.' });

export const NewPasswordField = (options: AccountFieldOptions): PropertyDecorator =>
  applyDecorators(
    TextField({
      ...options,
      description: '8 to 64 characters, at most 72 bytes in UTF-8.',
      minLength: 8,
      maxLength: 64,
      format: 'password',
    }),
    Satisfies({
      type: 'string_too_long',
      msg: `String should have at most ${MAX_PASSWORD_BYTES} bytes in UTF-8`,
      ctx: { max_length: MAX_PASSWORD_BYTES },
      hidden: options.hidden ?? false,
      test: (value) => Buffer.byteLength(String(value), 'utf8') <= MAX_PASSWORD_BYTES,
    }),
  );

export class RegisterDto {
  @AccountNameField({ example: 'Acme Corporation' })
  readonly name!: string;

  @AccountEmailField({ example: 'dev@acme.example' })
  readonly email!: string;

  @NewPasswordField({ example: 'correct horse battery' })
  readonly password!: string;
}

export class RegisteredDto {
  @ApiProperty({ example: 'User registered successfully.' })
  readonly message!: string;

  @ApiProperty({ example: 'user_0193a5e2c7f11b2c3d4e5f60' })
  readonly userId!: string;

  @ApiProperty({
    example: 'PK_LIVE_3f9c…',
    description: 'Opens the payment routes. Shown here once: only its hash is stored.',
  })
  readonly apiKey!: string;

  @ApiProperty({
    example: 'SK_8a71…',
    description: 'Signs the webhooks to your webhookUrls. Shown here once; it can be rotated.',
  })
  readonly webhookSecret!: string;

  @ApiProperty({ enum: ROLES, enumName: 'Role', example: 'user' })
  readonly role!: Role;

  @ApiProperty({ type: String, format: 'date-time', example: '2025-11-05T10:45:00.123Z' })
  readonly createdAt!: Date;

  static from({ account, apiKey, webhookSecret }: RegisteredAccount): RegisteredDto {
    const { _id, role, createdAt } = account;
    return { message: 'User registered successfully.', userId: _id, apiKey, webhookSecret, role, createdAt };
  }
}
