import type { CatalogueEntry } from './catalogue-entry.js';

/** The error codes of what tests use: sandboxes, clocks, faults, certifications. */
export const TESTING_ERRORS = {
  sandboxes_off: {
    status: 403,
    cause: 'Sandboxes are turned off on this gateway, as they are in production by default.',
    action: 'Set `SANDBOXES=on`. In production, also send the bearer token of an administrator.',
    detail: 'Sandboxes are off on this gateway; set SANDBOXES=on. In production, administrators create them.',
  },
  faults_off: {
    status: 403,
    cause: 'Faults are turned off on this gateway, as they are in production by default.',
    action: 'Set `FAULTS=on`.',
    detail: 'Faults are off on this gateway; set FAULTS=on.',
  },
  snapshot_not_found: {
    status: 404,
    cause: 'The sandbox has no such snapshot.',
    action: 'Check the id (`snap_…`); a snapshot belongs to the sandbox that made it.',
    detail: "Snapshot 'snap_0193a5e2c7f11b2c3d4e5f60' not found for this user.",
  },
  fault_not_found: {
    status: 404,
    cause: 'The account has no such fault.',
    action: 'Check the id (`flt_…`).',
    detail: "Fault 'flt_0193a5e2c7f11b2c3d4e5f60' not found for this user.",
  },
  certification_not_found: {
    status: 404,
    cause: 'The account has no such certification.',
    action: 'Check the id (`cert_…`).',
    detail: "Certification 'cert_0193a5e2c7f11b2c3d4e5f60' not found for this user.",
  },
  not_a_sandbox: {
    status: 409,
    cause: 'The account is not a sandbox.',
    action: 'Create a sandbox with `POST /sandboxes`, and use its key or token.',
    detail: 'This account is not a sandbox; create one with POST /sandboxes.',
  },
  sandbox_changed: {
    status: 409,
    cause: 'The sandbox was reset, restored or deleted when the request began. Nothing was done.',
    action: 'Send the request again.',
    detail: 'The sandbox was reset, restored or deleted meanwhile.',
    retryAfter: true,
  },
  clock_is_real: {
    status: 409,
    cause: 'The clock of the account is the real time, which nobody can advance.',
    action: 'Create a sandbox with `"clock": { "now": "2026-01-31T09:00:00Z" }`.',
    detail: "The clock of this account is the real time and can't be advanced; create a sandbox with clock.now.",
  },
  clock_busy: {
    status: 409,
    cause: 'Another request advances the clock, or the sandbox is being restored.',
    action: 'Wait until it is answered, and send the request again.',
    detail: 'Another request advances the clock or restores the sandbox; wait until it is answered, then try again.',
    retryAfter: true,
  },
  too_many_snapshots: {
    status: 409,
    cause: 'The sandbox has as many snapshots as it can have.',
    action: 'Use one of those that it has, or another sandbox.',
    detail: 'A sandbox can have at most 20 snapshots; use one of them, or another sandbox.',
  },
  snapshot_too_large: {
    status: 409,
    cause: 'The data of the sandbox is larger than a snapshot can be.',
    action: 'Reset the sandbox, and make a snapshot of less.',
    detail: 'A snapshot can have at most 24 MB; reset the sandbox, and make a snapshot of less.',
  },
  too_many_faults: {
    status: 409,
    cause: 'The account has as many faults as it can have.',
    action: 'Delete those that are not used any more.',
    detail: 'A user can have at most 100 faults; delete some first.',
  },
  too_many_certifications: {
    status: 409,
    cause: 'The account has as many running certifications as it can have.',
    action: 'Wait until one has ended.',
    detail: 'A user can run at most 3 certifications at once; wait until one has ended.',
  },
  too_many_sandboxes: {
    status: 429,
    cause: 'The address has as many sandboxes as it can have.',
    action: 'Delete those that are not used any more (`DELETE /sandboxes/current`), or let them expire.',
    detail: 'An address can have at most 1000 sandboxes; delete some first.',
  },
  too_many_open_requests: {
    status: 429,
    cause: 'The account has as many requests that wait for an event, or as many open streams, as it can have.',
    action: 'Wait until a request is answered, or close a stream.',
    detail: 'At most 20 streams of a user, and 1000 of all users, can be open at once; close one first.',
  },
  injected_fault: {
    status: 500,
    cause: 'A fault that the account asked for, with the status that it asked for.',
    action: 'Nothing: this is what the fault is for. `GET /faults` tells what really happened.',
    detail: 'A fault that was asked for.',
  },
} as const satisfies Record<string, CatalogueEntry>;
