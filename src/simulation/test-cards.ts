import { APPROVED, authenticated, type CheckResult, declined, type DisputeScript, type Outcome } from './outcome.js';

export const BRANDS = ['visa', 'mastercard', 'amex', 'discover', 'diners', 'jcb', 'unionpay'] as const;
export type Brand = (typeof BRANDS)[number];
export const FUNDINGS = ['credit', 'debit', 'prepaid'] as const;
export type Funding = (typeof FUNDINGS)[number];

/** The results of the issuer's checks of the data that was sent with a card. */
export interface Checks {
  readonly cvc: CheckResult;
  readonly postalCode: CheckResult;
  readonly addressLine: CheckResult;
}

/** A card number with a fixed outcome. The numbers are those of the large providers' sandboxes. */
export interface TestCard {
  readonly number: string;
  /** The ready-made payment method of the card; null if the card can't become one. */
  readonly token: string | null;
  readonly brand: Brand;
  readonly funding: Funding;
  readonly outcome: Outcome;
  readonly description: string;
  readonly checks?: Partial<Checks>;
  /** The outcome applies only if a security code was sent; otherwise the card is approved. */
  readonly onlyWithCvc?: boolean;
  /** Once the card is set up for later use, payments without the customer need no 3-D Secure. */
  readonly unlessSetUp?: boolean;
  /** The card is declined, but can be attached to a customer nevertheless. */
  readonly attachable?: boolean;
}

type Extras = Partial<Pick<TestCard, 'brand' | 'funding' | 'checks' | 'onlyWithCvc' | 'unlessSetUp' | 'attachable'>>;

function card(
  number: string,
  token: string | null,
  outcome: Outcome,
  description: string,
  extras: Extras = {},
): TestCard {
  return { brand: 'visa', funding: 'credit', ...extras, number, token, outcome, description };
}

const refunds = (behaviour: Outcome['refunds']): Outcome => ({ ...APPROVED, refunds: behaviour });

const disputed = (dispute: DisputeScript): Outcome => ({ ...APPROVED, dispute });

