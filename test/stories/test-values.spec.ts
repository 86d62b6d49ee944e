import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { expectInvalid } from '../support/http.js';
import { bodyOf, Merchant, newCharge } from '../support/merchant.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ PAYMENT_PROCESSING_DELAY_MS: '5', TEST_AMOUNTS: 'range' });
});
afterAll(() => gateway.stop());

interface Row {
  readonly channel: 'header' | 'card' | 'token' | 'amount' | 'customer_name';
  readonly value: string;
  readonly result: 'approved' | 'declined' | 'stays_pending';
  readonly requiresAction: boolean;
  readonly failure: Failure | null;
  readonly description: string;
}

interface Failure {
  readonly code: string;
  readonly declineCode: string | null;
  readonly message: string;
  readonly advice: string;
}

interface Payment {
  readonly id: string;
  readonly status: string;
  readonly amountCaptured: number;
  readonly failure: Failure | null;
  readonly nextAction: { readonly type: string; readonly url: string } | null;
  readonly paymentMethod: { readonly id: string; readonly brand: string; readonly last4: string } | null;
}

type End =
  | 'pays'
  | 'pending'
  | readonly [code: string, declineCode: string | null, advice: 'retry' | 'do_not_retry' | 'try_another_card'];
/** What becomes of a charge, and whether the customer is asked first. */
type Expected = End | { readonly after3ds: End };

const GENERIC = ['card_declined', 'generic_decline', 'try_another_card'] as const;
const INSUFFICIENT = ['card_declined', 'insufficient_funds', 'try_another_card'] as const;
const FRAUD = ['card_declined', 'fraudulent', 'do_not_retry'] as const;
const PROCESSING = ['processing_error', null, 'retry'] as const;
const EXPIRED = ['expired_card', null, 'try_another_card'] as const;
const CVC = ['incorrect_cvc', null, 'retry'] as const;
const NUMBER = ['incorrect_number', null, 'try_another_card'] as const;

