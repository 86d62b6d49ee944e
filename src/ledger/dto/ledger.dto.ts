import { ApiProperty } from '@nestjs/swagger';
import { ID_PATTERN, idPattern } from '../../platform/common/ids.js';
import { idBetween, type Page } from '../../platform/database/page.js';
import { PageQuery } from '../../platform/http/page-query.dto.js';
import { DateField } from '../../platform/validation/date-field.js';
import { ChoiceField, TextField } from '../../platform/validation/fields.js';
import type { BalanceView, LedgerAccountView, SumView } from '../balance-view.js';
import type { LedgerEntry } from '../ledger-entry.schema.js';
import type { EntryFilter } from '../ledger.service.js';
import {
  ledgerEntryView,
  type LedgerEntryView,
  type LineView,
  type TAccount,
  type TAccountLine,
  type TransactionView,
} from '../ledger-views.js';
import {
  ENTRY_TYPES,
  type EntryType,
  LEDGER_ACCOUNTS,
  type LedgerAccount,
  TRANSACTION_TYPES,
  type TransactionType,
} from '../postings.js';

const TIME = { type: String, format: 'date-time', example: '2025-11-06T11:13:58.910Z' } as const;
const TEXT_DESCRIPTION = 'The same, exact at any size.';
const CURRENCY = /^[A-Z]{3}$/;

export class SumDto implements SumView {
  @ApiProperty({ example: 19.11, description: 'In major units.' })
  readonly amount!: number;

  @ApiProperty({ example: '19.11', description: TEXT_DESCRIPTION })
  readonly amountText!: string;

  @ApiProperty({ example: 'USD' })
  readonly currency!: string;
}

export class BalanceDto implements BalanceView {
  @ApiProperty({ type: [SumDto], description: 'Captured, and not available yet.' })
  readonly pending!: SumDto[];

  @ApiProperty({ type: [SumDto], description: 'Can be paid out; less than 0 where refunds and disputes took more.' })
  readonly available!: SumDto[];

  @ApiProperty({ type: [SumDto], description: 'Held for disputes.' })
  readonly reserved!: SumDto[];

  @ApiProperty({ type: [SumDto], description: 'Payouts on their way to the bank.' })
  readonly inTransit!: SumDto[];
}

export class LedgerAccountDto extends SumDto implements LedgerAccountView {
  @ApiProperty({ enum: LEDGER_ACCOUNTS, enumName: 'LedgerAccount', example: 'pending' })
  readonly account!: LedgerAccount;
}

export class LedgerAccountListDto {
  @ApiProperty({ type: [LedgerAccountDto] })
  readonly data!: LedgerAccountDto[];
}

export class LedgerLineDto implements LineView {
  @ApiProperty({ enum: LEDGER_ACCOUNTS, enumName: 'LedgerAccount', example: 'pending' })
  readonly account!: LedgerAccount;

  @ApiProperty({ example: 19.11, description: 'In major units: plus is what the account holds more.' })
  readonly amount!: number;

  @ApiProperty({ example: '19.11', description: TEXT_DESCRIPTION })
  readonly amountText!: string;
}

export class LedgerEntryDto implements LedgerEntryView {
  @ApiProperty({ example: 'le_0193a5e2c7f11b2c3d4e5f60' })
  readonly id!: string;

  @ApiProperty(TIME)
  readonly createdAt!: Date;

  @ApiProperty({ enum: ENTRY_TYPES, enumName: 'LedgerEntryType', example: 'payment' })
  readonly type!: EntryType;

  @ApiProperty({ example: 'USD' })
  readonly currency!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'txn_0193a5e2c7f11b2c3d4e5f60',
    description: 'What it is about: a payment, refund, dispute or payout; null if it is about many payments.',
  })
  readonly source!: string | null;

  @ApiProperty({ example: 'evt_0193a5e2c7f11b2c3d4e5f60', description: 'The event that it follows from.' })
  readonly eventId!: string;

  @ApiProperty({ type: [LedgerLineDto], description: 'They add up to zero.' })
  readonly lines!: LedgerLineDto[];
}

export class LedgerEntryPageDto {
  @ApiProperty({ type: [LedgerEntryDto] })
  readonly data!: LedgerEntryDto[];

  @ApiProperty({ example: false, description: 'Whether there are more beyond this page.' })
  readonly hasMore!: boolean;

  static from({ data, hasMore }: Page<LedgerEntry>): LedgerEntryPageDto {
    return { data: data.map(ledgerEntryView), hasMore };
  }
}

export class ListLedgerEntriesDto extends PageQuery('le') {
  @TextField({
    description: 'Only entries about this payment (with its refunds and disputes), refund, dispute or payout.',
    example: 'txn_0193a5e2c7f11b2c3d4e5f60',
    pattern: ID_PATTERN,
    optional: true,
  })
  readonly source?: string;

  @ChoiceField(LEDGER_ACCOUNTS, {
    enumName: 'LedgerAccount',
    description: 'Only entries that change this account.',
    optional: true,
  })
  readonly account?: LedgerAccount;

  @ChoiceField(ENTRY_TYPES, {
    enumName: 'LedgerEntryType',
    description: 'Only entries of this type.',
    optional: true,
  })
  readonly type?: EntryType;

  toFilter(): EntryFilter {
    return {
      ...(this.source && { source: this.source }),
      ...(this.account && { account: this.account }),
      ...(this.type && { type: this.type }),
    };
  }
}

