import { decimalsOf } from '../platform/common/currencies.js';
import { timeDigits, timeOf } from '../platform/common/ids.js';

const DAY_MS = 86_400_000;
const MARK = '000000';

/** A day of the account's clock in UTC, in one currency. */
export interface ReportDay {
  /** `YYYY-MM-DD` */
  readonly day: string;
  readonly begin: Date;
  readonly end: Date;
  readonly currency: string;
}

export function reportDay(day: string, currency: string): ReportDay {
  const begin = new Date(`${day}T00:00:00.000Z`);
  return { day, begin, end: new Date(begin.getTime() + DAY_MS), currency };
}

/** The id of a day's report says which it is, so it is stored nowhere: the day, and the letters of the currency. */
export function dayReportId({ begin, currency }: ReportDay): string {
  return `set_${timeDigits(begin)}${MARK}${Buffer.from(currency).toString('hex')}`;
}

/** Null if it is not the id of a day's report. */
export function dayOfReportId(id: string): ReportDay | null {
  const begin = timeOf(id);
  const tail = id.slice(-12);
  const currency = Buffer.from(tail.slice(MARK.length), 'hex').toString('latin1');
  if (!tail.startsWith(MARK) || begin.getTime() % DAY_MS !== 0 || decimalsOf(currency) === undefined) return null;
  return reportDay(begin.toISOString().slice(0, 10), currency);
}
