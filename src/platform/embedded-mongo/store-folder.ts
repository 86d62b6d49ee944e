import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Catalog } from './catalog.js';
import { convertJournal, findJournal, removeJournals } from './journal-conversion.js';
import { Store } from './store.js';
import { StoreDamagedError, type StoreWriteError } from './store-errors.js';

const FOLDER = 'store';
const UNFINISHED = 'store.new';

type OnFailure = (error: StoreWriteError) => void;

/**
 * Opens the store of a data folder. Creates a new store in an empty folder, and converts a journal of version 1.0.
 * Both are prepared in another folder and renamed in one step, so an existing store is complete. Throws
 * StoreDamagedError if the store or the journal is damaged.
 */
export async function openData(dataDir: string, onFailure: OnFailure): Promise<Catalog> {
  const names = await readdir(dataDir);
  const journal = findJournal(names);
  if (!names.includes(FOLDER)) await makeStore(dataDir, journal);
  const catalog = await openStore(dataDir, onFailure);
  try {
    if (journal !== undefined) await removeConverted(dataDir, journal, catalog);
    catalog.clearGarbage();
    return catalog;
  } catch (error) {
    await catalog.close();
    throw error;
  }
}

/** Whether a folder contains a store. */
export const hasStore = async (dataDir: string): Promise<boolean> =>
  (await readdir(dataDir).catch((): string[] => [])).includes(FOLDER);

/** Returns one line for each damaged block in the tables of a store. Do not open the store if there are any. */
export const damagedTables = (dataDir: string): Promise<string[]> => Store.damagedTables(join(dataDir, FOLDER));

/** Opens an existing store without changing it. Throws StoreDamagedError if it is damaged. */
export async function openStore(dataDir: string, onFailure: OnFailure): Promise<Catalog> {
  const folder = join(dataDir, FOLDER);
  const store = await Store.open(folder, onFailure);
  try {
    return Catalog.open(store, `The store ${folder}`);
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Creates the store of a folder from the chunks of a copy. The caller verifies it, which also puts it on the disk. */
export async function createStoreFrom(dataDir: string, chunks: AsyncIterable<Buffer>): Promise<void> {
  const folder = join(dataDir, FOLDER);
  await mkdir(folder, { mode: 0o700 });
  await Store.createFrom(folder, chunks);
  await syncFolder(folder);
}

async function makeStore(dataDir: string, journal: string | undefined): Promise<void> {
  const unfinished = join(dataDir, UNFINISHED);
  // Removes the remains of an earlier attempt that crashed.
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  await Store.create(unfinished);
  let failure: StoreWriteError | undefined;
  const store = await Store.open(unfinished, (error) => {
    failure = error;
  });
  try {
    if (journal === undefined) await Catalog.create(store);
    else await convertJournal(dataDir, journal, await Catalog.create(store, journal));
  } finally {
    await store.close();
  }
  if (failure) throw failure;
  await syncFolder(unfinished);
  await rename(unfinished, join(dataDir, FOLDER));
  await syncFolder(dataDir);
}

/**
 * Removes a converted journal that a crash left next to its store. Throws StoreDamagedError if the store was not made
 * from this journal, which then has data of its own.
 */
async function removeConverted(dataDir: string, journal: string, catalog: Catalog): Promise<void> {
  if (catalog.convertedFrom !== journal) {
    throw new StoreDamagedError(
      `The data folder ${dataDir}`,
      `it holds a store and the file ${journal} of version 1.0, and the store was not made of it`,
    );
  }
  await removeJournals(dataDir);
  await syncFolder(dataDir);
  await catalog.forgetConversion();
}

/** Puts the names in a folder on the disk. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync();
  await handle.close();
}
