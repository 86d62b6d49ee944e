import { mkdir, open } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DataFolderLock } from '../embedded-mongo/data-folder.js';
import { createStoreFrom, syncFolder } from '../embedded-mongo/store-folder.js';
import { verifyFolder, type VerifiedFolder } from '../embedded-mongo/verify-folder.js';
import { checkBackup, readBackup } from './backup-file.js';
import { BackupFileError, type BackupRecord, type Description } from './backup-records.js';
import { BackupRefusedError } from './create-backup.js';
import { dataNames, databaseFolderIn, PRIVATE_FILES } from './data-files.js';
import { commitRestore, settleRestore, unfinishedRestoreIn } from './interrupted-restore.js';

export interface RestoreOptions {
  readonly file: string;
  readonly dataDir: string;
  /** Whether to replace existing data. */
  readonly force: boolean;
  /** Ends the restore early; the data folder stays as it was then. */
  readonly signal?: AbortSignal;
}

export interface Restored extends Description, Pick<VerifiedFolder, 'collections' | 'documents' | 'bytes'> {
  readonly file: string;
  readonly dataDir: string;
  readonly privateFiles: readonly string[];
}

/**
 * Replaces the data of a data folder with that of a backup. Whatever ends it early, the folder has either its old data
 * or the new data; the next start, backup or restore removes what is left of a killed one. Throws BackupFileError if
 * the file is not a whole backup, before anything is written; DataFolderLockedError if a process uses the folder;
 * BackupRefusedError if it has data already; or the system's error.
 */
export async function restoreBackup({ signal, force, ...options }: RestoreOptions): Promise<Restored> {
  const [dataDir, file] = [resolve(options.dataDir), resolve(options.file)];
  await checkBackup(file, signal);
  const lock = await DataFolderLock.acquire(databaseFolderIn(dataDir));
  try {
    await settleRestore(dataDir);
    const existing = await dataNames(dataDir);
    if (existing.length > 0 && !force)
      throw new BackupRefusedError(
        `The data folder ${dataDir} has data already (${existing.join(', ')}). Name another one, or replace its data with --force.`,
      );
    try {
      const restored = await prepare(file, dataDir, signal);
      signal?.throwIfAborted();
      await commitRestore(dataDir);
      return { file, dataDir, ...restored };
    } finally {
      await settleRestore(dataDir);
    }
  } finally {
    await lock.release();
  }
}

/** Writes the new data beside the old, verifies it, and puts it on the disk. */
async function prepare(
  file: string,
  dataDir: string,
  signal: AbortSignal | undefined,
): Promise<Omit<Restored, 'file' | 'dataDir'>> {
  const folder = unfinishedRestoreIn(dataDir);
  const database = databaseFolderIn(folder);
  await mkdir(database, { recursive: true, mode: 0o700 });
  const contents = new BackupContents(folder);
  await createStoreFrom(database, contents.chunksOf(readBackup(file), signal));
  if (!contents.description) throw new BackupFileError(`The backup ${file} does not describe itself.`);

  const findings: string[] = [];
  const verified = await verifyFolder(database, (finding) => findings.push(finding));
  if (!verified || findings.length > 0)
    throw new BackupFileError(
      `The data in ${file} is damaged: ${findings.length} findings, such as: ${findings[0] ?? ''}. Use another backup.`,
    );
  for (const synced of [database, folder]) await syncFolder(synced);
  const { collections, documents, bytes } = verified;
  return { ...contents.description, collections, documents, bytes, privateFiles: contents.privateFiles };
}

/** Takes a backup apart: its private files go to a folder, and the chunks of its database on to the caller. */
class BackupContents {
  description: Description | undefined;
  readonly privateFiles: string[] = [];

  constructor(private readonly folder: string) {}

  async *chunksOf(records: AsyncIterable<BackupRecord>, signal?: AbortSignal): AsyncGenerator<Buffer, undefined> {
    for await (const record of records) {
      signal?.throwIfAborted();
      if (record.kind === 'chunk') yield record.chunk;
      else if (record.kind === 'description') this.description = record.description;
      else if (record.kind === 'file') await this.writeFile(record.name, record.content);
    }
  }

  private async writeFile(name: string, content: Buffer): Promise<void> {
    const known = PRIVATE_FILES.find((privateFile) => privateFile === name);
    if (known === undefined) throw new BackupFileError(`The backup has a file with the unknown name ${name}.`);
    const file = await open(join(this.folder, known), 'wx', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    this.privateFiles.push(known);
  }
}
