import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DataFolderLock } from './data-folder.js';
import { hasStore } from './store-folder.js';
import { verifyFolder } from './verify-folder.js';

const USAGE = 'Usage: npm run verify -- --data <folder>';
const MAX_SHOWN = 100;
const EXIT = { whole: 0, findings: 1, notOpened: 2 } as const;

/**
 * Returns the folder that contains the store: the given one, or the gateway's folder in it. Throws an Error with a
 * one-line message if there is none.
 */
async function findFolder(named: string): Promise<string> {
  const isFolder = await stat(named).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
  if (!isFolder) throw new Error(`There is no folder ${named}`);
  for (const folder of [named, join(named, 'db')]) if (await hasStore(folder)) return folder;
  throw new Error(
    `The folder ${named} holds no store. A journal of version 1.0 is converted when the gateway is started.`,
  );
}

/** Prints findings, up to MAX_SHOWN. */
class Report {
  private count = 0;

  readonly add = (finding: string): void => {
    if (++this.count <= MAX_SHOWN) process.stdout.write(`${finding}\n`);
  };

  /** Prints the summary and returns the exit code. */
  end(folder: string, looked: string): number {
    if (this.count > MAX_SHOWN) process.stdout.write(`… and ${this.count - MAX_SHOWN} more\n`);
    process.stdout.write(
      this.count === 0
        ? `${folder} is whole: ${looked}\n`
        : `${folder} is damaged: ${this.count} findings in ${looked}\n`,
    );
    return this.count === 0 ? EXIT.whole : EXIT.findings;
  }
}

async function run(): Promise<number> {
  const { values } = parseArgs({ options: { data: { type: 'string' } } });
  if (values.data === undefined || values.data === '') throw new Error(USAGE);
  const folder = await findFolder(resolve(values.data));
  const lock = await DataFolderLock.acquire(folder);
  try {
    return await verifyAndReport(folder);
  } finally {
    await lock.release();
  }
}

async function verifyAndReport(folder: string): Promise<number> {
  const report = new Report();
  const verified = await verifyFolder(folder, report.add);
  if (!verified) return report.end(folder, 'the files of the tables; the documents were not looked at');
  const { collections, documents, entries, commits } = verified;
  return report.end(
    folder,
    `${collections} collections, ${documents} documents, ${entries} index entries, ${commits} commits`,
  );
}

try {
  process.exitCode = await run();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = EXIT.notOpened;
}
