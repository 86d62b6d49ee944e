import { invalidRequest } from '../wire/dialect-error.js';
import { fieldName } from '../wire/form.js';
import type { Field } from '../wire/params.js';

const DECIMAL = /^\d{1,12}(?:\.\d{1,12})?$/;

/** What one costs, in minor units: as a whole number if it is one, and always as a decimal. */
export interface UnitAmount {
  readonly unitAmount: number | null;
  readonly unitAmountDecimal: string;
}

/** An amount with up to 12 decimals of a minor unit, as a text. */
export const unitAmountDecimal: Field<string | undefined> = {
  type: 'decimal',
  required: false,
  read: (value, path) => {
    if (value === undefined) return undefined;
    if (typeof value === 'string' && DECIMAL.test(value)) return value;
    const param = fieldName(path);
    throw invalidRequest(`Invalid decimal: ${param} has up to 12 digits before and after its point.`, {
      code: 'parameter_invalid_integer',
      param,
    });
  },
};

/**
 * The amount that is sent in one of two ways. Throws a DialectError (400) if it is sent in both or in none.
 *
 * @param within begins the names of the parameters: `price_data[unit_amount]`
 */
export function unitAmountOf(
  sent: { readonly unit_amount: number | undefined; readonly unit_amount_decimal: string | undefined },
  within: (name: string) => string = (name) => name,
): UnitAmount {
  const { unit_amount: whole, unit_amount_decimal: decimal } = sent;
  if (whole !== undefined && decimal !== undefined)
    throw invalidRequest('You may only specify one of these parameters: unit_amount, unit_amount_decimal.', {
      code: 'parameters_exclusive',
      param: within('unit_amount'),
    });
  if (whole !== undefined) return { unitAmount: whole, unitAmountDecimal: String(whole) };
  if (decimal === undefined)
    throw invalidRequest(`Send one of ${within('unit_amount')} and ${within('unit_amount_decimal')}.`, {
      code: 'parameter_missing',
      param: within('unit_amount'),
    });
  const number = Number(decimal);
  return { unitAmount: Number.isSafeInteger(number) ? number : null, unitAmountDecimal: plain(decimal) };
}

/** Without zeros that say nothing. */
function plain(decimal: string): string {
  const [whole = '0', fraction = ''] = decimal.split('.');
  let end = fraction.length;
  while (fraction[end - 1] === '0') end -= 1;
  const rest = fraction.slice(0, end);
  const digits = whole.replace(/^0+(?=\d)/, '');
  return rest === '' ? digits : `${digits}.${rest}`;
}

/** What several cost: a fraction of a minor unit is rounded once, at the end. */
export function amountOf({ unitAmount, unitAmountDecimal }: UnitAmount, quantity: number): number {
  return unitAmount === null ? Math.round(Number(unitAmountDecimal) * quantity) : unitAmount * quantity;
}
