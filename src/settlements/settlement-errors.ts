import { DomainError } from '../platform/errors/domain-error.js';

export class SettlementNotFoundError extends DomainError {
  readonly code = 'settlement_not_found';
  constructor(id: string) {
    super(`Settlement '${id}' not found for this user.`);
  }
}

export class SettlementTooLargeError extends DomainError {
  readonly code = 'settlement_too_large';
  constructor(rows: number, most: number) {
    super(
      `The report has ${rows} rows; exercises can be made of at most ${most}. Take the report of a smaller payout.`,
    );
  }
}

export class ExerciseNotFoundError extends DomainError {
  readonly code = 'exercise_not_found';
  constructor(id: string) {
    super(`Exercise '${id}' not found for this user.`);
  }
}

export class ExerciseAlreadyAnsweredError extends DomainError {
  readonly code = 'exercise_already_answered';
  constructor(id: string) {
    super(`Exercise '${id}' is answered already; make another one.`);
  }
}