/** Number, ready-made token, what becomes of it: by hand, from the documents of the providers. */
const CARDS: readonly (readonly [number: string, token: string, expected: Expected, brand: string])[] = [
  ['4242424242424242', 'pm_card_visa', 'pays', 'visa'],
  ['4000056655665556', 'pm_card_visa_debit', 'pays', 'visa'],
  ['5555555555554444', 'pm_card_mastercard', 'pays', 'mastercard'],
  ['2223003122003222', 'pm_card_mastercard_2series', 'pays', 'mastercard'],
  ['5200828282828210', 'pm_card_mastercard_debit', 'pays', 'mastercard'],
  ['5105105105105100', 'pm_card_mastercard_prepaid', 'pays', 'mastercard'],
  ['378282246310005', 'pm_card_amex', 'pays', 'amex'],
  ['6011111111111117', 'pm_card_discover', 'pays', 'discover'],
  ['3056930009020004', 'pm_card_diners', 'pays', 'diners'],
  ['3566002020360505', 'pm_card_jcb', 'pays', 'jcb'],
  ['6200000000000005', 'pm_card_unionpay', 'pays', 'unionpay'],
  ['4000000000000002', 'pm_card_chargeDeclined', GENERIC, 'visa'],
  ['4000000000009995', 'pm_card_chargeDeclinedInsufficientFunds', INSUFFICIENT, 'visa'],
  ['4000000000009987', 'pm_card_chargeDeclinedLostCard', ['card_declined', 'lost_card', 'do_not_retry'], 'visa'],
  ['4000000000009979', 'pm_card_chargeDeclinedStolenCard', ['card_declined', 'stolen_card', 'do_not_retry'], 'visa'],
  [
    '4000000000006975',
    'pm_card_chargeDeclinedVelocityLimitExceeded',
    ['card_declined', 'card_velocity_exceeded', 'retry'],
    'visa',
  ],
  ['4000000000000069', 'pm_card_chargeDeclinedExpiredCard', EXPIRED, 'visa'],
  ['4000000000000127', 'pm_card_chargeDeclinedIncorrectCvc', CVC, 'visa'],
  ['4000000000000119', 'pm_card_chargeDeclinedProcessingError', PROCESSING, 'visa'],
  ['4000000000000341', 'pm_card_chargeCustomerFail', GENERIC, 'visa'],
  ['4100000000000019', 'pm_card_radarBlock', FRAUD, 'visa'],
  ['4000000000004954', 'pm_card_riskLevelHighest', FRAUD, 'visa'],
  ['4000000000009235', 'pm_card_riskLevelElevated', 'pays', 'visa'],
  ['4000000000000101', 'pm_card_cvcCheckFail', 'pays', 'visa'],
  ['4000000000000036', 'pm_card_avsZipFail', 'pays', 'visa'],
  ['4000000000000028', 'pm_card_avsLine1Fail', 'pays', 'visa'],
  ['4000000000000010', 'pm_card_avsFail', 'pays', 'visa'],
  ['4000000000000044', 'pm_card_avsUnchecked', 'pays', 'visa'],
  ['4000002500003155', 'pm_card_authenticationRequiredOnSetup', { after3ds: 'pays' }, 'visa'],
  ['4000002760003184', 'pm_card_authenticationRequired', { after3ds: 'pays' }, 'visa'],
  ['4000003800000446', 'pm_card_authenticationRequiredSetupForOffSession', 'pays', 'visa'],
  [
    '4000008260003178',
    'pm_card_authenticationRequiredChargeDeclinedInsufficientFunds',
    { after3ds: INSUFFICIENT },
    'visa',
  ],
  ['4000008400001629', 'pm_card_threeDSecureRequiredChargeDeclined', { after3ds: GENERIC }, 'visa'],
  ['4000008400001280', 'pm_card_threeDSecureRequiredProcessingError', PROCESSING, 'visa'],
  ['4000000000003220', 'pm_card_threeDSecure2Required', { after3ds: 'pays' }, 'visa'],
  ['4000000000003055', 'pm_card_threeDSecureOptional', 'pays', 'visa'],
  ['4000000000000259', 'pm_card_createDispute', 'pays', 'visa'],
  ['4000000000002685', 'pm_card_createDisputeProductNotReceived', 'pays', 'visa'],
  ['4000000000001976', 'pm_card_createDisputeInquiry', 'pays', 'visa'],
  ['4000000000005423', 'pm_card_createIssuerFraudRecord', 'pays', 'visa'],
  ['4000000404000079', 'pm_card_createMultipleDisputes', 'pays', 'visa'],
  ['4000000000007726', 'pm_card_pendingRefund', 'pays', 'visa'],
  ['4000000000005126', 'pm_card_refundFail', 'pays', 'visa'],
  ['4000000000000077', 'pm_card_bypassPending', 'pays', 'visa'],
];
const REFUSED_CARD = '4242424242424241';

const RANGE_REASONS: Readonly<Record<string, readonly [string, 'retry' | 'do_not_retry' | 'try_another_card']>> = {
  2001: ['insufficient_funds', 'try_another_card'],
  2004: ['expired_card', 'try_another_card'],
  2010: ['incorrect_cvc', 'retry'],
  2014: ['fraudulent', 'do_not_retry'],
  2046: ['generic_decline', 'try_another_card'],
};

const LAST_DIGITS: readonly (readonly [row: string, digits: string, expected: Expected])[] = [
  ['…x05', '05', GENERIC],
  ['…x12', '12', ['card_declined', 'transaction_not_allowed', 'try_another_card']],
  ['…x14', '14', NUMBER],
  ['…x51', '51', INSUFFICIENT],
  ['…x54', '54', EXPIRED],
  ['…x62', '62', ['card_declined', 'restricted_card', 'try_another_card']],
];

const NAMES: readonly (readonly [name: string, expected: Expected])[] = [
  ['APPROVED', 'pays'],
  ['DECLINED', GENERIC],
  ['REFERRAL', ['card_declined', 'call_issuer', 'try_another_card']],
  ['ERROR', PROCESSING],
  ['BLOCK_CARD', ['card_declined', 'pickup_card', 'do_not_retry']],
  ['CARD_EXPIRED', EXPIRED],
  ['INVALID_AMOUNT', ['card_declined', 'invalid_amount', 'do_not_retry']],
  ['INVALID_CARD_NUMBER', NUMBER],
  ['ISSUER_UNAVAILABLE', ['card_declined', 'issuer_not_available', 'retry']],
  ['NOT_ENOUGH_BALANCE', INSUFFICIENT],
  ['PENDING', 'pending'],
  ['ACQUIRER_FRAUD', FRAUD],
  ['CANCELLED', ['canceled', null, 'do_not_retry']],
  ['SHOPPER_CANCELLED', ['shopper_canceled', null, 'do_not_retry']],
];

