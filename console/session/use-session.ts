import { useSyncExternalStore } from 'react';
import { session, type SessionState } from './session.js';

export function useSession(): SessionState {
  return useSyncExternalStore(session.subscribe, () => session.state);
}

/** Whether the signed-in account manages those of others. */
export function useIsAdministrator(): boolean {
  const state = useSession();
  return state.kind === 'signed_in' && (state.role === 'admin' || state.role === 'system_admin');
}
