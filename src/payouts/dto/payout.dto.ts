import { ApiProperty } from '@nestjs/swagger';
import { AmountField } from '../../payments/dto/amount-field.js';
import { CurrencyField, FITS_CURRENCY } from '../../payments/dto/currency-field.js';
import { MetadataField } from '../../payments/dto/metadata-field.js';
import { Money } from '../../platform/common/money.js';
import type { Page } from '../../platform/database/page.js';
import { PageQuery } from '../../platform/http/page-query.dto.js';
import { ChoiceField, Field, TextField } from '../../platform/validation/fields.js';
import {
  BANK_ACCOUNT_TOKENS,
  bankAccountToken,
  DEFAULT_BANK_ACCOUNT,
  type PayoutFailure,
  ROUTING_NUMBER,
} from '../../simulation/bank-accounts.js';
import { PAYOUT_INTERVALS, type PayoutInterval } from '../payout-schedule.js';
import type { Schedule } from '../payout-schedules.service.js';
import type { Payout } from '../payout.schema.js';
import { PAYOUT_STATUSES, type PayoutStatus } from '../payout-state.js';
import { payoutView, type PayoutView } from '../payout-view.js';
import type { PayoutRequest } from '../payouts.service.js';

const TIME = { type: String, format: 'date-time', example: '2025-11-06T11:13:58.910Z' } as const;

const BankAccountField = (): PropertyDecorator =>
  Field(
    {
      description: `A test bank account, by its token or by its numbers; \`${DEFAULT_BANK_ACCOUNT}\` if not given.`,
      example: DEFAULT_BANK_ACCOUNT,
      optional: true,
    },
    {
      oneOf: [
        { type: 'string', enum: BANK_ACCOUNT_TOKENS },
        {
          type: 'object',
          properties: {
            routingNumber: { type: 'string', example: ROUTING_NUMBER },
            accountNumber: { type: 'string', example: '000123456789' },
          },
          required: ['routingNumber', 'accountNumber'],
          additionalProperties: false,
        },
      ],
    },
    [
      {
        type: 'bank_account',
        msg: `Input should be a test bank account: ${BANK_ACCOUNT_TOKENS.join(', ')}, or a routingNumber and accountNumber of one`,
        ctx: { expected: BANK_ACCOUNT_TOKENS },
        test: (value) => bankAccountToken(value) !== undefined,
      },
    ],
  );

export class CreatePayoutDto {
  @AmountField({ description: 'In major units; at most what is available.', example: 19.11 }, FITS_CURRENCY)
  readonly amount!: number;

  @CurrencyField()
  readonly currency!: string;

  @BankAccountField()
  readonly bankAccount?: unknown;

  @TextField({ description: 'For yourself.', example: 'Weekly payout', maxLength: 200, optional: true })
  readonly description?: string | null;

  @MetadataField()
  readonly metadata?: Readonly<Record<string, string>> | null;

  toRequest(): PayoutRequest {
    return {
      amount: Money.ofMajor(this.amount, this.currency),
      bankAccount: bankAccountToken(this.bankAccount) ?? DEFAULT_BANK_ACCOUNT,
      description: this.description ?? null,
      metadata: this.metadata ?? {},
    };
  }
}

export class ListPayoutsDto extends PageQuery('po') {
  @ChoiceField(PAYOUT_STATUSES, {
    enumName: 'PayoutStatus',
    description: 'Only payouts in this status.',
    optional: true,
  })
  readonly status?: PayoutStatus;

  toFilter(): { readonly status?: PayoutStatus } {
    return this.status ? { status: this.status } : {};
  }
}

export class PayoutFailureDto implements PayoutFailure {
  @ApiProperty({ example: 'account_closed' })
  readonly code!: string;

  @ApiProperty({ example: 'The bank account is closed.' })
  readonly message!: string;
}

export class PayoutDto implements PayoutView {
  @ApiProperty({ example: 'po_0193a5e2c7f11b2c3d4e5f60' })
  readonly id!: string;

  @ApiProperty({ enum: PAYOUT_STATUSES, enumName: 'PayoutStatus', example: 'pending' })
  readonly status!: PayoutStatus;

  @ApiProperty({ example: 19.11, description: 'In major units of the currency.' })
  readonly amount!: number;

  @ApiProperty({ example: 'USD' })
  readonly currency!: string;

  @ApiProperty({ example: DEFAULT_BANK_ACCOUNT, description: 'The token of the bank account.' })
  readonly bankAccount!: string;

  @ApiProperty({ ...TIME, description: 'When it arrives, if the bank accepts it.' })
  readonly arrivalDate!: Date;

  @ApiProperty({ type: PayoutFailureDto, nullable: true, description: 'Why it failed.' })
  readonly failure!: PayoutFailureDto | null;

  @ApiProperty({ example: false, description: 'Whether the schedule made it.' })
  readonly automatic!: boolean;

  @ApiProperty({ type: String, nullable: true, example: 'Weekly payout' })
  readonly description!: string | null;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' }, example: { week: '45' } })
  readonly metadata!: Readonly<Record<string, string>>;

  @ApiProperty({ example: 'set_0193a5e2c7f11b2c3d4e5f60', description: 'Its settlement report.' })
  readonly settlementId!: string;

  @ApiProperty(TIME)
  readonly createdAt!: Date;

  @ApiProperty({ ...TIME, description: 'When it was last changed.' })
  readonly updatedAt!: Date;

  static from(payout: Payout): PayoutDto {
    return payoutView(payout);
  }
}

export class PayoutPageDto {
  @ApiProperty({ type: [PayoutDto] })
  readonly data!: PayoutDto[];

  @ApiProperty({ example: false, description: 'Whether there are more beyond this page.' })
  readonly hasMore!: boolean;

  static from({ data, hasMore }: Page<Payout>): PayoutPageDto {
    return { data: data.map((payout) => PayoutDto.from(payout)), hasMore };
  }
}

export class SetPayoutScheduleDto {
  @ChoiceField(PAYOUT_INTERVALS, {
    enumName: 'PayoutInterval',
    description: 'At 00:00 UTC: daily, weekly on Mondays, monthly on the first day; `manual` makes none.',
    example: 'daily',
  })
  readonly interval!: PayoutInterval;

  @CurrencyField()
  readonly currency!: string;
}

export class PayoutScheduleDto implements Schedule {
  @ApiProperty({ example: 'USD' })
  readonly currency!: string;

  @ApiProperty({ enum: PAYOUT_INTERVALS, enumName: 'PayoutInterval', example: 'daily' })
  readonly interval!: PayoutInterval;

  @ApiProperty({ ...TIME, nullable: true, description: 'When all that is available then is paid out.' })
  readonly nextPayoutAt!: Date | null;
}

export class PayoutScheduleListDto {
  @ApiProperty({ type: [PayoutScheduleDto], description: 'Currencies that are not here are paid out by hand.' })
  readonly data!: PayoutScheduleDto[];
}
