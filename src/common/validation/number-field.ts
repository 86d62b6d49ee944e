import type { Rule } from './rule.js';
import { Field } from './fields.js';

interface IntegerOptions {
  readonly description: string;
  readonly example?: number;
  readonly optional?: boolean;
  readonly min: number;
  readonly max: number;
}

/** The value as a number: as it stands in a JSON body, or from the text of a query string. */
const numberOf = (value: unknown): number => (typeof value === 'number' || (typeof value === 'string' && /^-?\d{1,15}$/.test(value)) ? Number(value) : NaN);

/** A whole number within bounds, in a body or a query; read it by `Number(…)`. */
export function IntegerField({ min, max, ...field }: IntegerOptions): PropertyDecorator {
  const rules: Rule[] = [
    { type: 'int_parsing', msg: 'Input should be a valid integer', test: (value) => Number.isSafeInteger(numberOf(value)) },
    { type: 'greater_than_equal', msg: `Input should be greater than or equal to ${min}`, ctx: { ge: min }, test: (value) => numberOf(value) >= min },
    { type: 'less_than_equal', msg: `Input should be less than or equal to ${max}`, ctx: { le: max }, test: (value) => numberOf(value) <= max },
  ];
  return Field(field, { type: 'integer', minimum: min, maximum: max }, rules);
}
