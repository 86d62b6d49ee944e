import { DomainError } from '../platform/errors/domain-error.js';

export class FaultsOffError extends DomainError {
  readonly code = 'faults_off';
  constructor() {
    super('Faults are off on this gateway; set FAULTS=on.');
  }
}

export class FaultNotFoundError extends DomainError {
  readonly code = 'fault_not_found';
  constructor(id: string) {
    super(`Fault '${id}' not found for this user.`);
  }
}

export class TooManyFaultsError extends DomainError {
  readonly code = 'too_many_faults';
  constructor(most: number) {
    super(`A user can have at most ${most} faults; delete some first.`);
  }
}
