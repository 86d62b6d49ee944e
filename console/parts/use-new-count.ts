import { useEffect, useState } from 'react';
import { onEvent } from '../gateway/live-events.js';
import { queries } from '../gateway/queries.js';
import type { Query } from './filters.js';

type IsNew = (event: { readonly type: string; readonly data: unknown }, query: Query) => boolean;

/** How many new rows a list has that it does not show yet, so that it does not jump while somebody reads it. */
export function useNewCount(subject: readonly string[], query: Query, isNew: IsNew | undefined): number {
  const [count, setCount] = useState(0);
  const list = JSON.stringify([subject, query]);
  useEffect(() => {
    setCount(0);
    if (!isNew) return undefined;
    const stopCounting = onEvent((event) => {
      if (isNew(event, query)) setCount((before) => before + 1);
    });
    // What was read again shows them.
    const stopWatching = queries.getQueryCache().subscribe(({ type, query: { queryKey, state } }) => {
      const wasRead = type === 'updated' && state.fetchStatus === 'fetching';
      if (wasRead && JSON.stringify([queryKey[0], queryKey[2]]) === JSON.stringify([subject[0], query])) setCount(0);
    });
    return () => {
      stopCounting();
      stopWatching();
    };
    // `list` says what subject and query say, and stays the same while they do.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [list, isNew]);
  return count;
}
