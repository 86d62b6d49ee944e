import type { Collection } from './collection.js';
import type { CollectionIndex } from './collection-index.js';
import { idAtEnd } from './store-keys.js';

/** So many documents are entered before the server does something else. */
const AT_ONCE = 500;

/**
 * Enters all documents of a collection into a new index. Changes that are made meanwhile go into the index as well,
 * and each document is entered as it is at that moment. Throws E11000.
 */
export async function buildIndex(collection: Collection, index: CollectionIndex): Promise<void> {
  const documents = collection.scan();
  let entered = 0;
  try {
    for (
      let found = await documents.pull(AT_ONCE);
      found.length > 0 && !collection.isDropped;
      found = await documents.pull(AT_ONCE)
    ) {
      for (const { key } of found) collection.enterInto(index, idAtEnd(key));
      entered += found.length;
      if (entered < AT_ONCE) continue;
      await collection.store.committed();
      entered = 0;
    }
  } finally {
    documents.close();
  }
}
