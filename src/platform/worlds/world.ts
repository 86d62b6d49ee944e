import type { AmountConvention } from '../config/amount-conventions.js';
import type { Config } from '../config/config.js';

export const TIMESTAMP_CLOCKS = ['real', 'virtual'] as const;

/** How payments and webhooks of an account behave. The environment says it for ordinary accounts. */
export interface WorldSettings {
  /** From the charge to its completion. */
  readonly processingDelayMs: number;
  readonly testAmounts: AmountConvention;
  readonly authorizationExpiresAfterSeconds: number;
  readonly authenticationTimeoutSeconds: number;
  readonly refundDelayMs: number;
  /** As in FEES (platform/config/fees.ts). */
  readonly fees: string;
  /** Business days until captured funds are available. */
  readonly settlementDelayDays: number;
  /** From the completion of a payment to the dispute of its test card. */
  readonly disputeDelayMs: number;
  /** From the evidence to the outcome of a dispute. */
  readonly disputeReviewMs: number;
  /** From a capture until the Stripe-compatible dialect shows the balance transaction of its charge. */
  readonly balanceTransactionDelayMs: number;
  /** Seconds before each attempt, counted from the attempt before. */
  readonly webhookRetrySchedule: readonly number[];
  readonly webhookTimeoutMs: number;
  readonly webhookDisableAfterSeconds: number;
  /** Which clock `webhook-timestamp` is taken from; receivers compare it with their own. */
  readonly webhookTimestamp: (typeof TIMESTAMP_CLOCKS)[number];
}

export function settingsOf(config: Config): WorldSettings {
  return {
    processingDelayMs: config.PAYMENT_PROCESSING_DELAY_MS,
    testAmounts: config.TEST_AMOUNTS,
    authorizationExpiresAfterSeconds: config.AUTHORIZATION_EXPIRES_AFTER_SECONDS,
    authenticationTimeoutSeconds: config.AUTHENTICATION_TIMEOUT_SECONDS,
    refundDelayMs: config.REFUND_DELAY_MS,
    fees: config.FEES,
    settlementDelayDays: config.SETTLEMENT_DELAY_DAYS,
    disputeDelayMs: config.DISPUTE_DELAY_MS,
    disputeReviewMs: config.DISPUTE_REVIEW_MS,
    balanceTransactionDelayMs: config.BALANCE_TRANSACTION_DELAY_MS,
    webhookRetrySchedule: config.webhookRetrySchedule,
    webhookTimeoutMs: config.WEBHOOK_TIMEOUT_MS,
    webhookDisableAfterSeconds: config.WEBHOOK_DISABLE_AFTER_SECONDS,
    webhookTimestamp: 'real',
  };
}

/** A write of a sandbox that counts, and so has a number. */
export interface CountedWrite {
  /** The id, without prefix, of what the write creates. */
  readonly seed: string;
  /** Gives the number back: the write was refused, and nothing came of it. */
  release(): Promise<void>;
}

/** The time, the settings and the ids of an account. All ordinary accounts share one world, of real time. */
export interface World {
  /** What the stored ids end with (world-ids.ts); empty for ordinary accounts. */
  readonly id: string;
  readonly settings: WorldSettings;
  /** What ids and random choices follow from; null where they are random. */
  readonly seed: string | null;
  /** The id that documents which are due by a virtual clock have; null if the clock is the real one. */
  readonly clockId: string | null;
  /** The account's time. */
  now(): Date;
  /** The id, without prefix, of a request that did not send one; null where it is random. */
  requestSeed(): string | null;
  /**
   * Takes the number of a write; null for ordinary accounts, which count none. Throws SandboxChangedError if the world
   * is gone.
   */
  beginWrite(): Promise<CountedWrite> | null;
}

/** The world of ordinary accounts. */
export function ordinaryWorld(config: Config): World {
  return {
    id: '',
    settings: settingsOf(config),
    seed: null,
    clockId: null,
    now: () => new Date(),
    requestSeed: () => null,
    beginWrite: () => null,
  };
}
