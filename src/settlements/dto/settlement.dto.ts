import { ApiProperty } from '@nestjs/swagger';
import { idPattern } from '../../platform/common/ids.js';
import type { Page } from '../../platform/database/page.js';
import { PageQuery } from '../../platform/http/page-query.dto.js';
import { Field, TextField } from '../../platform/validation/fields.js';
import { CSV_COLUMNS } from '../settlement-csv.js';
import type { SettlementRowView, SettlementTotals, SettlementView } from '../settlement-view.js';
import type { SettlementFilter, SettlementSummary } from '../settlements.service.js';

const DAY = /^\d{4}-\d{2}-\d{2}$/;

export const CSV_EXAMPLE = `${CSV_COLUMNS.join(',')}\r\n1,bt_0193a5e2c7f11b2c3d4e5f60,payment,txn_0193a5e2c7f11b2c3d4e5f60,txn_0193a5e2c7f11b2c3d4e5f60,order-123,19.99,0.88,19.11,USD,2025-11-06T11:13:58.910Z,2025-11-10T00:00:00.000Z,19.11\r\n`;

const ApiSum = (example: number) => ApiProperty({ example, description: 'Sum of the rows, in major units.' });
const ApiSumText = (example: string) => ApiProperty({ example, description: 'The same, exact at any size.' });

export class SettlementTotalsDto implements SettlementTotals {
  @ApiProperty({ type: 'integer', example: 1, description: 'How many rows there are.' })
  readonly count!: number;

  @ApiSum(19.99)
  readonly gross!: number;

  @ApiSumText('19.99')
  readonly grossText!: string;

  @ApiSum(0.88)
  readonly fee!: number;

  @ApiSumText('0.88')
  readonly feeText!: string;

  @ApiSum(19.11)
  readonly net!: number;

  @ApiSumText('19.11')
  readonly netText!: string;

  @ApiSum(19.11)
  readonly amountInPayout!: number;

  @ApiSumText('19.11')
  readonly amountInPayoutText!: string;
}

export class SettlementRowDto implements SettlementRowView {
  @ApiProperty({ type: 'integer', minimum: 1, example: 1, description: 'Its number in the report.' })
  readonly row!: number;

  @ApiProperty({ example: 'bt_0193a5e2c7f11b2c3d4e5f60', description: 'The balance transaction.' })
  readonly transactionId!: string;

  @ApiProperty({ example: 'payment', description: 'The type of the balance transaction.' })
  readonly type!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'txn_0193a5e2c7f11b2c3d4e5f60',
    description: 'The payment, refund, dispute or payout that it is of.',
  })
  readonly source!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'txn_0193a5e2c7f11b2c3d4e5f60' })
  readonly paymentId!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'order-123' })
  readonly orderReference!: string | null;

  @ApiProperty({ example: 19.99, description: 'In major units of the currency, as all amounts are.' })
  readonly gross!: number;

  @ApiProperty({ example: 0.88 })
  readonly fee!: number;

  @ApiProperty({ example: 19.11, description: '`gross` less `fee`.' })
  readonly net!: number;

  @ApiProperty({ example: 'USD' })
  readonly currency!: string;

  @ApiProperty({ type: String, format: 'date-time', example: '2025-11-06T11:13:58.910Z' })
  readonly createdAt!: Date;

  @ApiProperty({ type: String, format: 'date-time', example: '2025-11-10T00:00:00.000Z' })
  readonly availableOn!: Date;

  @ApiProperty({
    example: 19.11,
    description: "In a payout's report: the part of `net` that this payout took. The next payout takes the rest.",
  })
  readonly amountInPayout!: number;
}

/** 30 February would be read as a day of March. */
function isDay(text: string): boolean {
  const time = DAY.test(text) ? Date.parse(`${text}T00:00:00.000Z`) : NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

const DayField = (): PropertyDecorator =>
  Field(
    { description: 'The reports of this day of the account, in UTC.', example: '2025-11-06', optional: true },
    { type: 'string', format: 'date' },
    [
      {
        type: 'date_parsing',
        msg: 'Input should be a day: YYYY-MM-DD',
        test: (value) => isDay(String(value)),
      },
    ],
  );

export class SettlementSummaryDto implements SettlementSummary {
  @ApiProperty({ example: 'set_0193a5e2c7f11b2c3d4e5f60' })
  readonly id!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'po_0193a5e2c7f11b2c3d4e5f60',
    description: 'Null in the report of a day.',
  })
  readonly payoutId!: string | null;

  @ApiProperty({
    type: String,
    format: 'date',
    nullable: true,
    example: null,
    description: 'Null in the report of a payout.',
  })
  readonly day!: string | null;

  @ApiProperty({ example: 'USD' })
  readonly currency!: string;

  @ApiProperty({ type: String, format: 'date-time', example: '2025-11-11T09:00:00.000Z' })
  readonly createdAt!: Date;
}

export class SettlementDto extends SettlementSummaryDto implements SettlementView {
  @ApiProperty({ type: SettlementTotalsDto })
  readonly totals!: SettlementTotalsDto;

  @ApiProperty({ type: [SettlementRowDto] })
  readonly rows!: readonly SettlementRowDto[];
}

export class SettlementPageDto {
  @ApiProperty({ type: [SettlementSummaryDto] })
  readonly data!: SettlementSummaryDto[];

  @ApiProperty({ example: false, description: 'Whether there are more beyond this page.' })
  readonly hasMore!: boolean;

  static from({ data, hasMore }: Page<SettlementSummary>): SettlementPageDto {
    return { data: [...data], hasMore };
  }
}

export class ListSettlementsDto extends PageQuery('set') {
  @TextField({
    description: 'Only the report of this payout.',
    example: 'po_0193a5e2c7f11b2c3d4e5f60',
    pattern: idPattern('po'),
    optional: true,
  })
  readonly payout?: string;

  @DayField()
  readonly day?: string;

  toFilter(): SettlementFilter {
    return { ...(this.payout && { payout: this.payout }), ...(this.day && { day: this.day }) };
  }
}
