import { DomainError } from '../platform/errors/domain-error.js';

export class SandboxesOffError extends DomainError {
  readonly code = 'sandboxes_off';
  constructor() {
    super('Sandboxes are off in production; set SANDBOXES=on, and create them as an administrator.');
  }
}

export class NotASandboxError extends DomainError {
  readonly code = 'not_a_sandbox';
  constructor() {
    super('This account is not a sandbox.');
  }
}

export class ClockIsRealError extends DomainError {
  readonly code = 'clock_is_real';
  constructor() {
    super('The clock of this account is the real one; only a virtual clock can be advanced.');
  }
}

export class ClockBusyError extends DomainError {
  readonly code = 'clock_busy';
  override readonly retryAfterSeconds = 1;
  constructor() {
    super('The clock is being advanced by another request.');
  }
}

export class TooManySandboxesError extends DomainError {
  readonly code = 'too_many_sandboxes';
  override readonly retryAfterSeconds = 60;
  constructor(most: number) {
    super(`An address can have at most ${most} sandboxes; delete some first.`);
  }
}

export class TooManySnapshotsError extends DomainError {
  readonly code = 'too_many_snapshots';
  constructor(most: number) {
    super(`A sandbox can have at most ${most} snapshots.`);
  }
}

export class SnapshotTooLargeError extends DomainError {
  readonly code = 'snapshot_too_large';
  constructor(mostMegabytes: number) {
    super(`A snapshot can have at most ${mostMegabytes} MB.`);
  }
}

export class SnapshotNotFoundError extends DomainError {
  readonly code = 'snapshot_not_found';
  constructor(id: string) {
    super(`Snapshot '${id}' not found for this user.`);
  }
}

export class GatewayStoppingError extends DomainError {
  readonly code = 'service_unavailable';
  override readonly retryAfterSeconds = 1;
  constructor() {
    super('The gateway is stopping. The clock goes on with the next request.');
  }
}
