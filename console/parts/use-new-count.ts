import type { QueryKey } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { onEvent } from '../gateway/live-events.js';
import { queries } from '../gateway/queries.js';
import type { Query } from './filters.js';

type IsNew = (event: { readonly type: string; readonly data: unknown }, query: Query) => boolean;

/** How many new rows a list has that it does not show yet, so that it does not jump while somebody reads it. */
export function useNewCount(listKey: QueryKey, query: Query, isNew: IsNew | undefined): number {
  const list = JSON.stringify(listKey);
  const [counted, setCounted] = useState({ list, count: 0 });
  useEffect(() => {
    if (!isNew) return undefined;
    const stopCounting = onEvent((event) => {
      if (isNew(event, query)) setCounted((before) => ({ list, count: before.list === list ? before.count + 1 : 1 }));
    });
    const stopWatching = queries.getQueryCache().subscribe(({ type, query: { queryKey, state } }) => {
      // What was read again shows them.
      const isBeingRead = type === 'updated' && state.fetchStatus === 'fetching';
      if (isBeingRead && JSON.stringify(queryKey) === list) setCounted({ list, count: 0 });
    });
    return () => {
      stopCounting();
      stopWatching();
    };
  }, [list, query, isNew]);
  return counted.list === list ? counted.count : 0;
}