export class BalanceTransactionDto implements TransactionView {
  @ApiProperty({ example: 'bt_0193a5e2c7f11b2c3d4e5f60' })
  readonly id!: string;

  @ApiProperty({ enum: TRANSACTION_TYPES, enumName: 'BalanceTransactionType', example: 'payment' })
  readonly type!: TransactionType;

  @ApiProperty({ example: 19.99, description: 'In major units; less than 0 where you pay.' })
  readonly amount!: number;

  @ApiProperty({ example: 0.88 })
  readonly fee!: number;

  @ApiProperty({ example: 19.11, description: 'The amount without the fee: what the balance has more.' })
  readonly net!: number;

  @ApiProperty({ example: 'USD' })
  readonly currency!: string;

  @ApiProperty({ ...TIME, description: 'When it is available, or was.' })
  readonly availableOn!: Date;

  @ApiProperty({ enum: ['pending', 'available'], enumName: 'BalanceTransactionStatus', example: 'pending' })
  readonly status!: 'pending' | 'available';

  @ApiProperty({ type: String, nullable: true, example: 'txn_0193a5e2c7f11b2c3d4e5f60' })
  readonly source!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'po_0193a5e2c7f11b2c3d4e5f60',
    description: 'The payout that takes it, the first of several; null if none has yet.',
  })
  readonly payoutId!: string | null;

  @ApiProperty(TIME)
  readonly createdAt!: Date;
}

export class BalanceTransactionPageDto {
  @ApiProperty({ type: [BalanceTransactionDto] })
  readonly data!: BalanceTransactionDto[];

  @ApiProperty({ example: false, description: 'Whether there are more beyond this page.' })
  readonly hasMore!: boolean;

  static from({ data, hasMore }: Page<TransactionView>): BalanceTransactionPageDto {
    return { data: [...data], hasMore };
  }
}

export class ListBalanceTransactionsDto extends PageQuery('bt') {
  @ChoiceField(TRANSACTION_TYPES, {
    enumName: 'BalanceTransactionType',
    description: 'Only transactions of this type.',
    optional: true,
  })
  readonly type?: TransactionType;

  @TextField({
    description: 'Only transactions about this payment (with its refunds and disputes), refund, dispute or payout.',
    example: 'txn_0193a5e2c7f11b2c3d4e5f60',
    pattern: ID_PATTERN,
    optional: true,
  })
  readonly source?: string;

  @TextField({
    description: 'Only what this payout takes, and the payout itself.',
    example: 'po_0193a5e2c7f11b2c3d4e5f60',
    pattern: idPattern('po'),
    optional: true,
  })
  readonly payout?: string;

  @TextField({ description: 'Only this currency.', example: 'USD', pattern: CURRENCY, optional: true })
  readonly currency?: string;

  @DateField({ description: 'Only transactions from this moment on.', optional: true })
  readonly createdAfter?: string;

  @DateField({ description: 'Only transactions before this moment.', optional: true })
  readonly createdBefore?: string;

  toFilter(): EntryFilter {
    return {
      ...(this.type && { type: this.type }),
      ...(this.source && { source: this.source }),
      ...(this.payout && { payout: this.payout }),
      ...(this.currency && { currency: this.currency }),
      createdAt: idBetween('le', this.createdAfter, this.createdBefore),
    };
  }

  /** A transaction has the digits of its entry. */
  override toPage(): ReturnType<InstanceType<ReturnType<typeof PageQuery>>['toPage']> {
    const { limit, startingAfter, endingBefore } = super.toPage();
    const entry = (id: string): string => id.replace(/^bt_/, 'le_');
    return {
      limit,
      ...(startingAfter !== undefined && { startingAfter: entry(startingAfter) }),
      ...(endingBefore !== undefined && { endingBefore: entry(endingBefore) }),
    };
  }
}

export class TAccountLineDto implements TAccountLine {
  @ApiProperty({ example: 'le_0193a5e2c7f11b2c3d4e5f60' })
  readonly entryId!: string;

  @ApiProperty({ enum: ENTRY_TYPES, enumName: 'LedgerEntryType', example: 'payment' })
  readonly type!: EntryType;

  @ApiProperty(TIME)
  readonly at!: Date;

  @ApiProperty({ example: 19.11 })
  readonly amount!: number;

  @ApiProperty({ example: 'The merchant is owed the amount without the fee; it is not available yet.' })
  readonly why!: string;
}

export class TAccountDto implements TAccount {
  @ApiProperty({ enum: LEDGER_ACCOUNTS, enumName: 'LedgerAccount', example: 'pending' })
  readonly account!: LedgerAccount;

  @ApiProperty({ type: [TAccountLineDto], description: 'What the account holds more.' })
  readonly debits!: TAccountLineDto[];

  @ApiProperty({ type: [TAccountLineDto], description: 'What the account holds less.' })
  readonly credits!: TAccountLineDto[];

  @ApiProperty({ example: 19.11, description: 'Debits without credits, of this payment alone.' })
  readonly balance!: number;
}

export class TAccountsDto {
  @ApiProperty({ example: 'txn_0193a5e2c7f11b2c3d4e5f60' })
  readonly paymentId!: string;

  @ApiProperty({ example: 'USD' })
  readonly currency!: string;

  @ApiProperty({ type: [TAccountDto] })
  readonly accounts!: TAccountDto[];
}
