import type { Violation } from '../platform/errors/validation-failed.error.js';
import { listOfChoices } from '../platform/validation/fields.js';
import { type Effect, effectEntry, type EffectField, EFFECT_TYPES, type EffectType } from './effects.js';

type Location = Violation['loc'];

/** A violation in the form of the contract. */
export function violation(
  loc: Location,
  type: string,
  msg: string,
  input: unknown,
  ctx: Violation['ctx'] = {},
): Violation {
  return { loc, type, msg, input: input ?? null, ctx };
}

export function notOneOf(loc: Location, input: unknown, allowed: readonly string[]): Violation {
  const expected = listOfChoices(allowed);
  return violation(loc, 'enum', `Input should be ${expected}`, input, { expected });
}

export const missing = (loc: Location): Violation => violation(loc, 'missing', 'Field required', null);

export function extra(loc: Location, input: unknown, allowed: readonly string[]): Violation {
  const expected = allowed.length === 0 ? 'no field' : listOfChoices(allowed);
  return violation(loc, 'extra_forbidden', `Extra inputs are not permitted; allowed: ${expected}`, input, { expected });
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Returns an effect, or all that is wrong with it. `types` are those that are allowed here. */
export function readEffect(
  value: unknown,
  loc: Location,
  types: readonly EffectType[] = EFFECT_TYPES,
): Effect | Violation[] {
  if (!isObject(value)) return [violation(loc, 'dict_type', 'Input should be a JSON object', value)];
  const { type, ...given } = value;
  if (type === undefined) return [missing([...loc, 'type'])];
  const known = types.find((each) => each === type);
  if (known === undefined) return [notOneOf([...loc, 'type'], type, types)];
  const { fields } = effectEntry(known);
  const violations = [
    ...Object.entries(given).flatMap(([name, input]) => {
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
      return field ? checkField(field, [...loc, name], input) : [extra([...loc, name], input, Object.keys(fields))];
    }),
    ...Object.entries(fields).flatMap(([name, { required }]) =>
      required && given[name] === undefined ? [missing([...loc, name])] : [],
    ),
    ...(known === 'latency' ? checkLatency(given, loc) : []),
  ];
  return violations.length > 0 ? violations : { type: known, ...given };
}

function checkField({ bounds }: EffectField, loc: Location, input: unknown): Violation[] {
  if (bounds === null) return [];
  const [min, max] = bounds;
  if (typeof input !== 'number' || !Number.isSafeInteger(input))
    return [violation(loc, 'int_parsing', `Input should be a valid integer from ${min} to ${max}`, input)];
  if (input < min)
    return [
      violation(loc, 'greater_than_equal', `Input should be greater than or equal to ${min}`, input, { ge: min }),
    ];
  if (input > max)
    return [violation(loc, 'less_than_equal', `Input should be less than or equal to ${max}`, input, { le: max })];
  return [];
}

/** Either `ms`, or `p50` and `p99`. */
function checkLatency({ ms, p50, p99 }: Record<string, unknown>, loc: Location): Violation[] {
  if (ms !== undefined)
    return [p50 === undefined ? [] : ['p50'], p99 === undefined ? [] : ['p99']]
      .flat()
      .map((name) => extra([...loc, name], name === 'p50' ? p50 : p99, ['ms']));
  if (p50 === undefined && p99 === undefined) return [missing([...loc, 'ms'])];
  if (p50 === undefined) return [missing([...loc, 'p50'])];
  if (p99 === undefined) return [missing([...loc, 'p99'])];
  if (typeof p50 === 'number' && typeof p99 === 'number' && p99 < p50)
    return [violation([...loc, 'p99'], 'greater_than_equal', 'Input should be at least p50', p99, { ge: p50 })];
  return [];
}
