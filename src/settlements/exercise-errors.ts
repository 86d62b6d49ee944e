import { InvalidFieldError } from '../platform/errors/invalid-field.error.js';
import { type RowError, unknownPayment, wrongAmount, wrongCurrency, wrongDate, wrongFee } from './row-errors.js';
import { SeededChoices } from './seeded-choices.js';
import type { SettlementRow } from './settlement-report.js';

/** The kinds of errors that an exercise can have. */
export const EXERCISE_ERRORS = [
  'missing_row',
  'duplicate_row',
  'wrong_fee',
  'wrong_amount',
  'wrong_date',
  'unknown_payment',
  'wrong_currency',
] as const;
export type ExerciseError = (typeof EXERCISE_ERRORS)[number];

/** What an exercise is to be like. */
export interface ExercisePlan {
  /** The same seed plants the same errors in the same rows. */
  readonly seed: string;
  readonly errors: readonly ExerciseError[];
  readonly count: number;
}

/** An error in the report of an exercise. */
export interface PlantedError {
  readonly error: ExerciseError;
  /** Where it is in the report, from 1: the later of two equal rows; null if the row is missing. */
  readonly row: number | null;
  readonly transactionId: string;
  readonly explanation: string;
}

/** The report of an exercise, and the errors in it in the order of their rows; missing ones first. */
export interface PlantedRows {
  readonly rows: readonly SettlementRow[];
  readonly key: readonly PlantedError[];
}

const CHANGES = {
  wrong_fee: wrongFee,
  wrong_amount: wrongAmount,
  wrong_date: wrongDate,
  wrong_currency: wrongCurrency,
} as const satisfies Partial<Record<ExerciseError, RowError>>;

/** An error that is on its way into the report. */
type Unplaced = Pick<PlantedError, 'error' | 'transactionId' | 'explanation'>;

/** A row of the report; with an error, if it is wrong. */
interface Shown {
  readonly row: SettlementRow;
  readonly planted: Unplaced | null;
}

/**
 * Plants errors into true rows, each on a row of its own. The kinds take turns, so that each is there before one
 * repeats. Throws InvalidFieldError if there are fewer rows than errors.
 */
export function plantErrors(rows: readonly SettlementRow[], { seed, errors, count }: ExercisePlan): PlantedRows {
  if (count > rows.length) throw tooMany(count, rows.length);
  const choices = new SeededChoices(seed);
  const kinds = choices.shuffled(EXERCISE_ERRORS.filter((kind) => errors.includes(kind)));
  const places = choices.sample([...rows.keys()], count);
  const kindAt = new Map(places.map((place, turn) => [place, kinds[turn % kinds.length]]));
  const missing: Unplaced[] = [];
  const shown: Shown[] = [];
  const copies: Shown[] = [];
  for (const [place, row] of rows.entries()) {
    const error = kindAt.get(place);
    if (error === 'missing_row') missing.push(missingRow(row));
    else if (error === 'duplicate_row') copies.push(addDuplicated(shown, row));
    else if (error === 'unknown_payment') shown.push(strangerBefore(rows, row, choices), { row, planted: null });
    else shown.push(error === undefined ? { row, planted: null } : changed(row, error, choices));
  }
  for (const copy of copies) insertAfter(shown, copy, choices);
  return { rows: shown.map(({ row }) => row), key: keyOf(missing, shown) };
}

function tooMany(count: number, most: number): InvalidFieldError {
  const msg = `The report has ${most} rows, so it can have at most ${most} errors`;
  return new InvalidFieldError('count', { type: 'less_than_equal', msg, ctx: { le: most } }, count);
}

function missingRow({ transactionId, source }: SettlementRow): Unplaced {
  const explanation = `The report has no row for ${transactionId} (${source ?? 'no source'}), which the gateway has.`;
  return { error: 'missing_row', transactionId, explanation };
}

function changed(row: SettlementRow, error: keyof typeof CHANGES, choices: SeededChoices): Shown {
  const { row: wrong, explanation } = CHANGES[error](row, choices);
  return { row: wrong, planted: { error, transactionId: row.transactionId, explanation } };
}

/** A stranger that resembles this row if it is a payment, else another payment of the report, if there is one. */
function strangerBefore(rows: readonly SettlementRow[], row: SettlementRow, choices: SeededChoices): Shown {
  const like = row.type === 'payment' ? row : (rows.find(({ type }) => type === 'payment') ?? row);
  const { row: stranger, explanation } = unknownPayment(
    { ...like, createdAt: row.createdAt, availableOn: row.availableOn },
    choices,
  );
  return {
    row: stranger,
    planted: { error: 'unknown_payment', transactionId: stranger.transactionId, explanation },
  };
}

/** Adds the row as it is, and returns its copy, which comes somewhere behind it. */
function addDuplicated(shown: Shown[], row: SettlementRow): Shown {
  const { transactionId } = row;
  const explanation = `The report has ${transactionId} twice, and the gateway once.`;
  shown.push({ row, planted: null });
  return { row, planted: { error: 'duplicate_row', transactionId, explanation } };
}

function insertAfter(shown: Shown[], copy: Shown, choices: SeededChoices): void {
  const original = shown.findIndex(({ row }) => row === copy.row);
  shown.splice(choices.between(original + 1, shown.length), 0, copy);
}

function keyOf(missing: readonly Unplaced[], shown: readonly Shown[]): PlantedError[] {
  return [
    ...missing.map((planted) => ({ ...planted, row: null })),
    ...shown.flatMap(({ planted }, index) => (planted ? [{ ...planted, row: index + 1 }] : [])),
  ];
}
