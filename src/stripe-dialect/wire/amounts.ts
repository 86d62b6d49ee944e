import { decimalsOf } from '../../platform/common/currencies.js';
import { invalidRequest } from './dialect-error.js';
import { type Field, integer, text } from './params.js';

const LARGEST = 99_999_999;
const SMALLEST = 50;

const code = text(3);

/** A currency in lower case; read in upper case, as ISO 4217 has it. */
export const currency: Field<string | undefined> = {
  type: 'currency',
  required: false,
  read: (value, path) => {
    const read = code.read(value, path)?.toUpperCase();
    if (read !== undefined && decimalsOf(read) === undefined)
      throw invalidRequest(`Invalid currency: ${read.toLowerCase()}. It has to be one of ISO 4217.`, {
        param: path.join('.'),
      });
    return read;
  },
};

/** In minor units. */
export const amount = integer(0, Number.MAX_SAFE_INTEGER);

/** Throws a DialectError (400) for an amount that nobody can be charged. */
export function assertChargeable(minor: number, param = 'amount'): void {
  if (minor === 0)
    throw invalidRequest('This value must be greater than or equal to 1.', {
      code: 'parameter_invalid_integer',
      param,
    });
  if (minor < SMALLEST)
    throw invalidRequest(`Amount must be at least ${SMALLEST} minor units.`, { code: 'amount_too_small', param });
  if (minor > LARGEST)
    throw invalidRequest(`Amount must be no more than ${LARGEST} minor units.`, { code: 'amount_too_large', param });
}
