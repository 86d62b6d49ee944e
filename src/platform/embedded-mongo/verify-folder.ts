import { damagedTables, openStore } from './store-folder.js';
import { verify, type Verified } from './verification.js';

export interface VerifiedFolder extends Verified {
  readonly collections: number;
  /** The size of all documents. */
  readonly bytes: number;
}

/**
 * Checks everything in the store of a folder, whose lock the caller holds. Returns null if files of tables are damaged:
 * LevelDB may end the process when it reads a damaged block, so the store is not opened then. Throws StoreDamagedError
 * if the store cannot be opened.
 */
export async function verifyFolder(folder: string, report: (finding: string) => void): Promise<VerifiedFolder | null> {
  const damages = await damagedTables(folder);
  damages.forEach(report);
  if (damages.length > 0) return null;
  const catalog = await openStore(folder, () => undefined);
  try {
    const verified = await verify(catalog, report);
    const collections = catalog.allCollections();
    const bytes = collections.reduce((sum, collection) => sum + collection.bytes, 0);
    return { ...verified, collections: collections.length, bytes };
  } finally {
    await catalog.close();
  }
}
