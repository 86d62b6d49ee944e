import { DomainError } from '../platform/errors/domain-error.js';

export class SandboxesOffError extends DomainError {
  readonly code = 'sandboxes_off';
  constructor() {
    super('Sandboxes are off on this gateway; set SANDBOXES=on. In production, administrators create them.');
  }
}

export class NotASandboxError extends DomainError {
  readonly code = 'not_a_sandbox';
  constructor() {
    super('This account is not a sandbox; create one with POST /sandboxes.');
  }
}

export class ClockIsRealError extends DomainError {
  readonly code = 'clock_is_real';
  constructor() {
    super("The clock of this account is the real time and can't be advanced; create a sandbox with clock.now.");
  }
}

export class ClockBusyError extends DomainError {
  readonly code = 'clock_busy';
  override readonly retryAfterSeconds = 1;
  constructor() {
    super('Another request advances the clock or restores the sandbox; wait until it is answered, then try again.');
  }
}

/** One machine runs many tests at once, and forgets to delete some sandboxes; they expire. */
export const MAX_SANDBOXES_PER_ADDRESS = 1_000;

export class TooManySandboxesError extends DomainError {
  readonly code = 'too_many_sandboxes';
  override readonly retryAfterSeconds = 60;
  constructor() {
    super(`An address can have at most ${MAX_SANDBOXES_PER_ADDRESS} sandboxes; delete some first.`);
  }
}

export class TooManySnapshotsError extends DomainError {
  readonly code = 'too_many_snapshots';
  constructor(most: number) {
    super(`A sandbox can have at most ${most} snapshots; use one of them, or another sandbox.`);
  }
}

export class SnapshotTooLargeError extends DomainError {
  readonly code = 'snapshot_too_large';
  constructor(mostMegabytes: number) {
    super(`A snapshot can have at most ${mostMegabytes} MB; reset the sandbox, and make a snapshot of less.`);
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
    super('The gateway is stopping; send the request again, and the clock goes on.');
  }
}
