import { ApiProperty } from '@nestjs/swagger';
import { AmountField } from '../../payments/dto/amount-field.js';
import { CurrencyField, FITS_CURRENCY } from '../../payments/dto/currency-field.js';
import { MetadataField, OrderReferenceField } from '../../payments/dto/metadata-field.js';
import { PAYMENT_STATUSES, type PaymentStatus } from '../../payments/payment-lifecycle.js';
import { CAPTURE_MODES, type CaptureMode } from '../../payments/payment-state.js';
import { idPattern } from '../../platform/common/ids.js';
import { Money } from '../../platform/common/money.js';
import type { Page } from '../../platform/database/page.js';
import { PageQuery } from '../../platform/http/page-query.dto.js';
import { ChoiceField, Field, TextField, textRules } from '../../platform/validation/fields.js';
import { IntegerField } from '../../platform/validation/number-field.js';
import type { CheckoutFilter, NewCheckout } from '../checkout-sessions.service.js';
import { CHECKOUT_STATUSES, type CheckoutStatus } from '../checkout-state.js';
import type { CheckoutView } from '../checkout-view.js';
import { MAX_ITEM_NAME, MAX_LINE_ITEMS, MAX_QUANTITY, readLineItems } from '../line-items.js';
import { isSessionAddress } from '../session-address.js';

const HOUR_SECONDS = 3_600;
const MIN_LIFE_SECONDS = 60;
const DEFAULT_LIFE_SECONDS = 24 * HOUR_SECONDS;
const MAX_LIFE_SECONDS = 7 * 24 * HOUR_SECONDS;

/** A URL to which the browser goes; `{CHECKOUT_SESSION_ID}` in it stands for the id of the session. */
const SessionUrlField = (description: string, example: string): PropertyDecorator =>
  Field({ description, example }, { type: 'string', maxLength: 2048 }, [
    ...textRules({ maxLength: 2048 }),
    {
      type: 'url_parsing',
      msg: 'Input should be a valid URL with scheme http or https',
      ctx: { schemes: ['http', 'https'] },
      test: isSessionAddress,
    },
  ]);

export class LineItemDto {
  @ApiProperty({ example: 'Mug', minLength: 1, maxLength: MAX_ITEM_NAME })
  readonly name!: string;

  @ApiProperty({ example: 8, description: 'Of one, in major units of the currency; more than 0.' })
  readonly amount!: number;

  @ApiProperty({ type: 'integer', example: 2, minimum: 1, maximum: MAX_QUANTITY })
  readonly quantity!: number;
}

export class CreateCheckoutSessionDto {
  @AmountField(
    {
      description: 'All that is to be paid, in major units, with at most as many decimals as the currency has.',
      example: 20,
    },
    FITS_CURRENCY,
  )
  readonly amount!: number;

  @CurrencyField()
  readonly currency!: string;

  @Field(
    {
      description: 'What is bought. The sum of `amount` × `quantity` should equal the `amount` of the session.',
      example: [
        { name: 'Mug', amount: 8, quantity: 2 },
        { name: 'Shipping', amount: 4, quantity: 1 },
      ],
      optional: true,
    },
    { type: LineItemDto, isArray: true, minItems: 1, maxItems: MAX_LINE_ITEMS },
    [
      { type: 'list_type', msg: 'Input should be a valid list', test: Array.isArray },
      {
        type: 'list_length',
        msg: `List should have 1 to ${MAX_LINE_ITEMS} items`,
        ctx: { min_length: 1, max_length: MAX_LINE_ITEMS },
        test: (value) => Array.isArray(value) && value.length >= 1 && value.length <= MAX_LINE_ITEMS,
      },
    ],
  )
  readonly lineItems?: readonly unknown[] | null;

  @TextField({
    description: 'Who pays; the customer can change it on the page.',
    example: 'Jenny Rosen',
    minLength: 1,
    maxLength: 200,
    trimmed: true,
    optional: true,
  })
  readonly customerName?: string | null;

  @SessionUrlField(
    'Where the customer returns after paying. `{CHECKOUT_SESSION_ID}` in it becomes the id of the session. Anybody can open such a URL: fetch the session before you rely on it.',
    'https://merchant.invalid/orders/done?session={CHECKOUT_SESSION_ID}',
  )
  readonly successUrl!: string;

  @SessionUrlField(
    'Where the customer goes who leaves without paying; `{CHECKOUT_SESSION_ID}` as above.',
    'https://merchant.invalid/cart',
  )
  readonly cancelUrl!: string;

  @OrderReferenceField()
  readonly orderReference?: string | null;

  @ChoiceField(CAPTURE_MODES, {
    enumName: 'CaptureMode',
    description: '`manual` only authorizes: capture or void the payment within 7 days. `automatic` if not given.',
    example: 'automatic',
    optional: true,
  })
  readonly capture?: CaptureMode | null;

