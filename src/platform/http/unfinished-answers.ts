import type { ServerResponse } from 'node:http';
import { AnsweredError } from '../errors/answered.error.js';

/**
 * Lets Fastify run its hooks for a response whose client left before its end, too: it does so only for responses that
 * were sent or failed. Without it, such a request would be in no log.
 */
export function reportUnfinished(raw: ServerResponse): void {
  raw.once('close', () => {
    if (!raw.writableFinished && raw.listenerCount('error') > 0) raw.emit('error', new AnsweredError());
  });
}
