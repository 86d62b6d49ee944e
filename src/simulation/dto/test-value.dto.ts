import { type BankAccount, ROUTING_NUMBER } from '../bank-accounts.js';
import { ApiProperty } from '@nestjs/swagger';
import { ChoiceField } from '../../platform/validation/fields.js';
import { ADVICE, type Advice, type Failure } from '../outcome.js';
import { type Channel, CHANNELS, type TestValue } from '../test-values.js';

const RESULTS = ['approved', 'declined', 'stays_pending'] as const;
type Result = (typeof RESULTS)[number];

export class FailureDto implements Failure {
  @ApiProperty({ example: 'card_declined' })
  readonly code!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'insufficient_funds',
    description: "The issuer's own reason, where the code is a general one.",
  })
  readonly declineCode!: string | null;

  @ApiProperty({ example: 'The card has insufficient funds.' })
  readonly message!: string;

  @ApiProperty({ enum: ADVICE, enumName: 'DeclineAdvice', example: 'try_another_card' })
  readonly advice!: Advice;
}

export class ListTestValuesDto {
  @ChoiceField(CHANNELS, {
    enumName: 'TestValueChannel',
    description: 'Only values that are sent this way.',
    optional: true,
  })
  readonly channel?: Channel;

  @ChoiceField(RESULTS, { enumName: 'TestValueResult', description: 'Only values that lead to this.', optional: true })
  readonly result?: Result;

  matches({ channel, outcome }: TestValue): boolean {
    return (!this.channel || this.channel === channel) && (!this.result || this.result === outcome.result);
  }
}

export class TestValueDto {
  @ApiProperty({ enum: CHANNELS, enumName: 'TestValueChannel', example: 'card' })
  readonly channel!: Channel;

  @ApiProperty({ example: '4000000000009995' })
  readonly value!: string;

  @ApiProperty({ enum: RESULTS, enumName: 'TestValueResult', example: 'declined' })
  readonly result!: Result;

  @ApiProperty({ example: false, description: 'Whether the customer has to authenticate first.' })
  readonly requiresAction!: boolean;

  @ApiProperty({ type: FailureDto, nullable: true })
  readonly failure!: FailureDto | null;

  @ApiProperty({ example: 'Declined: insufficient funds.' })
  readonly description!: string;

  static from({ channel, value, outcome, description }: TestValue): TestValueDto {
    return {
      channel,
      value,
      result: outcome.result,
      requiresAction: outcome.authentication,
      failure: outcome.failure,
      description,
    };
  }
}

/** A bank account that payouts can go to. */
export class TestBankAccountDto {
  @ApiProperty({ example: 'ba_account_closed', description: 'For `bankAccount` of a payout.' })
  readonly token!: string;

  @ApiProperty({ example: ROUTING_NUMBER })
  readonly routingNumber!: string;

  @ApiProperty({ example: '000111111113' })
  readonly accountNumber!: string;

  @ApiProperty({ type: String, nullable: true, example: 'account_closed', description: 'Null: payouts arrive.' })
  readonly failureCode!: string | null;

  static from({ token, accountNumber, failure }: BankAccount): TestBankAccountDto {
    return { token, routingNumber: ROUTING_NUMBER, accountNumber, failureCode: failure?.code ?? null };
  }
}

export class TestValueListDto {
  @ApiProperty({ type: [TestValueDto] })
  readonly data!: TestValueDto[];

  @ApiProperty({ type: [TestBankAccountDto], description: 'Where payouts can go; no filter selects among them.' })
  readonly bankAccounts!: TestBankAccountDto[];
}
