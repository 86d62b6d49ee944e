import { newId } from '../platform/common/ids.js';
import type { ChangeCause, Moment } from './payment-state.js';

/** A change's time, cause and ids. */
export function momentOf(cause: ChangeCause, at: Date, eventId = newId('evt', at)): Moment {
  return { at, cause, eventId, nextEventId: () => newId('evt', at) };
}
