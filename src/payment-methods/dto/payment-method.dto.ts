import { PageQuery } from '../../platform/http/page-query.dto.js';
import { ApiProperty } from '@nestjs/swagger';
import { publicId } from '../../platform/worlds/world-ids.js';
import { holdsCardNumber } from '../../platform/common/card-numbers.js';
import type { Page } from '../../platform/database/page.js';
import { TextField } from '../../platform/validation/fields.js';
import { IntegerField } from '../../platform/validation/number-field.js';
import { type Rule, Satisfies } from '../../platform/validation/rule.js';
import { CHECK_RESULTS, type CheckResult } from '../../simulation/outcome.js';
import { type Brand, BRANDS, type Funding, FUNDINGS } from '../../simulation/test-cards.js';
import type { PaymentMethod } from '../payment-method.schema.js';
import type { NewCard } from '../new-method.js';

/** Refuses a card number in a field that is stored. */
const noCardNumber: Rule = {
  type: 'card_number_refused',
  msg: 'A card number does not belong here',
  hidden: true,
  test: (value) => typeof value !== 'string' || !holdsCardNumber(value),
};

export class CreatePaymentMethodDto {
  @TextField({
    description: 'The number of a test card (GET /test-values), with or without spaces. Real cards are refused.',
    example: '4242424242424242',
    maxLength: 40,
    hidden: true,
  })
  readonly number!: string;

  @IntegerField({ description: 'Month of expiry.', example: 12, min: 0, max: 99 })
  readonly expMonth!: number;

  @IntegerField({ description: 'Year of expiry, four digits.', example: 2030, min: 0, max: 9999 })
  readonly expYear!: number;

  @TextField({
    description: 'The security code: 3 digits, 4 for American Express. Never stored.',
    example: '123',
    maxLength: 10,
    optional: true,
    hidden: true,
  })
  readonly cvc?: string | null;

  @Satisfies(noCardNumber)
  @TextField({ description: 'Whose card it is.', example: 'Jenny Rosen', maxLength: 200, optional: true })
  readonly holderName?: string | null;

  @Satisfies(noCardNumber)
  @TextField({ description: 'Postal code of the billing address.', example: '10115', maxLength: 20, optional: true })
  readonly postalCode?: string | null;

  @Satisfies(noCardNumber)
  @TextField({
    description: 'First line of the billing address; only checked, not stored.',
    example: 'Invalidenstr. 116',
    maxLength: 200,
    optional: true,
  })
  readonly addressLine?: string | null;

  toCard(): NewCard {
    return {
      number: this.number.replace(/[ -]/g, ''),
      expMonth: this.expMonth,
      expYear: this.expYear,
      cvc: this.cvc ?? null,
      holderName: this.holderName ?? null,
      postalCode: this.postalCode ?? null,
      addressLine: this.addressLine ?? null,
    };
  }
}

export class ChecksDto {
  @ApiProperty({ enum: CHECK_RESULTS, enumName: 'CheckResult', example: 'pass' })
  readonly cvc!: CheckResult;

  @ApiProperty({ enum: CHECK_RESULTS, enumName: 'CheckResult', example: 'pass' })
  readonly postalCode!: CheckResult;

  @ApiProperty({ enum: CHECK_RESULTS, enumName: 'CheckResult', example: 'unchecked' })
  readonly addressLine!: CheckResult;
}

export class ListPaymentMethodsDto extends PageQuery('pm') {}

export class PaymentMethodDto {
  @ApiProperty({ example: 'pm_0193a5e2c7f11b2c3d4e5f60' })
  readonly id!: string;

  @ApiProperty({ enum: BRANDS, enumName: 'CardBrand', example: 'visa' })
  readonly brand!: Brand;

  @ApiProperty({ enum: FUNDINGS, enumName: 'CardFunding', example: 'credit' })
  readonly funding!: Funding;

  @ApiProperty({ example: '4242' })
  readonly last4!: string;

  @ApiProperty({ type: 'integer', example: 12 })
  readonly expMonth!: number;

  @ApiProperty({ type: 'integer', example: 2030 })
  readonly expYear!: number;

  @ApiProperty({ example: '9f86d081884c7d65', description: 'The same for the same card.' })
  readonly fingerprint!: string;

  @ApiProperty({ type: String, nullable: true, example: 'Jenny Rosen' })
  readonly holderName!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '10115' })
  readonly postalCode!: string | null;

  @ApiProperty({ type: ChecksDto, description: 'What the issuer says of what was sent.' })
  readonly checks!: ChecksDto;

  @ApiProperty({ type: String, format: 'date-time', example: '2025-11-06T11:13:58.910Z' })
  readonly createdAt!: Date;

  static from(method: PaymentMethod): PaymentMethodDto {
    const { _id, brand, funding, last4, expMonth, expYear, fingerprint, holderName, postalCode, checks, createdAt } =
      method;
    return {
      id: publicId(_id),
      brand,
      funding,
      last4,
      expMonth,
      expYear,
      fingerprint,
      holderName,
      postalCode,
      checks,
      createdAt,
    };
  }
}

export class PaymentMethodPageDto {
  @ApiProperty({ type: [PaymentMethodDto] })
  readonly data!: PaymentMethodDto[];

  @ApiProperty({ example: false, description: 'Whether there are more beyond this page.' })
  readonly hasMore!: boolean;

  static from({ data, hasMore }: Page<PaymentMethod>): PaymentMethodPageDto {
    return { data: data.map((method) => PaymentMethodDto.from(method)), hasMore };
  }
}
