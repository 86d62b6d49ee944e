import { MongoError } from './mongo-error.js';

const WHAT_TO_DO = 'Restore the data folder from a copy, or move it away to start empty.';

/** The data folder cannot be opened as it was written. Nothing of it is skipped: somebody has to look. */
export class StoreDamagedError extends Error {
  constructor(where: string, reason: string, options?: ErrorOptions & { readonly at?: string }) {
    super(`${where} is damaged${options?.at ?? ''}: ${reason}. ${WHAT_TO_DO}`, options);
    this.name = 'StoreDamagedError';
  }
}

/** The store could not be written; nothing is acknowledged any more. */
export class StoreWriteError extends Error {
  constructor(cause: unknown) {
    super(`The store cannot be written: ${reasonOf(cause)}`, { cause });
    this.name = 'StoreWriteError';
  }
}

/** What a client is told when a command meets damage: MongoDB's DataCorruptionDetected. */
export class DamagedDataError extends MongoError {
  constructor(where: string, reason: string) {
    super(301, `Damage in ${where}: ${reason}. Run "npm run verify -- --data DIR" to see all of it. ${WHAT_TO_DO}`);
  }
}

const DAMAGE_CODES = new Set(['LEVEL_CORRUPTION', 'LEVEL_IO_ERROR']);

/** What LevelDB says when it cannot read, as a client is told. */
export function readError(error: unknown): unknown {
  const isDamage =
    typeof error === 'object' && error !== null && 'code' in error && DAMAGE_CODES.has(String(error.code));
  return isDamage ? new DamagedDataError('the store', reasonOf(error)) : error;
}

/** The message of an error; LevelDB's own stands in its cause. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
