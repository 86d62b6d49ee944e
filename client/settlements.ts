import {
  answered,
  type Connection,
  type QueryOf,
  type RequestOptions,
  type Schemas,
  sent,
  type WriteOptions,
} from './connection.js';
import { PagedList } from './pages.js';

export type SettlementSummary = Schemas['SettlementSummaryDto'];
export type Settlement = Schemas['SettlementDto'];
export type SettlementRow = Schemas['SettlementRowDto'];
export type Exercise = Schemas['ExerciseDto'];
export type ExerciseFinding = Schemas['FindingDto'];
export type ExerciseResult = Schemas['ExerciseResultDto'];

export class Settlements {
  constructor(private readonly connection: Connection) {}

  /** The report with its rows. */
  get(id: string, options?: RequestOptions): Promise<Settlement> {
    return answered(
      this.connection.api.GET('/api/v1/settlements/{settlement_id}', {
        params: { path: { settlement_id: id } },
        ...sent(options),
      }),
    );
  }

  /** Reports of payouts, newest first, or those of a day; without their rows. */
  list(query: QueryOf<'/api/v1/settlements'> = {}, options?: RequestOptions): PagedList<SettlementSummary> {
    return new PagedList((cursor) =>
      answered(
        this.connection.api.GET('/api/v1/settlements', {
          params: { query: { ...query, ...cursor } },
          ...sent(options),
        }),
      ),
    );
  }

  /** The rows of a report as CSV. */
  csv(id: string, options?: RequestOptions): Promise<string> {
    return answered<string>(
      this.connection.api.GET('/api/v1/settlements/{settlement_id}.csv', {
        params: { path: { settlement_id: id } },
        parseAs: 'text',
        ...sent(options),
      }),
    );
  }
}

export class Exercises {
  constructor(private readonly connection: Connection) {}

  /** Plants errors in a copy of a settlement report. */
  create(settlementId: string, body: Schemas['CreateExerciseDto'] = {}, options?: WriteOptions): Promise<Exercise> {
    return answered(
      this.connection.api.POST('/api/v1/settlements/{settlement_id}/exercises', {
        params: { path: { settlement_id: settlementId } },
        body,
        ...sent(options),
      }),
    );
  }

  /** With the result, once it is answered. */
  get(id: string, options?: RequestOptions): Promise<Exercise> {
    return answered(
      this.connection.api.GET('/api/v1/exercises/{exercise_id}', {
        params: { path: { exercise_id: id } },
        ...sent(options),
      }),
    );
  }

  /** Answers an exercise, once, and shows all errors that were planted. */
  answer(id: string, body: Schemas['AnswerExerciseDto'], options?: WriteOptions): Promise<ExerciseResult> {
    return answered(
      this.connection.api.POST('/api/v1/exercises/{exercise_id}/answer', {
        params: { path: { exercise_id: id } },
        body,
        ...sent(options),
      }),
    );
  }

  /** The report with the errors in it, as CSV. */
  csv(id: string, options?: RequestOptions): Promise<string> {
    return answered<string>(
      this.connection.api.GET('/api/v1/exercises/{exercise_id}.csv', {
        params: { path: { exercise_id: id } },
        parseAs: 'text',
        ...sent(options),
      }),
    );
  }
}
