import { stringify } from 'csv-stringify/sync';
import { exactText } from '../platform/common/money.js';
import type { SettlementReport, SettlementRow } from './settlement-report.js';

/** The columns, in the order of the JSON form. */
export const CSV_COLUMNS = [
  'row',
  'transactionId',
  'type',
  'source',
  'paymentId',
  'orderReference',
  'gross',
  'fee',
  'net',
  'currency',
  'createdAt',
  'availableOn',
  'amountInPayout',
] as const;

/** Few enough that other requests are served in between. */
const ROWS_PER_CHUNK = 500;

/**
 * The report as CSV (RFC 4180), in pieces, so that the text of a long report is never in memory as a whole. A text that
 * a spreadsheet would take for a formula begins with an apostrophe; amounts are plain numbers.
 */
export function* csvChunks({ currency, rows }: SettlementReport): Generator<string> {
  yield csvOf([CSV_COLUMNS], currency);
  for (let begin = 0; begin < rows.length; begin += ROWS_PER_CHUNK) {
    const chunk = rows.slice(begin, begin + ROWS_PER_CHUNK);
    yield csvOf(
      chunk.map((row, index) => recordOf(row, begin + index + 1)),
      currency,
    );
  }
}

function csvOf(records: readonly (readonly unknown[])[], currency: string): string {
  return stringify([...records], {
    record_delimiter: 'windows',
    // Not the default if the delimiter is given.
    quote_record_delimiter: true,
    // Leaves negative numbers alone, if they are numbers before the cast.
    escape_formulas: true,
    cast: { bigint: (minor) => exactText(minor, currency), date: (date) => date.toISOString() },
  });
}

/** Amounts as bigint: only they are cast to decimals. */
function recordOf(row: SettlementRow, number: number): unknown[] {
  return [
    number,
    row.transactionId,
    row.type,
    row.source,
    row.paymentId,
    row.orderReference,
    BigInt(row.gross),
    BigInt(row.fee),
    BigInt(row.net),
    row.currency,
    row.createdAt,
    row.availableOn,
    BigInt(row.amountInPayout),
  ];
}
