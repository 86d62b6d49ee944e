import type { ExerciseFinding, SettlementRow } from '../../client/index.js';

/** Finds the errors of an exercise as an accountant does: by comparing its rows with those of the true report. */
export function findErrors(truth: readonly SettlementRow[], shown: readonly SettlementRow[]): ExerciseFinding[] {
  const known = new Map(truth.map((row) => [row.transactionId, row]));
  const seen = new Set<string>();
  const found: ExerciseFinding[] = [];
  for (const row of shown) {
    const error = errorOf(known.get(row.transactionId), row, seen);
    if (error) found.push({ row: row.row, error });
    seen.add(row.transactionId);
  }
  for (const { transactionId } of truth)
    if (!seen.has(transactionId)) found.push({ transactionId, error: 'missing_row' });
  return found;
}

function errorOf(
  expected: SettlementRow | undefined,
  row: SettlementRow,
  seen: ReadonlySet<string>,
): ExerciseFinding['error'] | null {
  if (!expected) return 'unknown_payment';
  if (seen.has(row.transactionId)) return 'duplicate_row';
  if (row.currency !== expected.currency) return 'wrong_currency';
  if (row.fee !== expected.fee) return 'wrong_fee';
  if (row.gross !== expected.gross) return 'wrong_amount';
  if (row.createdAt !== expected.createdAt || row.availableOn !== expected.availableOn) return 'wrong_date';
  return null;
}
