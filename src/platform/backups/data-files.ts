import { readdir } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The part of a data folder that belongs to the embedded server. */
const DATABASE = 'db';

export const databaseFolderIn = (dataDir: string): string => join(dataDir, DATABASE);

/** The other files of a data folder: generated secrets, and the keys of the demo merchant. */
export const PRIVATE_FILES = ['secrets.json', 'demo.json'] as const;

export type PrivateFile = (typeof PRIVATE_FILES)[number];

/** Belongs to a running process, not to the data. */
const OF_A_PROCESS = /^lock-|\.sock$/;

/** Names everything in a data folder that is data, relative to it. */
export async function dataNames(dataDir: string): Promise<string[]> {
  const database = databaseFolderIn(dataDir);
  const inDatabase = existsSync(database) ? await readdir(database) : [];
  return [
    ...inDatabase.filter((name) => !OF_A_PROCESS.test(name)).map((name) => join(DATABASE, name)),
    ...PRIVATE_FILES.filter((name) => existsSync(join(dataDir, name))),
  ];
}
