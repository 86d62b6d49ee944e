import { ApiProperty } from '@nestjs/swagger';
import { type Role, ROLES } from '../../platform/access/role.js';

const counts = { type: 'object', additionalProperties: { type: 'integer' } } as const;
const amounts = { type: 'object', additionalProperties: { type: 'number' } } as const;

export class DashboardMetricsDto {
  @ApiProperty({ ...counts, example: { user: 12, merchant: 3, system_admin: 1 } })
  readonly usersByRole!: Readonly<Record<string, number>>;

  @ApiProperty({ ...counts, example: { pending: 2, completed: 40 } })
  readonly paymentsByStatus!: Readonly<Record<string, number>>;

  @ApiProperty({ ...amounts, example: { USD: 1900.5, JPY: 500 }, description: 'What was completed, in major units.' })
  readonly volumeByCurrency!: Readonly<Record<string, number>>;

  @ApiProperty({ ...counts, example: { succeeded: 38, failed: 1 } })
  readonly deliveriesByStatus!: Readonly<Record<string, number>>;
}

export class DashboardDto {
  @ApiProperty({ example: 'Welcome to the admin dashboard.' })
  readonly message!: string;

  @ApiProperty({ example: 'user_0193a5e2c7f11b2c3d4e5f60' })
  readonly userId!: string;

  @ApiProperty({ enum: ROLES, enumName: 'Role', example: 'admin' })
  readonly role!: Role;

  @ApiProperty({ type: DashboardMetricsDto, description: 'Over all users.' })
  readonly metrics!: DashboardMetricsDto;

  static of({ accountId, role }: { accountId: string; role: Role }, metrics: DashboardMetricsDto): DashboardDto {
    return { message: 'Welcome to the admin dashboard.', userId: accountId, role, metrics };
  }
}
