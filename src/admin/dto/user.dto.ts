import { ApiProperty } from '@nestjs/swagger';
import type { Account } from '../../accounts/account.schema.js';
import type { UserFilter } from '../../accounts/users.service.js';
import { type Role, ROLES } from '../../platform/access/role.js';
import type { Page } from '../../platform/database/page.js';
import { PageQuery } from '../../platform/http/page-query.dto.js';
import { ChoiceField, TextField } from '../../platform/validation/fields.js';

export class ListUsersDto extends PageQuery('user') {
  @ChoiceField(ROLES, { description: 'Only users with this role.', enumName: 'Role', optional: true })
  readonly role?: Role;

  @TextField({
    description: 'Only users whose name or e-mail begins so, in upper or lower case.',
    minLength: 1,
    maxLength: 100,
    optional: true,
  })
  readonly search?: string;

  toFilter(): UserFilter {
    return { ...(this.role && { role: this.role }), ...(this.search && { search: this.search }) };
  }
}

/** An account as administrators see it. */
export class UserDto {
  @ApiProperty({ example: 'user_0193a5e2c7f11b2c3d4e5f60' })
  readonly id!: string;

  @ApiProperty({ example: 'Acme Corporation' })
  readonly name!: string;

  @ApiProperty({ format: 'email', example: 'dev@acme.example' })
  readonly email!: string;

  @ApiProperty({ enum: ROLES, enumName: 'Role', example: 'merchant' })
  readonly role!: Role;

  @ApiProperty({ type: String, format: 'date-time', example: '2025-11-05T10:45:00.123Z' })
  readonly createdAt!: Date;

  static from({ _id, name, email, role, createdAt }: Account): UserDto {
    return { id: _id, name, email, role, createdAt };
  }
}

export class UserPageDto {
  @ApiProperty({ type: [UserDto] })
  readonly data!: UserDto[];

  @ApiProperty({ example: false, description: 'Whether there are more beyond this page.' })
  readonly hasMore!: boolean;

  static from({ data, hasMore }: Page<Account>): UserPageDto {
    return { data: data.map((account) => UserDto.from(account)), hasMore };
  }
}