const HEADERS: readonly (readonly [value: string, expected: Expected])[] = [
  ['approved', 'pays'],
  ['pending', 'pending'],
  ['requires_action', { after3ds: 'pays' }],
  ['requires_action_then_declined', { after3ds: GENERIC }],
  ['refund_pending', 'pays'],
  ['refund_fails_later', 'pays'],
  ['generic_decline', GENERIC],
  ['insufficient_funds', INSUFFICIENT],
  ['lost_card', ['card_declined', 'lost_card', 'do_not_retry']],
  ['stolen_card', ['card_declined', 'stolen_card', 'do_not_retry']],
  ['card_velocity_exceeded', ['card_declined', 'card_velocity_exceeded', 'retry']],
  ['fraudulent', FRAUD],
  ['call_issuer', ['card_declined', 'call_issuer', 'try_another_card']],
  ['pickup_card', ['card_declined', 'pickup_card', 'do_not_retry']],
  ['invalid_amount', ['card_declined', 'invalid_amount', 'do_not_retry']],
  ['issuer_not_available', ['card_declined', 'issuer_not_available', 'retry']],
  ['restricted_card', ['card_declined', 'restricted_card', 'try_another_card']],
  ['transaction_not_allowed', ['card_declined', 'transaction_not_allowed', 'try_another_card']],
  ['canceled', ['canceled', null, 'do_not_retry']],
  ['shopper_canceled', ['shopper_canceled', null, 'do_not_retry']],
  ['expired_card', EXPIRED],
  ['incorrect_cvc', CVC],
  ['incorrect_number', NUMBER],
  ['processing_error', PROCESSING],
];

const catalogue = async (search = ''): Promise<Row[]> =>
  bodyOf(await gateway.request<{ data: Row[] }>('GET', `/test-values${search}`), 200).data;

const getPayment = async (merchant: Merchant, id: string): Promise<Payment> =>
  (await merchant.gets(id)) as unknown as Payment;

/** Charges, and sees that it ends as it should; answers the payment in the end. */
async function proves(
  merchant: Merchant,
  charge: Readonly<Record<string, unknown>>,
  expected: Expected,
  headers: Readonly<Record<string, string>> = {},
): Promise<Payment> {
  const answer = await merchant.gateway.request<Payment>('POST', '/payments/charge', {
    headers: { ...merchant.withKey, ...headers },
    json: newCharge(charge),
  });
  const { id, status, nextAction } = bodyOf(answer, 201);
  if (typeof expected === 'object' && 'after3ds' in expected) {
    expect({ status, nextAction }).toEqual({
      status: 'requires_action',
      nextAction: {
        type: 'redirect',
        url: expect.stringContaining(`/3ds/${id}/`),
        expiresAt: expect.stringMatching(/Z$/),
      },
    });
    const answered = await merchant.asks<Payment>('POST', `/payments/${id}/authenticate`, {
      json: { result: 'succeeded' },
    });
    expectEnd(bodyOf(answered, 200), expected.after3ds);
    return answered.body;
  }
  expect({ status, nextAction }).toEqual({ status: 'pending', nextAction: undefined });
  if (expected === 'pending') {
    // What was charged later is over, and this one is not.
    await merchant.receives();
    const payment = await getPayment(merchant, id);
    expectEnd(payment, expected);
    return payment;
  }
  const payment = await eventually(
    `payment ${id} to end`,
    () => getPayment(merchant, id),
    (seen) => seen.status !== 'pending',
  );
  expectEnd(payment, expected);
  return payment;
}

function expectEnd({ status, failure, amountCaptured, nextAction }: Payment, end: End): void {
  if (typeof end === 'string') {
    expect({ status, failure, paid: amountCaptured > 0 }).toEqual(
      end === 'pays'
        ? { status: 'completed', failure: null, paid: true }
        : { status: 'pending', failure: null, paid: false },
    );
    return;
  }
  const [code, declineCode, advice] = end;
  expect({ status, failure, amountCaptured, nextAction }).toEqual({
    status: 'failed',
    failure: { code, declineCode, advice, message: expect.stringMatching(/^[A-Z].+\.$/) },
    amountCaptured: 0,
    nextAction: null,
  });
}

