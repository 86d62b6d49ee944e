import { useSyncExternalStore } from 'react';
import { reachability } from '../gateway/gateway.js';

/** Whether the gateway is lost. */
export function useIsLost(): boolean {
  return useSyncExternalStore(reachability.subscribe, () => reachability.isLost);
}
