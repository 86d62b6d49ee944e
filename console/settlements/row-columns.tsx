import { Source } from '../balance/transaction-columns.js';
import type { SettlementRow } from '../gateway/money-types.js';
import { Amount } from '../parts/amount.js';
import { Id } from '../parts/copyable.js';
import type { Column } from '../parts/data-table.js';
import { wordsOf } from '../parts/status.js';

/** A row of a report, as tables want it. */
export type ReportRow = SettlementRow & { readonly id: string };

const amountOf = (name: 'gross' | 'fee' | 'net' | 'amountInPayout', header: string): Column<ReportRow> => ({
  id: name,
  header,
  align: 'right',
  cell: ({ currency, ...row }) => <Amount value={row[name]} currency={currency} />,
});

/** Reports are in UTC, and compared by day and second. */
const Moment = ({ at }: { readonly at: string }) => <>{at.replace('T', ' ').replace(/\.\d+Z$/, '')}</>;

/** The columns of a report; only that of a payout has amounts that it pays. */
export function rowColumns(isOfPayout: boolean): readonly Column<ReportRow>[] {
  return [
    { id: 'row', header: 'Row', cell: ({ row }) => row },
    { id: 'transaction', header: 'Transaction', cell: ({ transactionId }) => <Id id={transactionId} /> },
    { id: 'type', header: 'Type', cell: ({ type }) => wordsOf(type) },
    { id: 'about', header: 'About', cell: ({ source }) => <Source id={source} /> },
    { id: 'order', header: 'Order', cell: ({ orderReference }) => orderReference ?? '' },
    amountOf('gross', 'Gross'),
    amountOf('fee', 'Fee'),
    amountOf('net', 'Net'),
    ...(isOfPayout ? [amountOf('amountInPayout', 'In payout')] : []),
    { id: 'created', header: 'Created (UTC)', cell: ({ createdAt }) => <Moment at={createdAt} /> },
    { id: 'available', header: 'Available (UTC)', cell: ({ availableOn }) => <Moment at={availableOn} /> },
  ];
}

/** The rows with ids: an exercise can have one transaction twice. */
export function identified(rows: readonly SettlementRow[]): ReportRow[] {
  return rows.map((row) => ({ ...row, id: String(row.row) }));
}
