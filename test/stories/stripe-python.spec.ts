import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Gateway, startGateway } from '../support/gateway.js';
import { hasPython, pythonPackage } from '../support/python.js';

const execute = promisify(execFile);
const PROGRAM = fileURLToPath(new URL('../support/programs/stripe_scenarios.py', import.meta.url));

const error = (name: string, status: number | null, code: string | null, rest: object = {}): unknown =>
  expect.objectContaining({ class: name, status, code, ...rest });
const declined = (code: string, decline_code: string | null): unknown =>
  error('CardError', 402, code, { decline_code });
const invalid = (code: string | null, status = 400): unknown => error('InvalidRequestError', status, code);

/** What each scenario of stripe_scenarios.py has to see. */
const SEEN = {
  customers: {
    object: 'Customer',
    names: ['Ada', 'Ada Lovelace', 'Ada Lovelace'],
    metadata: [{ tier: 'gold' }, {}],
    found: [true],
    deleted: true,
    missing: invalid('resource_missing', 404),
  },
  payment_methods: {
    card: ['visa', '4242'],
    customer: [true, null],
    name: 'Ada',
    listed: [true],
    refused: declined('card_declined', 'generic_decline'),
  },
  payments: {
    statuses: ['requires_payment_method', 'requires_payment_method', 'succeeded'],
    received: 2500,
    charge: true,
    secret: true,
  },
  declines: {
    errors: {
      pm_card_chargeDeclined: declined('card_declined', 'generic_decline'),
      pm_card_chargeDeclinedInsufficientFunds: declined('card_declined', 'insufficient_funds'),
      pm_card_chargeDeclinedExpiredCard: error('CardError', 402, 'expired_card'),
      pm_card_chargeDeclinedIncorrectCvc: error('CardError', 402, 'incorrect_cvc', { param: 'cvc' }),
    },
    intent: ['requires_payment_method', 'generic_decline'],
  },
  three_d_secure: {
    status: 'requires_action',
    action: 'redirect_to_url',
    url: true,
    off_session: declined('authentication_required', 'authentication_required'),
  },
  capture_and_cancel: {
    held: ['requires_capture', 2000],
    captured: ['succeeded', 1500],
    canceled: ['canceled', 'abandoned'],
    again: invalid('payment_intent_unexpected_state'),
  },
  refunds: {
    amounts: [500, 1500],
    status: ['succeeded', 'succeeded'],
    metadata: '7',
    listed: 2,
    charge: [2000, true],
    too_much: invalid('charge_already_refunded'),
  },
  setup_intents: {
    statuses: ['requires_payment_method', 'succeeded', 'canceled'],
    later: 'succeeded',
    declined: declined('card_declined', 'generic_decline'),
  },
  charges: {
    captured: [false, true],
    paid: true,
    outcome: 'approved_by_network',
    description: 'a lamp',
    declined: declined('card_declined', 'insufficient_funds'),
  },
  events: {
    types: ['payment_intent.created', 'charge.succeeded', 'payment_intent.succeeded', 'charge.updated'],
    object: ['Event', 'PaymentIntent', true],
    request: true,
  },
  webhooks: {
    event: ['payment_intent.succeeded', true],
    forged: 'SignatureVerificationError',
    statuses: ['enabled', 'disabled'],
    deleted: true,
  },
  products_and_prices: {
    price: ['one_time', 1500, true],
    monthly: ['recurring', 'month', '0.5'],
    found: [true],
    product: [false, true],
  },
  checkout: { session: ['open', 'unpaid', 3000], url: true, items: [['Lamp', 2, 3000]], expired: 'expired' },
  test_clocks: { statuses: ['ready', 'advancing', 'ready'], time: 86_400, deleted: true },
  disputes: {
    dispute: ['needs_response', 'fraudulent', 2000],
    staged: ['needs_response', 'a lamp'],
    submitted: 'under_review',
    inquiry: ['warning_needs_response', 'warning_closed'],
  },
  balance: { available: [[1912, 'usd']], transaction: [2000, 88, 1912, 'available'], listed: [true] },
  payouts: {
    payout: [1000, 'pending'],
    metadata: '2',
    too_much: invalid('balance_insufficient'),
    canceled: 'canceled',
  },
  files: { file: ['dispute_evidence', 'receipt.pdf', 20], read: true },
  search: { object: 'SearchResultObject', found: [true] },
  auto_paging: { all: true, has_more: true },
  idempotency: { same: true, replayed: 'true', other: error('IdempotencyError', 400, null) },
  expand: {
    classes: ['Customer', 'Charge', 'PaymentMethod'],
    listed: 'Ada',
    unknown: error('InvalidRequestError', 400, null, { param: 'expand' }),
  },
  client_object: { status: 'requires_payment_method', order: '1' },
  keys: { live: error('AuthenticationError', 401, null) },
} as const;
const SCENARIOS = Object.keys(SEEN) as (keyof typeof SEEN)[];

// Installed before the tests are declared: without the package they are skipped.
const sdk = hasPython() ? await pythonPackage('stripe', '16.1.0') : null;
const why = sdk ? '' : ' (skipped: Python or the package is not on this machine and cannot be installed)';

(sdk ? describe : describe.skip)(`The official SDK for Python${why}`, () => {
  let gateway: Gateway;
  let seen: Readonly<Record<string, unknown>>;
  beforeAll(async () => {
    gateway = await startGateway({ RATE_LIMIT: 'off', DISPUTE_DELAY_MS: '10' });
    const env = { ...process.env, ...(sdk?.path && { PYTHONPATH: sdk.path }), PYTHONDONTWRITEBYTECODE: '1' };
    const { stdout } = await execute('python3', [PROGRAM, gateway.url], { env, maxBuffer: 1e8, timeout: 110_000 });
    seen = JSON.parse(stdout) as typeof seen;
  }, 120_000);
  afterAll(async () => {
    await gateway.stop();
    await sdk?.remove();
  });

  it.each(SCENARIOS)('works with %s as it is', (scenario) => {
    expect(seen[scenario]).toEqual(SEEN[scenario]);
  });

  it('has no scenario that is not judged', () => {
    expect(Object.keys(seen)).toEqual(SCENARIOS);
  });
});
