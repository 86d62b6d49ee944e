import { ApiProperty } from '@nestjs/swagger';
import { EmailField, TextField } from '../../platform/validation/fields.js';
import { type Role, ROLES } from '../../platform/access/role.js';
import type { Session } from '../sessions.service.js';

export class LoginDto {
  @EmailField({ description: 'The e-mail of the account.', example: 'dev@acme.example' })
  readonly email!: string;

  @TextField({
    description: 'Its password.',
    example: 'correct horse battery',
    minLength: 6,
    maxLength: 1024,
    format: 'password',
  })
  readonly password!: string;
}

export class SessionDto {
  @ApiProperty({ example: 'eyJhbGciOiJIUzI1NiIs…', description: 'Sent as `Authorization: Bearer <token>`.' })
  readonly access_token!: string;

  @ApiProperty({ example: 'bearer' })
  readonly token_type!: string;

  @ApiProperty({ example: 'user_0193a5e2c7f11b2c3d4e5f60' })
  readonly userId!: string;

  @ApiProperty({ enum: ROLES, enumName: 'Role', example: 'user' })
  readonly role!: Role;

  static from({ token, account }: Session): SessionDto {
    return { access_token: token, token_type: 'bearer', userId: account._id, role: account.role };
  }
}
