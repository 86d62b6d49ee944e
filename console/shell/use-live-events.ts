import { useEffect, useSyncExternalStore } from 'react';
import { followEvents } from '../gateway/live-events.js';
import { reachability } from '../gateway/gateway.js';
import { queries } from '../gateway/queries.js';

const isVisible = (): boolean => document.visibilityState === 'visible';

function subscribeToVisibility(listener: () => void): () => void {
  document.addEventListener('visibilitychange', listener);
  return () => {
    document.removeEventListener('visibilitychange', listener);
  };
}

/**
 * Follows the account's events while the page can be seen: browsers allow few connections, and hidden tabs would take
 * them all.
 */
export function useLiveEvents(): void {
  const isSeen = useSyncExternalStore(subscribeToVisibility, isVisible);
  useEffect(() => {
    if (!isSeen) return undefined;
    const ending = new AbortController();
    void followEvents(ending.signal);
    return () => {
      ending.abort();
    };
  }, [isSeen]);
  useEffect(
    () =>
      reachability.subscribe(() => {
        if (!reachability.isLost) void queries.invalidateQueries();
      }),
    [],
  );
}
