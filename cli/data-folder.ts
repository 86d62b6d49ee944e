import {
  type Backup,
  type BackupOptions,
  BackupRefusedError,
  createBackup,
} from '../src/platform/backups/create-backup.js';
import { BackupFileError } from '../src/platform/backups/backup-records.js';
import { restoreBackup, type Restored, type RestoreOptions } from '../src/platform/backups/restore-backup.js';
import { NotCopiedError } from '../src/platform/embedded-mongo/copy-data.js';
import { DataFolderLockedError } from '../src/platform/embedded-mongo/data-folder.js';
import { reasonOf, StoreDamagedError } from '../src/platform/embedded-mongo/store-errors.js';
import { CommandError } from './errors.js';
import { untilInterrupted } from './until-interrupted.js';

// Loaded only by the commands that need it: it brings the store of the embedded server with it.

/** Backs a data folder up, until the user interrupts it. Throws CommandError if it fails. */
export function backup(options: BackupOptions): Promise<Backup> {
  return explained((signal) => createBackup({ ...options, signal }));
}

/** Restores a data folder, until the user interrupts it. Throws CommandError if it fails. */
export function restore(options: RestoreOptions): Promise<Restored> {
  return explained((signal) => restoreBackup({ ...options, signal }));
}

/** Errors whose message says all. */
const EXPECTED = [BackupFileError, BackupRefusedError, NotCopiedError, StoreDamagedError];

async function explained<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const signal = untilInterrupted();
  try {
    return await work(signal);
  } catch (error) {
    if (signal.aborted) throw new CommandError('Interrupted. Everything is as it was before.', { cause: error });
    if (error instanceof DataFolderLockedError)
      throw new CommandError(`${error.message} Stop it first.`, { cause: error });
    if (error instanceof Error && EXPECTED.some((known) => error instanceof known))
      throw new CommandError(error.message, { cause: error });
    if (isOfTheSystem(error)) throw new CommandError(reasonOf(error), { cause: error });
    throw error;
  }
}

/** Such as a full disk, or a folder that this user may not write; LevelDB meets it too. */
const isOfTheSystem = (error: unknown): boolean =>
  error instanceof Error && ('syscall' in error || ('code' in error && String(error.code).startsWith('LEVEL_')));
