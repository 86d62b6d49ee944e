import { ValidationFailedError, type Violation } from '../platform/errors/validation-failed.error.js';
import { type Effect, effectEntry, type EffectType, type Moment, MOMENTS, REQUEST_EFFECTS } from './effects.js';
import { extra, missing, notOneOf, readEffect, violation } from './read-effect.js';

export const FAULT_HEADER = 'X-Fault';

const LONGEST = 500;
const LOCATION = ['header', FAULT_HEADER] as const;

/** What a header asks for, for its own request. */
export interface AskedFault {
  readonly when: Moment;
  readonly effect: Effect;
}

/**
 * Reads `after; reset`, `before; status=503; retryAfter=2` or `before; latency=200`.
 * Throws ValidationFailedError if the header is malformed.
 */
export function readFaultHeader(header: string | readonly string[]): AskedFault {
  const text = String(header);
  const refuse = (violations: readonly Violation[]): never => {
    // The whole header is one input; which part is wrong says the message.
    throw new ValidationFailedError(violations.map((each) => ({ ...each, loc: LOCATION })));
  };
  if (text.length > LONGEST)
    return refuse([
      violation(LOCATION, 'string_too_long', `Should have at most ${LONGEST} characters`, null, {
        max_length: LONGEST,
      }),
    ]);
  const [whenPart = '', typePart, ...fieldParts] = text.split(';').map((part) => part.trim());
  const when = MOMENTS.find((moment) => moment === whenPart.toLowerCase());
  if (when === undefined) return refuse([notOneOf(LOCATION, whenPart, MOMENTS)]);
  if (typePart === undefined) return refuse([notOneOf(LOCATION, '', REQUEST_EFFECTS)]);
  const [typeName, mainValue] = pairOf(typePart);
  const type = REQUEST_EFFECTS.find((each) => each === typeName);
  if (type === undefined) return refuse([notOneOf(LOCATION, typeName, REQUEST_EFFECTS)]);
  const effect = readEffect({ type, ...fieldsOf(type, mainValue, fieldParts, refuse) }, LOCATION, REQUEST_EFFECTS);
  return Array.isArray(effect) ? refuse(effect.map(named)) : { when, effect };
}

function fieldsOf(
  type: EffectType,
  mainValue: string | null,
  parts: readonly string[],
  refuse: (violations: readonly Violation[]) => never,
): Record<string, unknown> {
  const { main, fields } = effectEntry(type);
  const allowed = Object.keys(fields).filter((name) => fields[name]?.bounds !== null);
  const given: Record<string, unknown> = {};
  if (mainValue !== null) {
    given[main ?? refuse([extra(LOCATION, mainValue, [])])] = numberIn(mainValue);
  }
  for (const part of parts.filter((each) => each !== '')) {
    const [name, value] = pairOf(part);
    if (!allowed.includes(name)) refuse([extra(LOCATION, name, allowed)]);
    given[name] =
      value === null ? refuse([{ ...missing(LOCATION), msg: `${name}: a value is required` }]) : numberIn(value);
  }
  return given;
}

/** What is not a number stays as it is, and is refused with the field. */
function numberIn(text: string): unknown {
  return /^\d{1,15}$/.test(text) ? Number(text) : text;
}

function pairOf(part: string): [name: string, value: string | null] {
  const at = part.indexOf('=');
  return at < 0 ? [part, null] : [part.slice(0, at).trim(), part.slice(at + 1).trim()];
}

/** Says in the message which field is wrong, since the location is the whole header. */
function named(each: Violation): Violation {
  const field = each.loc.at(-1);
  return field === FAULT_HEADER ? each : { ...each, msg: `${String(field)}: ${each.msg}` };
}
