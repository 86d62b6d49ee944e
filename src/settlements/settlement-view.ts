import { exactText, majorOfExactSum, majorOfSum } from '../platform/common/money.js';
import { type Amount, AMOUNTS, type SettlementReport, type SettlementRow, sumOf } from './settlement-report.js';

/** Sums over all rows, in major units; the texts are exact at any size. */
export type SettlementTotals = { readonly count: number } & Readonly<Record<Amount, number>> &
  Readonly<Record<`${Amount}Text`, string>>;

/** A row as the API shows it: amounts in major units, and its number from 1. */
export interface SettlementRowView extends SettlementRow {
  readonly row: number;
}

/** A settlement report as the API shows it. */
export interface SettlementView extends Omit<SettlementReport, 'rows'> {
  readonly totals: SettlementTotals;
  readonly rows: readonly SettlementRowView[];
}

export function settlementView({ id, payoutId, day, currency, createdAt, rows }: SettlementReport): SettlementView {
  return {
    id,
    payoutId,
    day,
    currency,
    createdAt,
    totals: totalsOf(rows, currency),
    rows: rows.map((row, index) => rowView(row, index + 1)),
  };
}

/** The totals follow the rows, as those of a bank's file do, whatever is wrong in a row. */
function totalsOf(rows: readonly SettlementRow[], currency: string): SettlementTotals {
  const sums = AMOUNTS.map((amount) => [amount, sumOf(rows, amount)] as const);
  const numbers = sums.map(([amount, sum]) => [amount, majorOfExactSum(sum, currency)] as const);
  const texts = sums.map(([amount, sum]) => [`${amount}Text`, exactText(sum, currency)] as const);
  return {
    count: rows.length,
    ...(Object.fromEntries(numbers) as Record<Amount, number>),
    ...(Object.fromEntries(texts) as Record<`${Amount}Text`, string>),
  };
}

function rowView(row: SettlementRow, number: number): SettlementRowView {
  return {
    row: number,
    transactionId: row.transactionId,
    type: row.type,
    source: row.source,
    paymentId: row.paymentId,
    orderReference: row.orderReference,
    gross: majorOfSum(row.gross, row.currency),
    fee: majorOfSum(row.fee, row.currency),
    net: majorOfSum(row.net, row.currency),
    currency: row.currency,
    createdAt: row.createdAt,
    availableOn: row.availableOn,
    amountInPayout: majorOfSum(row.amountInPayout, row.currency),
  };
}
