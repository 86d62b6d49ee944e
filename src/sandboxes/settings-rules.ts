import { FEES_EXPECTED, FEES_PATTERN } from '../platform/config/fees.js';
import { AMOUNT_CONVENTIONS } from '../platform/config/amount-conventions.js';
import { TIMESTAMP_CLOCKS, type WorldSettings } from '../platform/worlds/world.js';

/** What a setting of a sandbox can be, for validation and for the API's document. */
export interface SettingRule {
  readonly description: string;
  readonly schema: Readonly<Record<string, unknown>>;
  /** What it should be, in words. */
  readonly expected: string;
  readonly test: (value: unknown) => boolean;
}

const DAY_MS = 86_400_000;
const YEAR_MS = 365 * DAY_MS;
const MAX_SETTLEMENT_DAYS = 365;
const TEN_YEARS_SECONDS = 315_360_000;
const MAX_RETRIES = 20;
const MAX_WAIT_SECONDS = 9_999_999;

const isWhole = (value: unknown, min: number, max: number): boolean =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max;

function whole(description: string, min: number, max: number): SettingRule {
  return {
    description,
    schema: { type: 'integer', minimum: min, maximum: max },
    expected: `a whole number from ${min} to ${max}`,
    test: (value) => isWhole(value, min, max),
  };
}

function choice(description: string, values: readonly string[]): SettingRule {
  return {
    description,
    schema: { type: 'string', enum: [...values] },
    expected: `one of ${values.join(', ')}`,
    test: (value) => typeof value === 'string' && values.includes(value),
  };
}

/** The settings that a sandbox can have of its own; the environment has the defaults. */
export const SETTING_RULES: Readonly<Record<keyof WorldSettings, SettingRule>> = {
  processingDelayMs: whole('Time from the charge to its completion; with 0 it is final at once.', 0, DAY_MS),
  testAmounts: choice('Which amounts decide an outcome.', AMOUNT_CONVENTIONS),
  authorizationExpiresAfterSeconds: whole('After this an authorization is voided.', 1, TEN_YEARS_SECONDS),
  authenticationTimeoutSeconds: whole('After this a 3-D Secure challenge fails.', 1, TEN_YEARS_SECONDS),
  refundDelayMs: whole('How long slow refunds take.', 0, DAY_MS),
  fees: {
    description: 'What the gateway takes of each capture: a percentage and minor units, and others by currency.',
    schema: { type: 'string', pattern: FEES_PATTERN.source },
    expected: FEES_EXPECTED,
    test: (value) => typeof value === 'string' && FEES_PATTERN.test(value),
  },
  settlementDelayDays: whole('Business days until captured funds are available.', 0, MAX_SETTLEMENT_DAYS),
  disputeDelayMs: whole('Time from the completion of a payment to the dispute of its test card.', 0, YEAR_MS),
  disputeReviewMs: whole('Time from the evidence to the outcome of a dispute.', 0, YEAR_MS),
  balanceTransactionDelayMs: whole(
    'Time from a capture to the balance transaction of its charge, in the Stripe-compatible dialect.',
    0,
    YEAR_MS,
  ),
  webhookRetrySchedule: {
    description: 'Seconds before each attempt, counted from the attempt before.',
    schema: {
      type: 'array',
      items: { type: 'integer', minimum: 0, maximum: MAX_WAIT_SECONDS },
      minItems: 1,
      maxItems: MAX_RETRIES,
    },
    expected: `a list of 1 to ${MAX_RETRIES} whole seconds`,
    test: (value) =>
      Array.isArray(value) &&
      value.length >= 1 &&
      value.length <= MAX_RETRIES &&
      value.every((seconds) => isWhole(seconds, 0, MAX_WAIT_SECONDS)),
  },
  webhookTimeoutMs: whole('How long a webhook attempt may take.', 100, 60_000),
  webhookDisableAfterSeconds: whole('An endpoint that only fails for so long is disabled.', 1, TEN_YEARS_SECONDS),
  webhookTimestamp: choice('The clock that `webhook-timestamp` is taken from.', TIMESTAMP_CLOCKS),
};

const NAMES = Object.keys(SETTING_RULES) as readonly (keyof WorldSettings)[];

/** One setting that is refused. */
export interface SettingProblem {
  readonly name: string;
  readonly type: 'extra_forbidden' | 'setting_value';
  readonly msg: string;
  readonly input: unknown;
  readonly ctx: Readonly<Record<string, unknown>>;
}

/** What is wrong with settings as they were sent; nothing if the list is empty. */
export function problemsOf(settings: Readonly<Record<string, unknown>>): SettingProblem[] {
  return Object.entries(settings).flatMap(([name, input]): SettingProblem[] => {
    const rule = Object.hasOwn(SETTING_RULES, name) ? SETTING_RULES[name as keyof WorldSettings] : undefined;
    if (!rule) {
      const msg = `There is no such setting; the settings are ${NAMES.join(', ')}`;
      return [{ name, type: 'extra_forbidden', msg, input, ctx: { settings: NAMES } }];
    }
    const { expected } = rule;
    const ctx = { expected };
    return rule.test(input) ? [] : [{ name, type: 'setting_value', msg: `Input should be ${expected}`, input, ctx }];
  });
}
