import type { Collection } from './collection.js';
import { compileForBytes } from './matcher.js';
import { isPromise, type Found } from './record-stream.js';
import { runQuery, type Query } from './run-query.js';

/** After so many changes they are written, before more are searched for. */
const CHANGES_AT_ONCE = 1_000;

/**
 * Calls `change` for what satisfies a query: one document if the limit is 1, else all. Each is judged and changed in one
 * step, by what it is at that moment. Where nothing has to be waited for, as for a look-up by `_id`, all of it is one step.
 */
export function changeRecords(
  collection: Collection,
  query: Query,
  change: (record: Found) => void,
): void | Promise<void> {
  const { records } = runQuery(collection, query);
  try {
    for (;;) {
      const portion = records.pull(CHANGES_AT_ONCE);
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
    for (let portion = await first; portion.length > 0; portion = await records.pull(CHANGES_AT_ONCE)) {
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
  // Another command has taken the only one that was found: there may be others.
  if (query.limit === 1 && found > changed) await changeRecords(collection, query, change);
}
