import currencyCodes from 'currency-codes';

/** ISO 4217 codes of funds, metals and tests, which no customer pays with. */
const NOT_MONEY = new Set(['XAU', 'XAG', 'XPT', 'XPD', 'XBA', 'XBB', 'XBC', 'XBD', 'XDR', 'XSU', 'XUA', 'XTS', 'XXX']);

const DECIMALS: ReadonlyMap<string, number> = new Map(
  currencyCodes.data.filter(({ code }) => !NOT_MONEY.has(code)).map(({ code, digits }) => [code, digits]),
);

/** Number of decimals of an ISO 4217 currency (USD 2, JPY 0, KWD 3); `undefined` if the code is not a currency. */
export function decimalsOf(currency: string): number | undefined {
  return DECIMALS.get(currency);
}
