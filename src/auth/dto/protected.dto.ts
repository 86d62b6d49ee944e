import { ApiProperty } from '@nestjs/swagger';
import { publicId } from '../../platform/worlds/world-ids.js';
import { type Role, ROLES } from '../../platform/access/role.js';
import type { Principal } from '../../platform/access/principal.js';

export class ProtectedDto {
  @ApiProperty({ example: 'Access granted — authenticated user.' })
  readonly message!: string;

  @ApiProperty({ example: 'user_0193a5e2c7f11b2c3d4e5f60' })
  readonly userId!: string;

  @ApiProperty({ enum: ROLES, enumName: 'Role', example: 'user' })
  readonly role!: Role;

  static from({ accountId, role }: Principal): ProtectedDto {
    return { message: 'Access granted — authenticated user.', userId: publicId(accountId), role };
  }
}
