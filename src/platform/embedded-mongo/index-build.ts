import type { Collection } from './collection.js';
import type { CollectionIndex } from './collection-index.js';
import { idAtEnd } from './store-keys.js';

/** After this many documents, the build waits for the commit, so that other commands can run. */
const PORTION_SIZE = 500;

/**
 * Adds all documents of a collection to a new index. Concurrent changes also update the index, and each document is
 * added in its current state. Throws E11000 if the documents violate the index's uniqueness.
 */
export async function buildIndex(collection: Collection, index: CollectionIndex): Promise<void> {
  const documents = collection.scan();
  let entered = 0;
  try {
    for (
      let found = await documents.pull(PORTION_SIZE);
      found.length > 0 && !collection.isDropped;
      found = await documents.pull(PORTION_SIZE)
    ) {
      for (const { key } of found) collection.enterInto(index, idAtEnd(key));
      entered += found.length;
      if (entered < PORTION_SIZE) continue;
      await collection.store.committed();
      entered = 0;
    }
  } finally {
    documents.close();
  }
}
