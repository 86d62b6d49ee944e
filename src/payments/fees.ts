import { decimalsOf } from '../platform/common/currencies.js';
import { type FeeSchedule, parseFees } from '../platform/config/fees.js';

const MILLION = 1_000_000n;

/** Settings are few and each is read for every capture. */
const SCHEDULES = new Map<string, FeeSchedule>();
const MAX_SCHEDULES = 1_000;

function scheduleOf(setting: string): FeeSchedule {
  const known = SCHEDULES.get(setting);
  if (known) return known;
  if (SCHEDULES.size >= MAX_SCHEDULES) SCHEDULES.clear();
  const schedule = parseFees(setting);
  SCHEDULES.set(setting, schedule);
  return schedule;
}

/**
 * The fee of a capture, in minor units: the rate rounded half to even, plus the fixed part; never more than the amount.
 *
 * @param setting as FEES has it
 */
export function captureFee(amount: number, currency: string, setting: string): number {
  const { rate, fixed, fixedOf } = scheduleOf(setting);
  return Math.min(amount, Number(halfEven(BigInt(amount) * BigInt(rate), MILLION)) + (fixedOf.get(currency) ?? fixed));
}

/** `dividend / divisor`, rounded to the nearest whole number, from the middle to the even one. Both are positive. */
function halfEven(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  const twice = (dividend % divisor) * 2n;
  const up = twice > divisor || (twice === divisor && quotient % 2n === 1n);
  return up ? quotient + 1n : quotient;
}

/** The fee of a dispute where 15 major units would be too little or too much, in minor units. */
const DISPUTE_FEES: ReadonlyMap<string, number> = new Map([
  ['JPY', 1_500],
  ['KRW', 20_000],
  ['VND', 400_000],
  ['CLP', 15_000],
  ['ISK', 2_000],
  ['BHD', 6_000],
  ['IQD', 20_000_000],
  ['JOD', 10_000],
  ['KWD', 5_000],
  ['LYD', 75_000],
  ['OMR', 6_000],
  ['TND', 45_000],
]);

/** The fee of a chargeback, in minor units: 15.00 in most currencies. */
export function disputeFee(currency: string): number {
  return DISPUTE_FEES.get(currency) ?? 15 * 10 ** (decimalsOf(currency) ?? 0);
}
