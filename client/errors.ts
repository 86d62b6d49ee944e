import type { components } from './api.js';

type ErrorBody = components['schemas']['ErrorBodyDto'] | components['schemas']['ValidationErrorBodyDto'];

/** Stable name of an error: what programs branch on. */
export type ErrorCode = components['schemas']['ErrorCode'];

/** One thing that is wrong with what was sent. */
export type Violation = components['schemas']['ViolationDto'];

/** The gateway answered with an error. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  /** The HTTP status. */
  readonly status: number;
  /** `unknown` if the answer is not the gateway's, but a proxy's for example. */
  readonly code: ErrorCode | 'unknown';
  /** Finds the request in the log of the gateway. */
  readonly requestId: string | null;
  /** The page that says what to do about this error. */
  readonly docUrl: string | null;
  /** What is wrong with what was sent; empty unless the code is `validation_failed` or one like it. */
  readonly violations: readonly Violation[];

  /** @param body what was answered, if it was JSON */
  constructor(response: Pick<Response, 'status' | 'headers'>, body: unknown) {
    const { detail, code, docUrl } = (typeof body === 'object' && body !== null ? body : {}) as Partial<ErrorBody> & {
      docUrl?: string;
    };
    const violations = Array.isArray(detail) ? detail : [];
    super(
      typeof detail === 'string'
        ? detail
        : violations.map(describeViolation).join('; ') || `The gateway answered ${response.status}.`,
    );
    this.status = response.status;
    this.code = code ?? 'unknown';
    this.requestId = response.headers.get('x-request-id');
    this.docUrl = docUrl ?? null;
    this.violations = violations;
  }
}

function describeViolation({ loc, msg }: Violation): string {
  return `${loc.slice(1).join('.') || String(loc[0])}: ${msg}`;
}

/** Something else than a gateway answered. */
export class ForeignAnswerError extends Error {
  override readonly name = 'ForeignAnswerError';

  constructor(cause: unknown) {
    super('What answers at this address is not a Mock Payment Gateway. Check the URL.', { cause });
  }
}

/** There was no answer: nothing listens at the URL, the connection broke, or it took too long. */
export class GatewayConnectionError extends Error {
  override readonly name = 'GatewayConnectionError';

  constructor(url: string, cause: unknown) {
    super(
      `No answer from ${url}: ${describeCause(cause)}. Is the gateway running? \`npx mock-payment-gateway\` starts one.`,
      { cause },
    );
  }
}

/** Errors of fetch can come from another realm than this file (Jest has its own): what they are says their name. */
function describeCause(error: unknown): string {
  const { name, cause } = error as { name?: string; cause?: unknown };
  if (name === 'TimeoutError') return 'it took too long';
  // The reason that fetch gives is in its cause; several addresses that failed are an AggregateError without a text.
  const reason = (cause ?? error) as { message?: string; code?: string };
  return [reason.message, reason.code].find((text) => text !== undefined && text !== '') ?? String(error);
}
