import type { Collection } from './collection.js';
import { compileForBytes } from './matcher.js';
import { isPromise, type Found } from './record-stream.js';
import { runQuery, type Query } from './run-query.js';

/** After this many changes, the server waits until they are on the disk before it searches for more. */
const CHANGES_PER_COMMIT = 1_000;

/**
 * Calls `change` for the documents that match a query: one document if the limit is 1, otherwise all. Each document is
 * matched again and changed in one synchronous step. If the search is synchronous, as a look-up by `_id` is, the whole
 * call is one step.
 */
export function changeRecords(
  collection: Collection,
  query: Query,
  change: (record: Found) => void,
): void | Promise<void> {
  const { records } = runQuery(collection, query);
  try {
    for (;;) {
      const portion = records.pull(CHANGES_PER_COMMIT);
      if (isPromise(portion)) return changeFound(collection, query, records, portion, change);
      if (portion.length === 0) break;
      for (const record of portion) change(record);
    }
  } catch (error) {
    records.close();
    throw error;
  }
  records.close();
}

async function changeFound(
  collection: Collection,
  query: Query,
  records: ReturnType<typeof runQuery>['records'],
  first: Promise<readonly Found[]>,
  change: (record: Found) => void,
): Promise<void> {
  const matches = compileForBytes(query.filter);
  let [found, changed] = [0, 0];
  try {
    for (let portion = await first; portion.length > 0; portion = await records.pull(CHANGES_PER_COMMIT)) {
      for (const { recordId } of portion) {
        found++;
        const bytes = collection.read(recordId);
        if (!bytes || !matches(bytes)) continue;
        change({ recordId, bytes });
        changed++;
      }
      if (query.limit !== 1) await collection.store.committed();
    }
  } finally {
    records.close();
  }
  // Another command has changed the only document that was found; others may match.
  if (query.limit === 1 && found > changed) await changeRecords(collection, query, change);
}
