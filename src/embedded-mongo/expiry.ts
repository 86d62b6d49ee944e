import type { Catalog } from './catalog.js';
import type { Collection } from './collection.js';
import type { CollectionIndex } from './collection-index.js';
import { parseFilter } from './filter.js';
import { runQuery } from './run-query.js';

/** So many documents are removed before the server does something else. */
const MAX_AT_ONCE = 1_000;

/** Removes the documents that a TTL index says are expired. */
export async function sweepExpired(catalog: Catalog, now: Date): Promise<void> {
  for (const collection of catalog.allCollections()) {
    for (const index of collection.indexes) {
      if (index.definition.expireAfterSeconds === undefined) continue;
      while (removeSome(collection, index, new Date(now.getTime() - index.definition.expireAfterSeconds * 1000)) === MAX_AT_ONCE) {
        await catalog.committed();
      }
    }
  }
  await catalog.committed();
}

/** Of an array of dates, the earliest counts; what is not a date never expires. */
function removeSome(collection: Collection, { definition, partialFilter }: CollectionIndex, before: Date): number {
  const [key] = definition.pattern;
  if (!key) return 0;
  const expired = parseFilter({ [key.path]: { $lt: before } });
  const filter = partialFilter ? ({ kind: 'and', clauses: [expired, partialFilter] } as const) : expired;
  const { records } = runQuery(collection, { filter, hint: definition.key, limit: MAX_AT_ONCE });
  for (const record of records) collection.remove(record);
  return records.length;
}