const rangeEnd = (amount: string): Expected => {
  const [reason, advice] = RANGE_REASONS[amount.slice(0, 4)] ?? ['generic_decline', 'try_another_card'];
  return [amount.slice(0, 4), reason, advice];
};

/** Begins all proofs of a group at once; each test then waits for its own. */
function together<T>(rows: readonly T[], prove: (row: T) => Promise<unknown>): (row: T) => Promise<unknown> {
  const proofs = new Map<T, Promise<unknown>>();
  beforeAll(() => {
    for (const row of rows) {
      const proof = prove(row);
      proof.catch(() => undefined);
      proofs.set(row, proof);
    }
  });
  return (row) => proofs.get(row) ?? Promise.reject(new Error(`Nothing proves ${JSON.stringify(row)}.`));
}

describe('Every test value of the catalogue', () => {
  it('is one that is proved here, and nothing that is proved here is missing', async () => {
    const values = (rows: readonly Row[], channel: string): string[] =>
      rows
        .filter((row) => row.channel === channel)
        .map(({ value }) => value)
        .sort();
    const rows = await catalogue();
    expect(values(rows, 'card')).toEqual([...CARDS.map(([number]) => number), REFUSED_CARD].sort());
    expect(values(rows, 'token')).toEqual(CARDS.map(([, token]) => token).sort());
    expect(values(rows, 'amount')).toEqual(
      [
        ...Object.keys(RANGE_REASONS).map((whole) => `${whole}.00`),
        '2000.00–2999.99',
        ...LAST_DIGITS.map(([row]) => row),
      ].sort(),
    );
    expect(values(rows, 'customer_name')).toEqual(NAMES.map(([name]) => name).sort());
    expect(values(rows, 'header')).toEqual(HEADERS.map(([value]) => value).sort());
    expect(new Set(rows.map(({ channel, value }) => `${channel} ${value}`)).size).toBe(rows.length);
  });

  it('is served with what becomes of it, and can be filtered by channel and result', async () => {
    const expected = new Map<string, Expected>([
      ...CARDS.flatMap(
        ([number, token, end]) =>
          [
            [`card ${number}`, end],
            [`token ${token}`, end],
          ] as const,
      ),
      [`card ${REFUSED_CARD}`, NUMBER],
      ...Object.keys(RANGE_REASONS).map((whole) => [`amount ${whole}.00`, rangeEnd(whole)] as const),
      ['amount 2000.00–2999.99', GENERIC],
      ...LAST_DIGITS.map(([row, , end]) => [`amount ${row}`, end] as const),
      ...NAMES.map(([name, end]) => [`customer_name ${name}`, end] as const),
      ...HEADERS.map(([value, end]) => [`header ${value}`, end] as const),
    ]);
    const rows = await catalogue();
    for (const { channel, value, result, requiresAction, failure, description } of rows) {
      const whole = expected.get(`${channel} ${value}`) ?? 'pending';
      const after = typeof whole === 'object' && 'after3ds' in whole;
      const end = after ? whole.after3ds : whole;
      const [code, declineCode, advice] = typeof end === 'string' ? [null, null, null] : end;
      expect({
        value,
        result,
        requiresAction,
        failure: failure && [failure.code, failure.declineCode, failure.advice],
      }).toEqual({
        value,
        result: end === 'pays' ? 'approved' : end === 'pending' ? 'stays_pending' : 'declined',
        requiresAction: after,
        failure: code === null ? null : [code, declineCode, advice],
      });
      expect(description).toMatch(/\.$/);
    }
    expect(await catalogue('?channel=card')).toEqual(rows.filter(({ channel }) => channel === 'card'));
    expect(await catalogue('?channel=header&result=stays_pending')).toEqual(
      rows.filter(({ channel, result }) => channel === 'header' && result === 'stays_pending'),
    );
    expectInvalid(await gateway.request('GET', '/test-values?channel=carrier_pigeon'), {
      loc: ['query', 'channel'],
      type: 'enum',
    });
  });
});

