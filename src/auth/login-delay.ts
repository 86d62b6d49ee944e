/** How many failed logins lead to delays, and how many to refusals. */
export interface ThrottleRule {
  /** Failures without any delay. */
  readonly free: number;
  /** From this many failures on, attempts are refused for a while; between `free` and this they are delayed. */
  readonly refusedFrom: number;
}

/** One e-mail from one address: slows down password guessing, but not a person who mistypes. */
export const PAIR_RULE: ThrottleRule = { free: 3, refusedFrom: 10 };

/** One address with any e-mail: slows down attacks with password lists, but not an office behind one address. */
export const ADDRESS_RULE: ThrottleRule = { free: 20, refusedFrom: 100 };

/** One e-mail from any address: only delayed, never refused, so that nobody can lock out the owner. */
export const EMAIL_RULE: ThrottleRule = { free: 10, refusedFrom: Infinity };

const DELAY_STEP_MS = 250;
const MAX_DELAY_MS = 2000;
const MAX_REFUSAL_MS = 60_000;

/** Returns how long to delay an attempt after this many failures, in ms. */
export function delayAfter(failures: number, { free }: ThrottleRule): number {
  return Math.min(Math.max(0, failures - free) * DELAY_STEP_MS, MAX_DELAY_MS);
}

/**
 * Returns how long attempts are refused after the last failure, in ms: 1 s at first, doubled with each further
 * failure, at most 60 s.
 */
export function refusalAfter(failures: number, { refusedFrom }: ThrottleRule): number {
  return failures < refusedFrom ? 0 : Math.min(1000 * 2 ** (failures - refusedFrom), MAX_REFUSAL_MS);
}
