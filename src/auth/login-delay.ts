/** What repeated failures lead to. */
export interface ThrottleRule {
  /** Failures that cost nothing. */
  readonly free: number;
  /** Failures after which attempts are refused for a while; those between are slowed down. */
  readonly refusedFrom: number;
}

/** One e-mail from one address: a person who mistypes is not hurt, a guesser is. */
export const PAIR_RULE: ThrottleRule = { free: 3, refusedFrom: 10 };

/** One address with any e-mail: an office behind one address is not hurt, a list of passwords is. */
export const ADDRESS_RULE: ThrottleRule = { free: 20, refusedFrom: 100 };

/** One e-mail from anywhere: only ever slowed down, so that nobody can lock its owner out. */
export const EMAIL_RULE: ThrottleRule = { free: 10, refusedFrom: Infinity };

const STEP_MS = 250;
const LONGEST_DELAY_MS = 2000;
const LONGEST_REFUSAL_MS = 60_000;

/** How long an attempt is held back after so many failures, in ms. */
export function delayAfter(failures: number, { free }: ThrottleRule): number {
  return Math.min(Math.max(0, failures - free) * STEP_MS, LONGEST_DELAY_MS);
}

/** How long after the last failure attempts are refused, in ms: 1 s, doubled with each further failure, 60 s at most. */
export function refusalAfter(failures: number, { refusedFrom }: ThrottleRule): number {
  return failures < refusedFrom ? 0 : Math.min(1000 * 2 ** (failures - refusedFrom), LONGEST_REFUSAL_MS);
}