  @IntegerField({
    description: 'After so many seconds the session expires; a day if not given, 7 days at most.',
    example: DEFAULT_LIFE_SECONDS,
    min: MIN_LIFE_SECONDS,
    max: MAX_LIFE_SECONDS,
    optional: true,
  })
  readonly expiresInSeconds?: number | null;

  @MetadataField('Anything of your own; the payment has it too')
  readonly metadata?: Readonly<Record<string, string>> | null;

  /** Throws ValidationFailedError if the line items are wrong, or do not add up to the amount. */
  toCheckout(): NewCheckout {
    const amount = Money.ofMajor(this.amount, this.currency);
    return {
      amount,
      lineItems: this.lineItems ? readLineItems(this.lineItems, amount) : [],
      customerName: this.customerName?.trim() ?? null,
      successUrl: this.successUrl,
      cancelUrl: this.cancelUrl,
      orderReference: this.orderReference ?? null,
      metadata: this.metadata ?? {},
      capture: this.capture ?? 'automatic',
      expiresInSeconds: this.expiresInSeconds ?? DEFAULT_LIFE_SECONDS,
    };
  }
}

export class ListCheckoutSessionsDto extends PageQuery('cs') {
  @ChoiceField(CHECKOUT_STATUSES, {
    enumName: 'CheckoutStatus',
    description: 'Only sessions in this status.',
    optional: true,
  })
  readonly status?: CheckoutStatus;

  @TextField({
    description: 'Only the session whose latest attempt made this payment.',
    pattern: idPattern('txn'),
    optional: true,
  })
  readonly paymentId?: string;

  @OrderReferenceField()
  readonly orderReference?: string;

  toFilter(): CheckoutFilter {
    return {
      ...(this.status && { status: this.status }),
      ...(this.paymentId && { paymentId: this.paymentId }),
      ...(this.orderReference && { orderReference: this.orderReference }),
    };
  }
}

export class CheckoutSessionDto implements CheckoutView {
  @ApiProperty({ example: 'cs_0193a5e2c7f11b2c3d4e5f60' })
  readonly id!: string;

  @ApiProperty({
    format: 'uri',
    example: 'http://127.0.0.1:3000/checkout/0193a5e2c7f11b2c3d4e5f605d41402abc4b2a76b9719d911017c592',
    description: 'Send the browser of the customer there. Whoever has it can pay.',
  })
  readonly url!: string;

  @ApiProperty({
    enum: CHECKOUT_STATUSES,
    enumName: 'CheckoutStatus',
    example: 'open',
    description: '`completed`: the customer is done; `paymentStatus` says whether the money is there.',
  })
  readonly status!: CheckoutStatus;

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'The payment of the latest attempt: of a completed session, the one that paid.',
  })
  readonly paymentId!: string | null;

  @ApiProperty({
    enum: PAYMENT_STATUSES,
    enumName: 'PaymentStatus',
    nullable: true,
    example: null,
    description: 'The status of that payment, or null if it was deleted; in an event, as it was then.',
  })
  readonly paymentStatus!: PaymentStatus | null;

  @ApiProperty({ example: 20, description: 'In major units of the currency, as all amounts are.' })
  readonly amount!: number;

  @ApiProperty({ example: 'USD' })
  readonly currency!: string;

  @ApiProperty({ type: [LineItemDto] })
  readonly lineItems!: readonly LineItemDto[];

  @ApiProperty({ type: String, nullable: true, example: 'Jenny Rosen' })
  readonly customerName!: string | null;

  @ApiProperty({ example: 'https://merchant.invalid/orders/done?session={CHECKOUT_SESSION_ID}' })
  readonly successUrl!: string;

  @ApiProperty({ example: 'https://merchant.invalid/cart' })
  readonly cancelUrl!: string;

  @ApiProperty({ type: String, nullable: true, example: 'order-123' })
  readonly orderReference!: string | null;

  @ApiProperty({ enum: CAPTURE_MODES, enumName: 'CaptureMode', example: 'automatic' })
  readonly capture!: CaptureMode;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' }, example: { cart: '42' } })
  readonly metadata!: Readonly<Record<string, string>>;

  @ApiProperty({ type: String, format: 'date-time', example: '2025-11-06T11:13:58.910Z' })
  readonly createdAt!: Date;

  @ApiProperty({ type: String, format: 'date-time', example: '2025-11-07T11:13:58.910Z' })
  readonly expiresAt!: Date;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  readonly completedAt!: Date | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  readonly expiredAt!: Date | null;
}

export class CheckoutSessionPageDto {
  @ApiProperty({ type: [CheckoutSessionDto] })
  readonly data!: CheckoutSessionDto[];

  @ApiProperty({ example: false, description: 'Whether there are more beyond this page.' })
  readonly hasMore!: boolean;

  static from({ data, hasMore }: Page<CheckoutView>): CheckoutSessionPageDto {
    return { data: [...data], hasMore };
  }
}
