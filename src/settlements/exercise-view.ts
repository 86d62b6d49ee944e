import { publicId } from '../platform/worlds/world-ids.js';
import type { Exercise } from './exercise.schema.js';
import type { ExerciseError, PlantedError } from './exercise-errors.js';
import type { ExerciseResult, Finding } from './exercise-score.js';
import type { SettlementReport } from './settlement-report.js';
import { settlementView, type SettlementView } from './settlement-view.js';

/** The result of an answer, with all that was planted. */
export interface ExerciseResultView extends ExerciseResult {
  readonly key: readonly PlantedError[];
}

/** An exercise as the API shows it: the key only when it is answered. */
export interface ExerciseView {
  readonly id: string;
  readonly settlementId: string;
  readonly createdAt: Date;
  readonly seed: string;
  readonly errors: readonly ExerciseError[];
  readonly count: number;
  readonly report: SettlementView;
  readonly answeredAt: Date | null;
  readonly findings: readonly Finding[] | null;
  readonly result: ExerciseResultView | null;
}

/** The report with the errors in it. */
export function exerciseReport(exercise: Exercise): SettlementReport {
  const { settlementId, payoutId, day, currency, reportCreatedAt, rows } = exercise;
  return { id: settlementId, payoutId, day, currency, createdAt: reportCreatedAt, rows };
}

export function exerciseView(exercise: Exercise): ExerciseView {
  const { _id, settlementId, createdAt, seed, errorKinds, count, answer } = exercise;
  return {
    id: publicId(_id),
    settlementId,
    createdAt,
    seed,
    errors: errorKinds,
    count,
    report: settlementView(exerciseReport(exercise)),
    answeredAt: answer?.at ?? null,
    findings: answer?.findings ?? null,
    result: resultView(exercise),
  };
}

/** Null while the exercise is not answered. */
export function resultView({ answer, key }: Exercise): ExerciseResultView | null {
  if (!answer) return null;
  const { score, correct, missed, wronglyAccused } = answer.result;
  return { score, correct, missed, wronglyAccused, key };
}
