import type { Catalog } from './catalog.js';
import type { Collection } from './collection.js';
import type { CollectionIndex } from './collection-index.js';
import { parseFilter } from './filter.js';
import { compileForBytes } from './matcher.js';
import { collect } from './record-stream.js';
import { runQuery } from './run-query.js';

/** After this many removed documents, the sweep waits for the commit, so that other commands can run. */
const MAX_PER_COMMIT = 1_000;

/** Removes the documents that a TTL index has expired. */
export async function sweepExpired(catalog: Catalog, now: Date): Promise<void> {
  for (const collection of catalog.allCollections()) {
    for (const index of collection.indexes) {
      if (index.definition.expireAfterSeconds === undefined) continue;
      const before = new Date(now.getTime() - index.definition.expireAfterSeconds * 1000);
      while ((await removeSome(collection, index, before)) === MAX_PER_COMMIT) await catalog.committed();
    }
  }
  await catalog.committed();
}

/**
 * Removes one portion of expired documents. The earliest date of an array counts; values that are not dates never
 * expire.
 */
async function removeSome(
  collection: Collection,
  { definition, partialFilter }: CollectionIndex,
  before: Date,
): Promise<number> {
  const [key] = definition.pattern;
  if (!key) return 0;
  const isBefore = parseFilter({ [key.path]: { $lt: before } });
  const filter = partialFilter ? ({ kind: 'and', clauses: [isBefore, partialFilter] } as const) : isBefore;
  const expired = compileForBytes(filter);
  const found = await collect(runQuery(collection, { filter, hint: definition.name, limit: MAX_PER_COMMIT }).records);
  for (const { recordId } of found) {
    // The document may have changed since it was found.
    const bytes = collection.read(recordId);
    if (bytes && expired(bytes)) collection.remove(recordId);
  }
  return found.length;
}
