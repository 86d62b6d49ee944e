import type { Hit, Repetition } from './fault.schema.js';

/** What two requests are compared by. */
export interface ComparedRequest {
  readonly operation: string;
  readonly path: string;
  readonly idempotencyKey: string | null;
  readonly fingerprint: string;
}

/** How a request repeats one that a fault hit; null if it does not. */
export function repetitionOf(
  hit: Pick<Hit, 'operation' | 'path' | 'idempotencyKey' | 'fingerprint' | 'repeatedWith'>,
  { operation, path, idempotencyKey, fingerprint }: ComparedRequest,
): Repetition | null {
  if (hit.repeatedWith !== null || hit.operation !== operation || hit.path !== path) return null;
  if (idempotencyKey !== null && hit.idempotencyKey === idempotencyKey) return 'same_key';
  if (hit.fingerprint !== fingerprint) return null;
  return idempotencyKey === null ? 'no_key' : 'other_key';
}
