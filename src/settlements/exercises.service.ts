import { Injectable } from '@nestjs/common';
import type { Principal } from '../platform/access/principal.js';
import type { Reader } from '../ledger/ledger.service.js';
import { publicId } from '../platform/worlds/world-ids.js';
import type { Exercise } from './exercise.schema.js';
import { type ExercisePlan, plantErrors } from './exercise-errors.js';
import { type Finding, scoreFindings } from './exercise-score.js';
import { ExerciseStore } from './exercise-store.service.js';
import { ExerciseAlreadyAnsweredError, SettlementTooLargeError } from './settlement-errors.js';
import { SettlementsService } from './settlements.service.js';

/** An exercise is one document. */
const MAX_ROWS = 5_000;

/** What an exercise is to be like; without a seed, it follows from the id. */
export type ExerciseOrder = Omit<ExercisePlan, 'seed'> & { readonly seed: string | null };

/** Settlement reports with errors to find. */
@Injectable()
export class ExercisesService {
  constructor(
    private readonly store: ExerciseStore,
    private readonly settlements: SettlementsService,
  ) {}

  /** Throws SettlementNotFoundError, SettlementTooLargeError, InvalidFieldError. */
  async create(
    { accountId, world }: Reader,
    id: string,
    settlementId: string,
    order: ExerciseOrder,
  ): Promise<Exercise> {
    const made = await this.store.find(accountId, id);
    // The same request ran before and was not answered.
    if (made) return made;
    const report = await this.settlements.report({ accountId, world }, settlementId);
    if (report.rows.length > MAX_ROWS) throw new SettlementTooLargeError(report.rows.length, MAX_ROWS);
    const seed = order.seed ?? publicId(id);
    const { rows, key } = plantErrors(report.rows, { ...order, seed });
    const exercise = await this.store.insert({
      _id: id,
      accountId,
      settlementId: report.id,
      seed,
      errorKinds: [...order.errors],
      count: order.count,
      createdAt: world.now(),
      payoutId: report.payoutId,
      day: report.day,
      currency: report.currency,
      reportCreatedAt: report.createdAt,
      rows: [...rows],
      key: [...key],
      answer: null,
    });
    await this.store.trim(accountId);
    return exercise;
  }

  /** Throws ExerciseNotFoundError. */
  get(accountId: string, id: string): Promise<Exercise> {
    return this.store.get(accountId, id);
  }

  /**
   * Throws ExerciseNotFoundError, and ExerciseAlreadyAnsweredError unless this request gave the answer that is stored.
   *
   * @param answerId follows from the request
   */
  async answer(
    { accountId, world }: Principal,
    id: string,
    answerId: string,
    findings: readonly Finding[],
  ): Promise<Exercise> {
    const exercise = await this.store.get(accountId, id);
    const { correct, missed, wronglyAccused, score } = scoreFindings(findings, exercise);
    const result = { score, correct: [...correct], missed: [...missed], wronglyAccused: [...wronglyAccused] };
    const answer = { id: answerId, at: world.now(), findings: [...findings], result };
    const answered = (await this.store.answer(exercise, answer)) ?? (await this.store.get(accountId, id));
    if (answered.answer?.id !== answerId) throw new ExerciseAlreadyAnsweredError(publicId(id));
    return answered;
  }
}
