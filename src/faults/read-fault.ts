import { isKnownPattern } from '../events/event-types.js';
import { ValidationFailedError, type Violation } from '../platform/errors/validation-failed.error.js';
import type { FaultMatch } from './decide-fault.js';
import { type Effect, isWebhookEffect, type Moment } from './effects.js';
import type { FaultRule } from './fault.schema.js';
import { extra, isObject, missing, notOneOf, readEffect, violation } from './read-effect.js';

export const METHODS = ['GET', 'POST', 'PATCH', 'DELETE'] as const;
export const MAX_PATH_LENGTH = 200;
export const MAX_SEQUENCE = 100;

/** As JSON: each request of the account is compared with all of its faults. */
const MAX_LENGTH = 20_000;

const REQUEST_FIELDS = ['operation', 'method', 'path'] as const;
const MATCH_FIELDS = [...REQUEST_FIELDS, 'metadata', 'event'];

/** A fault as it was sent. The numbers were checked already; what depends on other fields was not. */
export interface SentFault {
  readonly match: unknown;
  readonly when: Moment | null;
  readonly effect: unknown;
  readonly sequence: readonly unknown[] | null;
  readonly times: number | null | undefined;
  readonly skip: number;
  readonly probability: number;
}

/** Throws ValidationFailedError with all that is wrong. @param operations the names that `match.operation` can have */
export function readFault(sent: SentFault, operations: readonly string[]): FaultRule {
  const effects = effectsOf(sent);
  const [known] = effects.filter((effect) => effect !== null);
  const match = readMatch(sent.match, operations);
  if (!known || Array.isArray(match))
    throw new ValidationFailedError([
      ...(Array.isArray(match) ? match : []),
      ...(known ? [] : [violation(['body', 'sequence'], 'list_length', 'List should have at least 1 effect', null)]),
    ]);
  const isOfWebhooks = isWebhookEffect(known);
  const misplaced = [...misplacedMatch(match, isOfWebhooks), ...misplacedEffects(effects, isOfWebhooks)];
  if (isOfWebhooks && sent.when !== null)
    misplaced.push(violation(['body', 'when'], 'extra_forbidden', 'Effects on webhooks have no moment', sent.when));
  if (misplaced.length > 0) throw new ValidationFailedError(misplaced);
  const { sequence, times, skip, probability } = sent;
  const rule: FaultRule = {
    match,
    when: isOfWebhooks ? null : (sent.when ?? 'before'),
    effect: sequence ? null : known,
    sequence: sequence ? effects : null,
    times: times === undefined ? (sequence?.length ?? 1) : times,
    skip,
    probability,
  };
  if (JSON.stringify(rule).length > MAX_LENGTH)
    throw new ValidationFailedError([
      violation(['body'], 'too_long', `A fault can have at most ${MAX_LENGTH} characters`, null, {
        max_length: MAX_LENGTH,
      }),
    ]);
  return rule;
}

function effectsOf({ effect, sequence }: SentFault): (Effect | null)[] {
  if (effect != null && sequence !== null)
    throw new ValidationFailedError([
      violation(['body', 'sequence'], 'extra_forbidden', 'A fault has either an effect or a sequence', sequence),
    ]);
  if (effect == null && sequence === null) throw new ValidationFailedError([missing(['body', 'effect'])]);
  const read = sequence
    ? sequence.map((each, index) => (each === null ? null : readEffect(each, ['body', 'sequence', index])))
    : [readEffect(effect, ['body', 'effect'])];
  const violations = read.flatMap((each) => (Array.isArray(each) ? each : []));
  if (violations.length > 0) throw new ValidationFailedError(violations);
  return read.filter((each): each is Effect | null => !Array.isArray(each));
}

function readMatch(value: unknown, operations: readonly string[]): FaultMatch | Violation[] {
  if (value == null) return {};
  if (!isObject(value)) return [violation(['body', 'match'], 'dict_type', 'Input should be a JSON object', value)];
  const violations = Object.entries(value).flatMap(([name, input]) => {
    const loc = ['body', 'match', name];
    switch (name) {
      case 'operation':
        return typeof input === 'string' && operations.includes(input) ? [] : [notOneOf(loc, input, operations)];
      case 'method':
        return METHODS.some((method) => method === input) ? [] : [notOneOf(loc, input, METHODS)];
      case 'path':
        return isPath(input)
          ? []
          : [
              violation(
                loc,
                'string_pattern_mismatch',
                `Input should be a path below /api/v1 of at most ${MAX_PATH_LENGTH} characters, such as /payments/*`,
                input,
              ),
            ];
      case 'metadata':
        return isPairs(input)
          ? []
          : [violation(loc, 'metadata_type', 'Input should be a JSON object with 1 to 50 texts', input)];
      case 'event':
        return typeof input === 'string' && isKnownPattern(input)
          ? []
          : [violation(loc, 'unknown_event_type', 'Should be *, a type of event, or a group such as payment.*', input)];
      default:
        return [extra(loc, input, MATCH_FIELDS)];
    }
  });
  return violations.length > 0 ? violations : value;
}

function isPath(value: unknown): boolean {
  return typeof value === 'string' && value.startsWith('/') && value.length <= MAX_PATH_LENGTH;
}

function isPairs(value: unknown): boolean {
  if (!isObject(value)) return false;
  const pairs = Object.values(value);
  return pairs.length >= 1 && pairs.length <= 50 && pairs.every((text) => typeof text === 'string');
}

function misplacedMatch(match: FaultMatch, isOfWebhooks: boolean): Violation[] {
  const forbidden = isOfWebhooks ? REQUEST_FIELDS : (['event'] as const);
  const allowed = MATCH_FIELDS.filter((name) => !forbidden.some((each) => each === name));
  return forbidden.flatMap((name) =>
    match[name] === undefined ? [] : [extra(['body', 'match', name], match[name], allowed)],
  );
}

/** All effects of a sequence are of one kind. */
function misplacedEffects(effects: readonly (Effect | null)[], isOfWebhooks: boolean): Violation[] {
  return effects.flatMap((effect, index) =>
    effect && isWebhookEffect(effect) !== isOfWebhooks
      ? [
          violation(
            ['body', 'sequence', index, 'type'],
            'extra_forbidden',
            'A sequence changes either requests or webhooks',
            effect.type,
          ),
        ]
      : [],
  );
}
