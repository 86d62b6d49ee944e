import type { Catalog } from './catalog.js';
import type { Collection } from './collection.js';
import type { CollectionIndex } from './collection-index.js';
import { parseFilter } from './filter.js';
import { compileForBytes } from './matcher.js';
import { collect } from './record-stream.js';
import { runQuery } from './run-query.js';

/** So many documents are removed before the server does something else. */
const MAX_AT_ONCE = 1_000;

/** Removes the documents that a TTL index says are expired. */
export async function sweepExpired(catalog: Catalog, now: Date): Promise<void> {
  for (const collection of catalog.allCollections()) {
    for (const index of collection.indexes) {
      if (index.definition.expireAfterSeconds === undefined) continue;
      const before = new Date(now.getTime() - index.definition.expireAfterSeconds * 1000);
      while ((await removeSome(collection, index, before)) === MAX_AT_ONCE) await catalog.committed();
    }
  }
  await catalog.committed();
}

/** Of an array of dates, the earliest counts; what is not a date never expires. */
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
  const found = await collect(runQuery(collection, { filter, hint: definition.name, limit: MAX_AT_ONCE }).records);
  for (const { recordId } of found) {
    // It may have been changed since it was found.
    const bytes = collection.read(recordId);
    if (bytes && expired(bytes)) collection.remove(recordId);
  }
  return found.length;
}
