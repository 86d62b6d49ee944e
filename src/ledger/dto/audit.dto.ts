import { ApiProperty } from '@nestjs/swagger';
import type { Difference } from '../audit-checks.js';
import type { AuditCounts, AuditReport } from '../ledger-audit.service.js';

const KINDS = [
  'entry_missing',
  'entry_differs',
  'entry_unexplained',
  'entry_unbalanced',
  'payment_sums_differ',
  'balance_differs',
] as const satisfies readonly Difference['kind'][];

export class AuditCountsDto implements AuditCounts {
  @ApiProperty({ type: 'integer', example: 42 })
  readonly entries!: number;

  @ApiProperty({ type: 'integer', example: 20, description: 'Captured ones, those that were deleted too.' })
  readonly payments!: number;

  @ApiProperty({ type: 'integer', example: 3 })
  readonly refunds!: number;

  @ApiProperty({ type: 'integer', example: 1 })
  readonly disputes!: number;

  @ApiProperty({ type: 'integer', example: 2 })
  readonly payouts!: number;
}

export class DifferenceDto implements Difference {
  @ApiProperty({ enum: KINDS, enumName: 'LedgerDifferenceKind', example: 'entry_missing' })
  readonly kind!: Difference['kind'];

  @ApiProperty({ example: 'le_0193a5e2c7f11b2c3d4e5f60', description: 'The entry, payment or currency.' })
  readonly about!: string;

  @ApiProperty({ example: 'payment of txn_0193a5e2c7f11b2c3d4e5f60 was not posted' })
  readonly message!: string;
}

export class AuditDto implements AuditReport {
  @ApiProperty({ example: true, description: 'Whether there are no differences.' })
  readonly balanced!: boolean;

  @ApiProperty({ type: AuditCountsDto })
  readonly checked!: AuditCountsDto;

  @ApiProperty({ type: [DifferenceDto], description: 'What is wrong: a fault of the gateway. At most 1,000.' })
  readonly differences!: DifferenceDto[];
}
