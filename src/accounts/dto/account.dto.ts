import { ApiProperty } from '@nestjs/swagger';
import { publicId } from '../../platform/worlds/world-ids.js';
import { ChoiceField } from '../../platform/validation/fields.js';
import type { Account } from '../account.schema.js';
import { ASSIGNABLE_ROLES, type AssignableRole, type Role, ROLES } from '../../platform/access/role.js';

/** The e-mail of a new sandbox, which nobody writes to, is stored with something that makes it unique. */
function shownEmail({ email, sandbox }: Account): string {
  return sandbox ? email.replace(/~[^@]{0,100}@/, '@') : email;
}

export class AccountDto {
  @ApiProperty({ example: 'user_0193a5e2c7f11b2c3d4e5f60' })
  readonly userId!: string;

  @ApiProperty({ example: 'Acme Corporation' })
  readonly name!: string;

  @ApiProperty({ format: 'email', example: 'dev@acme.example' })
  readonly email!: string;

  @ApiProperty({ enum: ROLES, enumName: 'Role', example: 'merchant' })
  readonly role!: Role;

  @ApiProperty({ type: String, format: 'date-time', example: '2025-11-05T10:45:00.123Z' })
  readonly createdAt!: Date;

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'The sandbox that this account is; null for an ordinary account.',
  })
  readonly sandboxId!: string | null;

  static from(account: Account): AccountDto {
    const { _id, name, role, createdAt, sandbox } = account;
    return {
      userId: publicId(_id),
      name,
      email: shownEmail(account),
      role,
      createdAt,
      sandboxId: sandbox?.id ?? null,
    };
  }
}

export class ChangeRoleDto {
  @ChoiceField(ASSIGNABLE_ROLES, {
    enumName: 'AssignableRole',
    description: 'Holds at once, also for tokens issued before.',
    example: 'merchant',
  })
  readonly new_role!: AssignableRole;
}

export class RoleChangedDto {
  @ApiProperty({ example: "User role updated to 'merchant'" })
  readonly message!: string;

  @ApiProperty({ example: 'user_0193a5e2c7f11b2c3d4e5f60' })
  readonly userId!: string;

  static from({ _id, role }: Account): RoleChangedDto {
    return { message: `User role updated to '${role}'`, userId: _id };
  }
}
