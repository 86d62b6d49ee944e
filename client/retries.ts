import { GatewayConnectionError } from './errors.js';
import { sleep } from './sleep.js';

/** How a client repeats requests. */
export interface RetrySettings {
  /** How often a request is repeated; 0 for never. */
  readonly maxRetries: number;
  /** How long one attempt may take, in ms. */
  readonly timeoutMs: number;
}

/** No answer of the gateway is longer: an export has at most 32 MiB. */
const MAX_BYTES = 64 * 1024 * 1024;

const FIRST_WAIT_MS = 100;
const MAX_WAIT_MS = 5_000;

/** POST routes that take no Idempotency-Key: their repetition could do something twice. */
const WITHOUT_KEY =
  /\/(?:users\/log(?:in|out)|console\/(?:links|session)|webhook-receive|sandboxes(?:\/current\/\w+)?|clock\/advance)$/;

/** Whether a route stores the answer under the Idempotency-Key of a request. */
export function takesIdempotencyKey(method: string, path: string): boolean {
  return method === 'POST' && !WITHOUT_KEY.test(path);
}

/**
 * Sends requests with `fetch`, and repeats those that failed for a passing reason and can safely be repeated: reads,
 * and writes with an Idempotency-Key, which each write gets that takes one. Rejects with GatewayConnectionError if
 * there was no answer.
 */
export function fetchWithRetries({ maxRetries, timeoutMs }: RetrySettings): (request: Request) => Promise<Response> {
  return async (request) => {
    const { pathname } = new URL(request.url);
    const takesKey = takesIdempotencyKey(request.method, pathname);
    if (takesKey && !request.headers.has('idempotency-key')) request.headers.set('idempotency-key', newKey());
    const isSafe = takesKey || request.method === 'GET' || request.method === 'PATCH';
    for (let attempt = 0; ; attempt++) {
      const isLast = attempt >= maxRetries;
      const { signal } = request;
      try {
        const response = await readToEnd(
          await fetch(isLast ? request : request.clone(), {
            // The gateway redirects nothing, and the key is for nobody else.
            redirect: 'manual',
            signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
          }),
        );
        if (isLast || !(await mayPass(response, isSafe))) return response;
        await sleep(waitMs(attempt, response.headers.get('retry-after')), signal);
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        if (isLast || !isSafe) throw new GatewayConnectionError(new URL(request.url).origin, error);
        await sleep(waitMs(attempt, null), signal);
      }
    }
  };
}

/** Browsers have `randomUUID` only on pages that came over https or from this machine. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Answers with these statuses have no body, although browsers show an empty one. */
const WITHOUT_BODY: readonly number[] = [204, 205, 304];

/** The same answer with its whole body: an answer that breaks off is as good as none. */
async function readToEnd({ status, statusText, headers, body }: Response): Promise<Response> {
  if (body === null || WITHOUT_BODY.includes(status)) return new Response(null, { status, statusText, headers });
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array<ArrayBuffer>>) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new Error(`the answer is longer than ${MAX_BYTES / 1024 / 1024} MB`);
    chunks.push(chunk);
  }
  return new Response(new Blob(chunks), { status, statusText, headers });
}

/** Whether the same request may get another answer later. What was refused for its limits was not carried out. */
async function mayPass(response: Response, isSafe: boolean): Promise<boolean> {
  const { status } = response;
  if (status === 429) return response.headers.has('retry-after');
  if (!isSafe) return false;
  if (status === 409) return IN_FLIGHT.has(await codeOf(response));
  return status >= 500;
}

/** Another request does the same, or has the place, at this moment. */
const IN_FLIGHT: ReadonlySet<unknown> = new Set(['idempotency_conflict', 'sandbox_changed']);

async function codeOf(response: Response): Promise<unknown> {
  try {
    return ((await response.clone().json()) as { code?: unknown }).code;
  } catch {
    return undefined;
  }
}

/** Twice as long each time, and a part of it by chance, so that many clients don't come back at once. */
function waitMs(attempt: number, retryAfter: string | null): number {
  const asked = Number(retryAfter) * 1000;
  const backoff = Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt) * (0.5 + Math.random() / 2);
  return Number.isFinite(asked) && asked > 0 ? Math.min(asked, 60_000) : backoff;
}
