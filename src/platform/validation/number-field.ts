import type { Rule } from './rule.js';
import { Field } from './fields.js';

interface IntegerOptions {
  readonly description: string;
  readonly example?: number;
  readonly optional?: boolean;
  readonly min: number;
  readonly max: number;
}

const numberInBody = (value: unknown): number => (typeof value === 'number' ? value : NaN);
const numberInQuery = (value: unknown): number =>
  typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : NaN;

/** A whole number within bounds, in a JSON body. */
export function IntegerField(options: IntegerOptions): PropertyDecorator {
  return boundedInteger(options, numberInBody);
}

/** A whole number within bounds, as text in a query string; read it with `Number(…)`. */
export function QueryIntegerField(options: IntegerOptions): PropertyDecorator {
  return boundedInteger(options, numberInQuery);
}

function boundedInteger(
  { min, max, ...field }: IntegerOptions,
  numberOf: (value: unknown) => number,
): PropertyDecorator {
  const rules: Rule[] = [
    {
      type: 'int_parsing',
      msg: 'Input should be a valid integer',
      test: (value) => Number.isSafeInteger(numberOf(value)),
    },
    {
      type: 'greater_than_equal',
      msg: `Input should be greater than or equal to ${min}`,
      ctx: { ge: min },
      test: (value) => numberOf(value) >= min,
    },
    {
      type: 'less_than_equal',
      msg: `Input should be less than or equal to ${max}`,
      ctx: { le: max },
      test: (value) => numberOf(value) <= max,
    },
  ];
  return Field(field, { type: 'integer', minimum: min, maximum: max }, rules);
}
