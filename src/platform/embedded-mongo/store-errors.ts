import { MongoError } from './mongo-error.js';

const WHAT_TO_DO = 'Restore the data folder from a copy, or move it away to start empty.';

/**
 * The data folder is damaged. The server refuses to open it and skips nothing, so that a person decides what to do.
 */
export class StoreDamagedError extends Error {
  constructor(where: string, reason: string, options?: ErrorOptions & { readonly at?: string }) {
    super(`${where} is damaged${options?.at ?? ''}: ${reason}. ${WHAT_TO_DO}`, options);
    this.name = 'StoreDamagedError';
  }
}

/** A write of the store failed; the server acknowledges nothing any more. */
export class StoreWriteError extends Error {
  constructor(cause: unknown) {
    super(`The store cannot be written: ${reasonOf(cause)}`, { cause });
    this.name = 'StoreWriteError';
  }
}

/** The error for a client whose command meets damaged data: MongoDB's DataCorruptionDetected. */
export class DamagedDataError extends MongoError {
  constructor(where: string, reason: string) {
    super(301, `Damage in ${where}: ${reason}. Run "npm run verify -- --data DIR" to see all of it. ${WHAT_TO_DO}`);
  }
}

const DAMAGE_CODES = new Set(['LEVEL_CORRUPTION', 'LEVEL_IO_ERROR']);

/** Converts a read error of LevelDB to the error for the client. */
export function readError(error: unknown): unknown {
  const isDamage =
    typeof error === 'object' && error !== null && 'code' in error && DAMAGE_CODES.has(String(error.code));
  return isDamage ? new DamagedDataError('the store', reasonOf(error)) : error;
}

/** Returns the message of an error, including its cause, which has LevelDB's own message. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
