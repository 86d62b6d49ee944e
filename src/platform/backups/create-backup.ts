import { existsSync } from 'node:fs';
import { readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { CopyCheck, type CopySummary } from '../embedded-mongo/copy-check.js';
import { copyData } from '../embedded-mongo/copy-data.js';
import { syncFolder } from '../embedded-mongo/store-folder.js';
import { writeBackup } from './backup-file.js';
import type { BackupRecord } from './backup-records.js';
import { databaseFolderIn, PRIVATE_FILES, type PrivateFile } from './data-files.js';
import { settleInterruptedRestore } from './interrupted-restore.js';

/** A backup or restore is refused; the message says why, and what to do. */
export class BackupRefusedError extends Error {}

export interface BackupOptions {
  readonly dataDir: string;
  /** The file to write. */
  readonly file: string;
  /** Whether to replace an existing file. */
  readonly force: boolean;
  readonly gatewayVersion: string;
  /** Ends the backup early; it leaves no file then. */
  readonly signal?: AbortSignal;
}

export interface Backup extends CopySummary {
  readonly dataDir: string;
  readonly file: string;
  readonly fileBytes: number;
  readonly createdAt: string;
  readonly privateFiles: readonly PrivateFile[];
  /** False if the encryption key is not in the data folder: the gateway has it from its environment. */
  readonly hasEncryptionKey: boolean;
}

/**
 * Writes a data folder to one file, as of one moment, also while a gateway runs on it. The file gets its name only
 * when it is whole. Throws BackupRefusedError, NotCopiedError, StoreDamagedError, or the system's error.
 */
export async function createBackup(options: BackupOptions): Promise<Backup> {
  const { gatewayVersion, signal } = options;
  const [dataDir, file] = [resolve(options.dataDir), resolve(options.file)];
  await checkTarget(file, options.force);
  if (!existsSync(dataDir)) throw new BackupRefusedError(`There is no data folder ${dataDir}.`);
  await settleInterruptedRestore(dataDir);
  // Read first: the database may know accounts that these files do not name, but not the other way round.
  const privateFiles = await readPrivateFiles(dataDir);
  const createdAt = new Date().toISOString();
  const check = new CopyCheck(`The store in ${databaseFolderIn(dataDir)}`);
  let summary: CopySummary | undefined;

  async function* records(): AsyncGenerator<BackupRecord> {
    yield { kind: 'description', description: { createdAt, gatewayVersion } };
    for (const [name, content] of privateFiles) yield { kind: 'file', name, content };
    for await (const chunk of copyData(databaseFolderIn(dataDir))) {
      check.add(chunk);
      yield { kind: 'chunk', chunk };
    }
    summary = check.end();
    yield { kind: 'end' };
  }

  await removeLeftovers(file);
  const unfinished = `${file}${UNFINISHED}${process.pid}`;
  try {
    const fileBytes = await writeBackup(unfinished, records(), signal);
    await rename(unfinished, file);
    await syncFolder(dirname(file));
    const hasEncryptionKey = hasKey(privateFiles.get('secrets.json'));
    return {
      ...(summary ?? { collections: 0, documents: 0, bytes: 0 }),
      ...{ dataDir, file, fileBytes, createdAt, privateFiles: [...privateFiles.keys()], hasEncryptionKey },
    };
  } finally {
    await rm(unfinished, { force: true });
  }
}

/** What follows the name of a backup that is being written, before the number of the process. */
const UNFINISHED = '.unfinished-';

async function checkTarget(file: string, force: boolean): Promise<void> {
  const existing = existsSync(file) ? await stat(file) : null;
  if (existing && !existing.isFile()) throw new BackupRefusedError(`${file} is not a file; name the file to write.`);
  if (existing && !force)
    throw new BackupRefusedError(`${file} exists already. Name another file, or replace it with --force.`);
  if (!existsSync(dirname(file))) throw new BackupRefusedError(`There is no folder ${dirname(file)}.`);
}

/** Removes what earlier backups to the same file left that were killed. */
async function removeLeftovers(file: string): Promise<void> {
  const prefix = `${basename(file)}${UNFINISHED}`;
  for (const name of await readdir(dirname(file))) {
    const pid = name.startsWith(prefix) ? Number(name.slice(prefix.length)) : NaN;
    // In a container, the next process may well have the same number.
    if (Number.isInteger(pid) && (pid === process.pid || !isAlive(pid)))
      await rm(join(dirname(file), name), { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

async function readPrivateFiles(dataDir: string): Promise<Map<PrivateFile, Buffer>> {
  const files = new Map<PrivateFile, Buffer>();
  for (const name of PRIVATE_FILES)
    if (existsSync(join(dataDir, name))) files.set(name, await readFile(join(dataDir, name)));
  return files;
}

function hasKey(secrets: Buffer | undefined): boolean {
  return secrets !== undefined && 'ENCRYPTION_KEY' in (JSON.parse(secrets.toString()) as object);
}