describe('A test card', () => {
  const proof = together(CARDS, async ([number, token, expected, brand]) => {
    const merchant = await Merchant.joins(gateway);
    const card = {
      number,
      expMonth: 12,
      expYear: new Date().getUTCFullYear() + 3,
      cvc: brand === 'amex' ? '1234' : '123',
    };
    const method = bodyOf(
      await merchant.asks<{ id: string; brand: string; last4: string }>('POST', '/payment-methods', { json: card }),
      201,
    );
    expect(method).toMatchObject({ brand, last4: number.slice(-4) });
    const [own, readyMade] = await Promise.all([
      proves(merchant, { paymentMethod: method.id }, expected),
      proves(merchant, { paymentMethod: token }, expected),
    ]);
    expect(own.paymentMethod).toEqual({ id: method.id, brand, last4: number.slice(-4) });
    expect(readyMade.paymentMethod).toEqual({ id: token, brand, last4: number.slice(-4) });
  });

  it.each(CARDS.map((row) => ({ number: row[0], token: row[1], row })))(
    '$number and its token $token end as the catalogue says',
    ({ row }) => proof(row),
  );

  it('4242424242424241 is refused when it is turned into a payment method', async () => {
    const merchant = await Merchant.joins(gateway);
    const answer = await merchant.asks<{ code: string }>('POST', '/payment-methods', {
      json: { number: REFUSED_CARD, expMonth: 12, expYear: 2040, cvc: '123' },
    });
    expect(answer.status).toBe(422);
    expect(answer.body.code).toBe('incorrect_number');
  });

  it('4000000000000127 pays where no security code was sent', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = bodyOf(
      await merchant.asks<{ id: string }>('POST', '/payment-methods', {
        json: { number: '4000000000000127', expMonth: 12, expYear: 2040 },
      }),
      201,
    );
    await proves(merchant, { paymentMethod: id }, 'pays');
  });
});

describe('The header X-Simulate', () => {
  const proof = together(HEADERS, async ([value, expected]) =>
    proves(await Merchant.joins(gateway), {}, expected, { 'x-simulate': value }),
  );

  it.each(HEADERS.map((row) => ({ value: row[0], row })))('$value decides the outcome', ({ row }) => proof(row));

  it.each(['', 'Approved', 'nothing', 'toString', '__proto__', 'authentication_failed', 'approved, pending'])(
    '%j, which names no outcome, is refused',
    async (value) => {
      const merchant = await Merchant.joins(gateway);
      const answer = await gateway.request('POST', '/payments/charge', {
        headers: { ...merchant.withKey, 'x-simulate': value },
        json: newCharge(),
      });
      expectInvalid(answer, { loc: ['header', 'X-Simulate'], type: 'enum' });
    },
  );
});

describe('The customer name', () => {
  const others = ['Declined', 'DECLINED Ltd', 'toString', '__proto__', 'constructor'];
  const proof = together(NAMES, async ([customerName, expected]) =>
    proves(await Merchant.joins(gateway), { customerName }, expected),
  );
  const proofOfOther = together(others, async (customerName) =>
    proves(await Merchant.joins(gateway), { customerName }, 'pays'),
  );

  it.each(NAMES.map((row) => ({ name: row[0], row })))('$name decides the outcome', ({ row }) => proof(row));

  it.each(others)('%s is one like any other', (name) => proofOfOther(name));
});

describe('An amount', () => {
  const declined = [
    '2000.00',
    '2000.01',
    '2001.00',
    '2001.99',
    '2004.00',
    '2010.00',
    '2014.00',
    '2046.00',
    '2500.50',
    '2999.00',
    '2999.99',
  ];
  const paid = [0.01, 20, 1999.99, 3000, 3000.01, 20_000, 200_100, 20.01, 12.05, 1.51];
  const elsewhere = [
    { currency: 'JPY', paymentAmount: 2001, expected: ['2001', 'insufficient_funds', 'try_another_card'] },
    { currency: 'JPY', paymentAmount: 2999, expected: ['2999', 'generic_decline', 'try_another_card'] },
    { currency: 'JPY', paymentAmount: 3000, expected: 'pays' },
    { currency: 'JPY', paymentAmount: 200_100, expected: 'pays' },
    { currency: 'KWD', paymentAmount: 2001.001, expected: ['2001', 'insufficient_funds', 'try_another_card'] },
    { currency: 'KWD', paymentAmount: 1999.999, expected: 'pays' },
    { currency: 'KWD', paymentAmount: 2999.999, expected: ['2999', 'generic_decline', 'try_another_card'] },
  ] as const;
  const proofOfDecline = together(declined, async (amount) =>
    proves(await Merchant.joins(gateway), { paymentAmount: Number(amount) }, rangeEnd(amount)),
  );
  const proofOfPaid = together(paid, async (paymentAmount) =>
    proves(await Merchant.joins(gateway), { paymentAmount }, 'pays'),
  );
  const proofElsewhere = together(elsewhere, async ({ expected, ...charge }) =>
    proves(await Merchant.joins(gateway), charge, expected),
  );

  it.each(declined)('of %s is declined, with the whole amount as the code', (amount) => proofOfDecline(amount));

  it.each(paid)('of %s pays', (amount) => proofOfPaid(amount));

  it.each(elsewhere.map((row) => ({ ...row, row })))('in $currency counts in major units: $paymentAmount', ({ row }) =>
    proofElsewhere(row),
  );
});

