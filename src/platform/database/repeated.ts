import { setTimeout as delay } from 'node:timers/promises';
import { isDatabaseUnreachable } from './database-unreachable.js';

const RETRY_DELAY_MS = 500;

/**
 * Runs a write of several documents, and repeats it once if the database could not be reached: the driver itself only
 * repeats writes of one document. The write must be safe to repeat.
 */
export async function repeated<T>(write: () => PromiseLike<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!isDatabaseUnreachable(error)) throw error;
    await delay(RETRY_DELAY_MS);
    return write();
  }
}
