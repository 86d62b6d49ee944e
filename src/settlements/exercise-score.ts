import type { ExerciseError, PlantedError, PlantedRows } from './exercise-errors.js';

/** Something that is said to be wrong in the report: a row of it, or a balance transaction, or both. */
export interface Finding {
  readonly row: number | null;
  readonly transactionId: string | null;
  readonly error: ExerciseError;
}

export interface ExerciseResult {
  /** From 0 to 100. */
  readonly score: number;
  readonly correct: readonly PlantedError[];
  readonly missed: readonly PlantedError[];
  /** As they were sent, each once. */
  readonly wronglyAccused: readonly Finding[];
}

/**
 * Compares findings with the errors that were planted. Each one that is found counts, each wrong accusation takes one
 * away, and repetitions count once: the score is what remains, in percent of all that were planted, and never less
 * than 0. So it is 100 only if all were found and nothing else was accused.
 */
export function scoreFindings(findings: readonly Finding[], { rows, key }: PlantedRows): ExerciseResult {
  const accusations = new Map<string, Finding>();
  for (const finding of findings) {
    const accusation = accusationOf(finding, rows);
    if (!accusations.has(accusation)) accusations.set(accusation, finding);
  }
  const isFound = (planted: PlantedError): boolean => accusations.has(textOf(planted.error, planted.transactionId));
  const correct = key.filter(isFound);
  const missed = key.filter((planted) => !isFound(planted));
  for (const { error, transactionId } of key) accusations.delete(textOf(error, transactionId));
  const wronglyAccused = [...accusations.values()];
  return { score: percentage(correct.length - wronglyAccused.length, key.length), correct, missed, wronglyAccused };
}

/** Equal for findings that say the same, whether by row or by id. No error is planted twice on one transaction. */
function accusationOf({ row, transactionId, error }: Finding, rows: PlantedRows['rows']): string {
  if (row === null) return textOf(error, transactionId ?? '');
  const named = rows[row - 1]?.transactionId;
  const isClear = named !== undefined && (transactionId === null || transactionId === named);
  return isClear ? textOf(error, named) : textOf(error, `${row} ${transactionId ?? ''}`);
}

const textOf = (error: ExerciseError, transactionId: string): string => `${error} ${transactionId}`;

function percentage(points: number, of: number): number {
  if (of === 0) return points < 0 ? 0 : 100;
  return Math.max(0, Math.floor((100 * points) / of));
}
