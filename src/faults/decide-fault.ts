import { matches } from '../events/event-types.js';
import type { Effect, Moment } from './effects.js';
import { operationIdOf } from './operation-names.js';
import { matchesPath } from './path-glob.js';

/** What a request or an event must be like; what is not given does not matter. */
export interface FaultMatch {
  /** An operationId of the OpenAPI document, or a short name. */
  readonly operation?: string;
  readonly method?: string;
  /** Below /api/v1; `*` is one or more characters. */
  readonly path?: string;
  /** Pairs that the body has in its `metadata`. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** `*`, a group such as `payment.*`, or one type: of the event of a webhook. */
  readonly event?: string;
}

/** The rule and the counters of a fault. */
export interface FaultState {
  readonly match: FaultMatch;
  /** Null for a fault of webhooks. */
  readonly when: Moment | null;
  /** In place of a sequence. */
  readonly effect: Effect | null;
  /** One after another; null leaves a request alone. */
  readonly sequence: readonly (Effect | null)[] | null;
  /** Null for any number. */
  readonly times: number | null;
  readonly skip: number;
  readonly probability: number;
  /** How many matching requests there were while it could still hit. */
  readonly seen: number;
  /** How often it hit. */
  readonly used: number;
}

export interface RequestFacts {
  readonly operation: string;
  readonly method: string;
  /** Below /api/v1. */
  readonly path: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

export interface WebhookFacts {
  readonly event: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** The new counters, and what happens; `effect` is null if nothing does. */
export interface Decision {
  readonly seen: number;
  readonly used: number;
  readonly effect: Effect | null;
}

/** How often a fault can hit in all; null for any number. */
export function limitOf({ times, sequence }: Pick<FaultState, 'times' | 'sequence'>): number | null {
  if (sequence === null) return times;
  return times === null ? sequence.length : Math.min(times, sequence.length);
}

/** How often it can still hit; null for any number. */
export function remainingOf(fault: Pick<FaultState, 'times' | 'sequence' | 'used'>): number | null {
  const limit = limitOf(fault);
  return limit === null ? null : Math.max(0, limit - fault.used);
}

export function matchesRequest(fault: FaultState, facts: RequestFacts): boolean {
  const { operation, method, path, metadata } = fault.match;
  return (
    fault.when !== null &&
    (operation === undefined || operationIdOf(operation) === facts.operation) &&
    (method === undefined || method === facts.method) &&
    (path === undefined || matchesPath(path, facts.path)) &&
    hasPairs(facts.metadata, metadata)
  );
}

export function matchesWebhook(fault: FaultState, facts: WebhookFacts): boolean {
  const { event = '*', metadata } = fault.match;
  return fault.when === null && matches(event, facts.event) && hasPairs(facts.metadata, metadata);
}

function hasPairs(given: Readonly<Record<string, unknown>>, wanted: Readonly<Record<string, string>> = {}): boolean {
  return Object.entries(wanted).every(([key, value]) => Object.hasOwn(given, key) && given[key] === value);
}

/**
 * Decides whether a fault hits a request or a webhook that it matches. Returns null if it cannot hit any more, and
 * counts nothing then.
 *
 * @param fraction from 0 to 1, without 1; the hit happens if it is below the probability
 */
export function decideFault(fault: FaultState, fraction: number): Decision | null {
  if (remainingOf(fault) === 0) return null;
  const { skip, probability, sequence, used } = fault;
  const seen = fault.seen + 1;
  if (seen <= skip || fraction >= probability) return { seen, used, effect: null };
  return { seen, used: used + 1, effect: sequence ? (sequence[used] ?? null) : fault.effect };
}
