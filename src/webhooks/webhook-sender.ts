import { lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';
import { Agent, type Dispatcher, request } from 'undici';
import { type AddressPolicy, addressRefusal, urlRefusal } from './address-policy.js';

/** How much of an answer is kept, in bytes. */
const KEPT_RESPONSE_BYTES = 2048;

/** The result of one attempt. */
export interface AttemptResult {
  /** The HTTP status; null if no answer came. */
  readonly status: number | null;
  /** Why it failed; null if it succeeded. */
  readonly error: string | null;
  /** The beginning of the answer's body. */
  readonly response: string;
  /** The answer's Retry-After. */
  readonly retryAfter: string | null;
}

/** Longest time-out that a setting can have, in ms. */
const LONGEST_TIMEOUT_MS = 60_000;

/** When an attempt ends without an answer. */
export interface SendLimits {
  readonly timeoutMs: number;
  readonly aborted: AbortSignal;
}

/** The name resolved to an address that may not be connected to. */
class AddressRefusedError extends Error {}

/** Sends one request and returns what happened. Never throws because of the receiver. */
export class WebhookSender {
  private readonly agent: Agent;

  constructor(
    private readonly policy: AddressPolicy,
    /** False opens a connection for each request, so that none meets one that the receiver is just closing. */
    keepAlive = true,
  ) {
    // No limit of connections to one origin, so that endpoints at the same origin do not wait for each other.
    this.agent = new Agent({
      pipelining: keepAlive ? 1 : 0,
      keepAliveTimeout: 4000,
      connect: { lookup: checkedLookup(policy), timeout: LONGEST_TIMEOUT_MS },
    });
  }

  send(
    url: string,
    headers: Readonly<Record<string, string>>,
    body: string | Readable,
    limits: SendLimits,
  ): Promise<AttemptResult> {
    return this.request(url, { method: 'POST', headers: { ...headers }, body }, KEPT_RESPONSE_BYTES, limits);
  }

  /** Reads a URL of the receiver, at most `keptBytes` of its body. */
  get(url: string, keptBytes: number, limits: SendLimits): Promise<AttemptResult> {
    return this.request(url, { method: 'GET', headers: { accept: 'application/json' } }, keptBytes, limits);
  }

  private async request(
    url: string,
    sent: Pick<Dispatcher.RequestOptions, 'method' | 'headers' | 'body'>,
    keptBytes: number,
    { timeoutMs, aborted }: SendLimits,
  ): Promise<AttemptResult> {
    const refusal = urlRefusal(url, this.policy);
    if (refusal !== null) return { status: null, error: refusal, response: '', retryAfter: null };
    const timedOut = AbortSignal.timeout(timeoutMs);
    try {
      const signal = AbortSignal.any([timedOut, aborted]);
      const answer = await request(url, { ...sent, dispatcher: this.agent, signal });
      const response = await beginningOf(answer.body, keptBytes);
      const status = answer.statusCode;
      const retryAfter = answer.headers['retry-after'];
      return {
        status,
        error: failureOf(status),
        response,
        retryAfter: typeof retryAfter === 'string' ? retryAfter : null,
      };
    } catch (error) {
      const reason = timedOut.aborted ? `No answer within ${timeoutMs} ms` : wordsFor(error);
      return { status: null, error: reason, response: '', retryAfter: null };
    }
  }

  async close(): Promise<void> {
    await this.agent.destroy();
  }
}

/** Resolves and checks a name for the very connection that is made, so that no second resolution can differ. */
function checkedLookup(policy: AddressPolicy): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) {
        callback(error, '');
        return;
      }
      const allowed = addresses.filter(
        ({ address }) => isIP(address) !== 0 && addressRefusal(address, policy) === null,
      );
      const [first] = allowed;
      if (!first) callback(new AddressRefusedError('The host resolves to no address that webhooks may go to'), '');
      else if (options.all) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}

function failureOf(status: number): string | null {
  if (status >= 200 && status < 300) return null;
  return status >= 300 && status < 400 ? `Answered ${status}: redirects are not followed` : `Answered ${status}`;
}

async function beginningOf(body: AsyncIterable<Buffer>, keptBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    length += chunk.length;
    // Leaving the loop closes the connection, so that an endless body is not read to its end.
    if (length >= keptBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, keptBytes).toString('utf8');
}

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Connection refused',
  ECONNRESET: 'Connection reset by the receiver',
  ENOTFOUND: 'The host name cannot be resolved',
  EAI_AGAIN: 'The host name cannot be resolved at the moment',
  EHOSTUNREACH: 'The host cannot be reached',
  ENETUNREACH: 'The network cannot be reached',
  ETIMEDOUT: 'Connecting timed out',
  UND_ERR_CONNECT_TIMEOUT: 'Connecting timed out',
  UND_ERR_SOCKET: 'The receiver closed the connection without an answer',
};

function wordsFor(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  return WORDS[code ?? ''] ?? (error.message === '' ? (code ?? error.name) : error.message);
}
