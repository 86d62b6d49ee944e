import { newId } from '../platform/common/ids.js';
import type { ChangeCause, ChangeContext } from './payment-state.js';

/** The time, cause and ids of a change. */
export function changeContext(cause: ChangeCause, at: Date, eventId = newId('evt', at)): ChangeContext {
  return { at, cause, eventId, nextEventId: () => newId('evt', at) };
}
