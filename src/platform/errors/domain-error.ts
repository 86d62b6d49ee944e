import type { ErrorCode } from './error-catalogue.js';

/**
 * A request broke a rule of the gateway. Independent of HTTP: `code` is stable, `message` becomes `detail` in the
 * response, and the error filter maps the code to a status.
 */
export abstract class DomainError extends Error {
  abstract readonly code: ErrorCode;
  /** Seconds until a retry can succeed, if the rule knows it. */
  readonly retryAfterSeconds?: number;
  /** Whether the request changed something before it failed; not set if it did not. */
  readonly hadEffect?: boolean;
}
