import { setTimeout as delay } from 'node:timers/promises';
import { isDatabaseUnreachable } from './database-unreachable.js';

const PAUSE_MS = 500;

/** Runs a write of several documents, and once more if the database went away: the driver repeats only writes of one. It must be safe to repeat. */
export async function repeated<T>(write: () => PromiseLike<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!isDatabaseUnreachable(error)) throw error;
    await delay(PAUSE_MS);
    return write();
  }
}