describe('Of several test values in one charge', () => {
  const rows: readonly (readonly [
    what: string,
    charge: Readonly<Record<string, unknown>>,
    headers: Readonly<Record<string, string>>,
    expected: Expected,
  ])[] = [
    [
      'the header comes before all',
      { paymentMethod: 'pm_card_chargeDeclinedLostCard', paymentAmount: 2001, customerName: 'DECLINED' },
      { 'x-simulate': 'approved' },
      'pays',
    ],
    [
      'the header comes before a card that pays',
      { paymentMethod: 'pm_card_visa' },
      { 'x-simulate': 'expired_card' },
      EXPIRED,
    ],
    [
      'the payment method comes before amount and name',
      { paymentMethod: 'pm_card_chargeDeclinedLostCard', paymentAmount: 2001, customerName: 'ERROR' },
      {},
      ['card_declined', 'lost_card', 'do_not_retry'],
    ],
    [
      'a card that pays, too',
      { paymentMethod: 'pm_card_visa', paymentAmount: 2001, customerName: 'ERROR' },
      {},
      'pays',
    ],
    [
      'the amount comes before the name',
      { paymentAmount: 2014, customerName: 'APPROVED' },
      {},
      ['2014', 'fraudulent', 'do_not_retry'],
    ],
    ['the name comes before the default', { customerName: 'ERROR' }, {}, PROCESSING],
    ['without any, it pays', {}, {}, 'pays'],
  ];
  const proof = together(rows, async ([, charge, headers, expected]) =>
    proves(await Merchant.joins(gateway), charge, expected, headers),
  );

  it.each(rows.map((row) => ({ what: row[0], row })))('$what', ({ row }) => proof(row));
});

describe('TEST_AMOUNTS', () => {
  it('last_digits decides by the last digits of three or more, and not by the range', async () => {
    const other = await startGateway({ PAYMENT_PROCESSING_DELAY_MS: '5', TEST_AMOUNTS: 'last_digits' });
    try {
      const merchant = await Merchant.joins(other);
      await Promise.all([
        ...LAST_DIGITS.flatMap(([, digits, expected]) =>
          [1, 10, 1049].map((whole) => proves(merchant, { paymentAmount: Number(`${whole}.${digits}`) }, expected)),
        ),
        proves(merchant, { paymentAmount: 1005, currency: 'JPY' }, GENERIC),
        proves(merchant, { paymentAmount: 0.05 }, 'pays'),
        proves(merchant, { paymentAmount: 2001 }, 'pays'),
        proves(merchant, { paymentAmount: 10.5 }, 'pays'),
        proves(merchant, { paymentAmount: 10.05, customerName: 'APPROVED' }, GENERIC),
      ]);
    } finally {
      await other.stop();
    }
  });

  it('off leaves every amount alone', async () => {
    const other = await startGateway({ PAYMENT_PROCESSING_DELAY_MS: '5' });
    try {
      const merchant = await Merchant.joins(other);
      await Promise.all([
        proves(merchant, { paymentAmount: 2001 }, 'pays'),
        proves(merchant, { paymentAmount: 10.05 }, 'pays'),
        proves(merchant, { paymentAmount: 2001, customerName: 'ERROR' }, PROCESSING),
      ]);
    } finally {
      await other.stop();
    }
  });
});