export const TEST_CARDS: readonly TestCard[] = [
  card('4242424242424242', 'pm_card_visa', APPROVED, 'Visa: pays.'),
  card('4000056655665556', 'pm_card_visa_debit', APPROVED, 'Visa debit: pays.', { funding: 'debit' }),
  card('5555555555554444', 'pm_card_mastercard', APPROVED, 'Mastercard: pays.', { brand: 'mastercard' }),
  card('2223003122003222', 'pm_card_mastercard_2series', APPROVED, 'Mastercard of the 2-series: pays.', {
    brand: 'mastercard',
  }),
  card('5200828282828210', 'pm_card_mastercard_debit', APPROVED, 'Mastercard debit: pays.', {
    brand: 'mastercard',
    funding: 'debit',
  }),
  card('5105105105105100', 'pm_card_mastercard_prepaid', APPROVED, 'Mastercard prepaid: pays.', {
    brand: 'mastercard',
    funding: 'prepaid',
  }),
  card('378282246310005', 'pm_card_amex', APPROVED, 'American Express: pays; 3-D Secure is not supported.', {
    brand: 'amex',
  }),
  card('6011111111111117', 'pm_card_discover', APPROVED, 'Discover: pays.', { brand: 'discover' }),
  card('3056930009020004', 'pm_card_diners', APPROVED, 'Diners Club: pays.', { brand: 'diners' }),
  card('3566002020360505', 'pm_card_jcb', APPROVED, 'JCB: pays.', { brand: 'jcb' }),
  card('6200000000000005', 'pm_card_unionpay', APPROVED, 'UnionPay: pays.', { brand: 'unionpay' }),

  card('4000000000000002', 'pm_card_chargeDeclined', declined('generic_decline'), 'Declined without a reason.'),
  card(
    '4000000000009995',
    'pm_card_chargeDeclinedInsufficientFunds',
    declined('insufficient_funds'),
    'Declined: insufficient funds.',
  ),
  card('4000000000009987', 'pm_card_chargeDeclinedLostCard', declined('lost_card'), 'Declined: reported lost.'),
  card('4000000000009979', 'pm_card_chargeDeclinedStolenCard', declined('stolen_card'), 'Declined: reported stolen.'),
  card(
    '4000000000006975',
    'pm_card_chargeDeclinedVelocityLimitExceeded',
    declined('card_velocity_exceeded'),
    'Declined: used too often of late.',
  ),
  card('4000000000000069', 'pm_card_chargeDeclinedExpiredCard', declined('expired_card'), 'Declined: expired.'),
  card(
    '4000000000000127',
    'pm_card_chargeDeclinedIncorrectCvc',
    declined('incorrect_cvc'),
    'Declined: wrong security code, where one was sent.',
    { onlyWithCvc: true, checks: { cvc: 'fail' } },
  ),
  card(
    '4000000000000119',
    'pm_card_chargeDeclinedProcessingError',
    declined('processing_error'),
    'Declined: error while processing.',
  ),
  card(
    '4242424242424241',
    null,
    declined('incorrect_number'),
    'Refused when it is turned into a payment method: the number fails its checksum.',
  ),
  card(
    '4000000000000341',
    'pm_card_chargeCustomerFail',
    declined('generic_decline'),
    'Becomes a payment method, and every charge of it is declined.',
    { attachable: true },
  ),
  card('4100000000000019', 'pm_card_radarBlock', declined('fraudulent'), 'Blocked as fraudulent.'),
  card('4000000000004954', 'pm_card_riskLevelHighest', declined('fraudulent'), 'Blocked: of the highest risk.'),
  card('4000000000009235', 'pm_card_riskLevelElevated', APPROVED, 'Of elevated risk, and pays.'),

  card('4000000000000101', 'pm_card_cvcCheckFail', APPROVED, 'Pays; the check of the security code fails.', {
    checks: { cvc: 'fail' },
  }),
  card('4000000000000036', 'pm_card_avsZipFail', APPROVED, 'Pays; the check of the postal code fails.', {
    checks: { postalCode: 'fail' },
  }),
  card('4000000000000028', 'pm_card_avsLine1Fail', APPROVED, 'Pays; the check of the address line fails.', {
    checks: { addressLine: 'fail' },
  }),
  card('4000000000000010', 'pm_card_avsFail', APPROVED, 'Pays; the checks of postal code and address line fail.', {
    checks: { postalCode: 'fail', addressLine: 'fail' },
  }),
  card('4000000000000044', 'pm_card_avsUnchecked', APPROVED, 'Pays; postal code and address line are not checked.', {
    checks: { postalCode: 'unchecked', addressLine: 'unchecked' },
  }),

  card(
    '4000002500003155',
    'pm_card_authenticationRequiredOnSetup',
    authenticated(APPROVED),
    'Requires 3-D Secure, then pays.',
    { unlessSetUp: true },
  ),
  card(
    '4000002760003184',
    'pm_card_authenticationRequired',
    authenticated(APPROVED),
    'Always requires 3-D Secure, then pays.',
  ),
  card(
    '4000003800000446',
    'pm_card_authenticationRequiredSetupForOffSession',
    APPROVED,
    'Set up for 3-D Secure already: pays.',
  ),
  card(
    '4000008260003178',
    'pm_card_authenticationRequiredChargeDeclinedInsufficientFunds',
    authenticated(declined('insufficient_funds')),
    'Requires 3-D Secure, then is declined: insufficient funds.',
  ),
  card(
    '4000008400001629',
    'pm_card_threeDSecureRequiredChargeDeclined',
    authenticated(declined('generic_decline')),
    'Requires 3-D Secure, then is declined.',
  ),
  card(
    '4000008400001280',
    'pm_card_threeDSecureRequiredProcessingError',
    declined('processing_error'),
    'Requires 3-D Secure, which cannot be looked up: declined.',
  ),
  card(
    '4000000000003220',
    'pm_card_threeDSecure2Required',
    authenticated(APPROVED),
    'Requires 3-D Secure 2, then pays.',
  ),
  card(
    '4000000000003055',
    'pm_card_threeDSecureOptional',
    APPROVED,
    'Supports 3-D Secure and does not require it: pays.',
  ),

  card(
    '4000000000000259',
    'pm_card_createDispute',
    disputed('fraudulent'),
    'Pays; the customer disputes it later as fraudulent.',
  ),
  card(
    '4000000000002685',
    'pm_card_createDisputeProductNotReceived',
    disputed('product_not_received'),
    'Pays; the customer disputes it later: the product was not received.',
  ),
  card(
    '4000000000001976',
    'pm_card_createDisputeInquiry',
    disputed('inquiry'),
    "Pays; the customer's bank inquires about it later.",
  ),
  card(
    '4000000000005423',
    'pm_card_createIssuerFraudRecord',
    disputed('fraud_warning'),
    "Pays; the customer's bank warns of fraud later.",
  ),
  card(
    '4000000404000079',
    'pm_card_createMultipleDisputes',
    disputed('multiple'),
    'Pays; the customer disputes it later in two parts.',
  ),
  card(
    '4000000000007726',
    'pm_card_pendingRefund',
    refunds('pending'),
    'Pays; its refunds are pending for a while, then complete.',
  ),
  card('4000000000005126', 'pm_card_refundFail', refunds('fails_later'), 'Pays; its refunds complete, and fail later.'),
  card(
    '4000000000000077',
    'pm_card_bypassPending',
    { ...APPROVED, fundsAtOnce: true },
    'Pays; the funds are available at once.',
  ),
];

const BY_NUMBER = new Map(TEST_CARDS.map((each) => [each.number, each]));
const BY_TOKEN = new Map(TEST_CARDS.flatMap((each) => (each.token === null ? [] : [[each.token, each] as const])));

export function cardByNumber(number: string): TestCard | undefined {
  return BY_NUMBER.get(number);
}

export function cardByToken(token: string): TestCard | undefined {
  return BY_TOKEN.get(token);
}
