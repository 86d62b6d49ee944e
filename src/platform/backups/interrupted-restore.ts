import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DataFolderLock } from '../embedded-mongo/data-folder.js';
import { syncFolder } from '../embedded-mongo/store-folder.js';
import { dataNames, databaseFolderIn } from './data-files.js';

/**
 * The folders of a restore, inside the data folder: a volume cannot be renamed, but what is in it can. Each stage ends
 * with a rename. Until `complete` the folder has its old data; from then on every start finishes the restore first.
 */
const STAGES = {
  /** The new data is written and verified. */
  unfinished: 'restore.unfinished',
  /** The new data is whole; the old data moves into `old`. */
  complete: 'restore.complete',
  /** The old data is in `old`; the new data moves to its place. */
  replacing: 'restore.replacing',
} as const;

const OLD = 'old';

/** Where a restore prepares the new data of a data folder. */
export const unfinishedRestoreIn = (dataDir: string): string => join(dataDir, STAGES.unfinished);

/**
 * Finishes a restore that was killed after its data was complete, and removes one that was killed before. Does nothing
 * if there is none. Throws DataFolderLockedError if the restore is still running.
 */
export async function settleInterruptedRestore(dataDir: string): Promise<void> {
  if (!Object.values(STAGES).some((stage) => existsSync(join(dataDir, stage)))) return;
  const lock = await DataFolderLock.acquire(databaseFolderIn(dataDir));
  try {
    await settleRestore(dataDir);
  } finally {
    await lock.release();
  }
}

/** Does the same for a caller that holds the lock of the database folder. */
export async function settleRestore(dataDir: string): Promise<void> {
  await rm(unfinishedRestoreIn(dataDir), { recursive: true, force: true });
  await replaceData(dataDir);
}

/** From here on, the new data counts. The caller holds the lock, and has put the new data on the disk. */
export async function commitRestore(dataDir: string): Promise<void> {
  await rename(unfinishedRestoreIn(dataDir), join(dataDir, STAGES.complete));
  await syncFolder(dataDir);
  await replaceData(dataDir);
}

/** Each step can be repeated after a kill. */
async function replaceData(dataDir: string): Promise<void> {
  const [complete, replacing] = [join(dataDir, STAGES.complete), join(dataDir, STAGES.replacing)];
  if (existsSync(complete)) {
    await moveData(dataDir, join(complete, OLD));
    await rename(complete, replacing);
    await syncFolder(dataDir);
  }
  if (existsSync(replacing)) {
    await moveData(replacing, dataDir);
    await rm(replacing, { recursive: true });
  }
}

async function moveData(from: string, to: string): Promise<void> {
  await mkdir(databaseFolderIn(to), { recursive: true, mode: 0o700 });
  for (const name of await dataNames(from)) await rename(join(from, name), join(to, name));
  for (const folder of [to, databaseFolderIn(to), from, databaseFolderIn(from)])
    if (existsSync(folder)) await syncFolder(folder);
}
