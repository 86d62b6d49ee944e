import type { Exercise, ExerciseError, ExerciseResult, Finding } from '../gateway/money-types.js';

/** The kinds of errors, with what each means. A missing row is named by its transaction: no row can have it. */
export const ERROR_WORDS: Readonly<Record<ExerciseError, string>> = {
  missing_row: 'missing row',
  duplicate_row: 'duplicate row',
  wrong_fee: 'wrong fee',
  wrong_amount: 'wrong amount',
  wrong_date: 'wrong date',
  unknown_payment: 'unknown payment',
  wrong_currency: 'wrong currency',
};

export const ERRORS = Object.keys(ERROR_WORDS) as ExerciseError[];
export const ROW_ERRORS = ERRORS.filter((error) => error !== 'missing_row');

/** What a player says: errors by the number of their row, and ids of transactions that the report lacks. */
export interface Draft {
  readonly rows: ReadonlyMap<number, ExerciseError>;
  readonly missing: readonly string[];
}

export const EMPTY_DRAFT: Draft = { rows: new Map(), missing: [] };

/** The draft in which a row has this error; none for null. */
export function withRow(draft: Draft, row: number, error: ExerciseError | null): Draft {
  const rows = new Map(draft.rows);
  if (error === null) rows.delete(row);
  else rows.set(row, error);
  return { ...draft, rows };
}

/** The draft with one more missing transaction; each counts once, and an empty one is none. */
export function withMissing(draft: Draft, id: string): Draft {
  const name = id.trim();
  return name === '' || draft.missing.includes(name) ? draft : { ...draft, missing: [...draft.missing, name] };
}

export function withoutMissing(draft: Draft, id: string): Draft {
  return { ...draft, missing: draft.missing.filter((other) => other !== id) };
}

/** The answer that a draft is, in the order of the rows. */
export function findingsOf({ rows, missing }: Draft): Finding[] {
  return [
    ...[...rows].sort(([one], [other]) => one - other).map(([row, error]) => ({ row, error })),
    ...missing.map((transactionId) => ({ transactionId, error: 'missing_row' as const })),
  ];
}

/** What became of an accusation, or of an error that nobody found. */
export interface Mark {
  readonly kind: 'correct' | 'missed' | 'wrongly_accused';
  readonly error: ExerciseError;
  /** What the error is; null where there is none. */
  readonly explanation: string | null;
  readonly transactionId: string | null;
}

export interface Marks {
  readonly ofRows: ReadonlyMap<number, readonly Mark[]>;
  /** Those of no row: missing transactions. */
  readonly beyond: readonly Mark[];
}

/** The marks of an answer by row. An accusation by id alone stands at the first row with that id. */
export function marksOf(result: ExerciseResult, { rows }: Pick<Exercise['report'], 'rows'>): Marks {
  const ofRows = new Map<number, Mark[]>();
  const beyond: Mark[] = [];
  const place = (row: number | null, mark: Mark): void => {
    if (row === null) beyond.push(mark);
    else ofRows.set(row, [...(ofRows.get(row) ?? []), mark]);
  };
  for (const kind of ['correct', 'missed'] as const)
    for (const { error, row, explanation, transactionId } of result[kind])
      place(row, { kind, error, explanation, transactionId });
  for (const { row = null, transactionId = null, error } of result.wronglyAccused) {
    const named = row ?? rows.find((one) => one.transactionId === transactionId)?.row ?? null;
    const isShown = rows.some((one) => one.row === named);
    place(isShown ? named : null, { kind: 'wrongly_accused', error, explanation: null, transactionId });
  }
  return { ofRows, beyond };
}
