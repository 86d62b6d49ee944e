import type { ErrorCode } from './error-status.js';

/**
 * A rule of the gateway was broken. Knows nothing of HTTP: `code` is stable and `message` is what the
 * client reads as `detail`; the error filter maps the code to a status.
 */
export abstract class DomainError extends Error {
  abstract readonly code: ErrorCode;
  /** Seconds after which trying again makes sense, where the rule knows it. */
  readonly retryAfterSeconds?: number;
}
