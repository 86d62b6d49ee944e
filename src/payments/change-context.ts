import { newId } from '../platform/common/ids.js';
import { followingId } from '../platform/worlds/world-ids.js';
import type { ChangeCause, ChangeContext, HistoryItem } from './payment-state.js';

/** The time, cause and ids of a change. */
export function changeContext(cause: ChangeCause, at: Date, eventId = newId('evt', at)): ChangeContext {
  let latest = eventId;
  return { at, cause, eventId, nextEventId: () => (latest = followingId('evt', latest, at)) };
}

/** The same for a change that no request makes: its ids follow from the payment's latest event. */
export function dueContext({ history }: { readonly history: readonly HistoryItem[] }, at: Date): ChangeContext {
  const latest = history.at(-1)?.eventId ?? '';
  return changeContext({ by: 'due_work', requestId: null }, at, followingId('evt', latest, at));
}
