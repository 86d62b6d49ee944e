/*
 * The setting FEES: `2.9% + 30, JPY 30, KWD 100` is 2.9 % of each capture and 30 minor units, in JPY 30, in KWD 100.
 */

export const FEES_PATTERN = /^\d{1,2}(\.\d{1,4})?% ?\+ ?\d{1,9}(, ?[A-Z]{3} \d{1,9}){0,200}$/;

export const FEES_EXPECTED =
  'a percentage and minor units, such as 2.9% + 30, and other minor units for currencies after it, such as , KWD 100';

/** With three decimals 30 minor units would be next to nothing. */
export const DEFAULT_FEES = '2.9% + 30, JPY 30, BHD 100, IQD 100, JOD 100, KWD 100, LYD 100, OMR 100, TND 100';

/** What the gateway takes of each capture. */
export interface FeeSchedule {
  /** In millionths of the amount. */
  readonly rate: number;
  /** In minor units, unless `fixedOf` has the currency. */
  readonly fixed: number;
  readonly fixedOf: ReadonlyMap<string, number>;
}

/** Reads a setting that fits FEES_PATTERN. */
export function parseFees(text: string): FeeSchedule {
  const [first = '', ...rest] = text.split(',');
  const [percent = '', fixed = ''] = first.split('%');
  return {
    rate: Math.round(Number(percent) * 10_000),
    fixed: Number(fixed.replace('+', '')),
    fixedOf: new Map(rest.map((part) => [part.trim().slice(0, 3), Number(part.trim().slice(4))])),
  };
}
