import type { Schemas } from '../../client/connection.js';
import { GatewayConnectionError, GatewayError } from '../../client/errors.js';
import { fetchWithRetries } from '../../client/retries.js';

/** Whether somebody is signed in. */
export type SessionState =
  /** The cookie of an earlier visit is being asked. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'signed_out' }
  | { readonly kind: 'signed_in'; readonly userId: string; readonly role: Schemas['Role'] };

interface Token {
  readonly value: string;
  /** In ms, as the time below. */
  readonly renewAt: number;
  readonly endsAt: number;
}

interface SessionAnswer {
  readonly access_token: string;
  readonly expiresIn: number;
  readonly userId: string;
  readonly role: Schemas['Role'];
}

/** What signs in: e-mail and password, the token of a one-time link, or nothing but the cookie. */
type Credentials = { readonly email: string; readonly password: string } | { readonly link: string } | object;

/** Says that a cookie may be there. It is no secret; without it, nobody asks in vain. */
const HINT = 'mpg-console-visited';

const ADDRESS = '/console/session';

/** A token is renewed after this part of its life. */
const RENEW_AFTER = 0.8;

/** Whether the page is being left: what it asked before fails then, though the gateway may do it. */
let isLeft = false;
addEventListener('pagehide', () => {
  isLeft = true;
});
addEventListener('pageshow', () => {
  isLeft = false;
});

const send = fetchWithRetries({ maxRetries: 0, timeoutMs: 20_000 });

/** Holds the bearer token in memory, and renews it by the cookie, which scripts can't read. */
export class Session {
  private token: Token | null = null;
  private current: SessionState = { kind: 'unknown' };
  private renewal: Promise<void> | null = null;
  private readonly listeners = new Set<() => void>();
  private ending = new AbortController();

  get state(): SessionState {
    return this.current;
  }

  /** Aborted from when nobody is signed in any more until somebody is again: what is asked would be refused. */
  get ended(): AbortSignal {
    return this.ending.signal;
  }

  /** Calls `listener` at each change of the state. Returns what ends that. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Begins with the cookie of an earlier visit, if there may be one. Rejects if the gateway does not answer. */
  async resume(): Promise<void> {
    if (readHint()) await this.renew();
    else this.enter({ kind: 'signed_out' });
  }

  /** Rejects with GatewayError if the gateway refuses it. */
  async signIn(credentials: Credentials): Promise<void> {
    this.accept(await ask('POST', credentials));
    writeHint(true);
  }

  /** Nobody is signed in at once; if the gateway does not answer, somebody is again, unless the page was left. */
  async signOut(): Promise<void> {
    const { current, token } = this;
    this.leave();
    try {
      await ask('DELETE');
    } catch (error) {
      if (isLeft) return;
      writeHint(true);
      // Unless somebody signed in meanwhile.
      if (this.token === null) this.hold(token, current);
      throw error;
    }
  }

  /** The bearer token; renewed if it ends soon. */
  async bearer(): Promise<string | null> {
    const { token } = this;
    if (token && Date.now() >= token.renewAt)
      await this.renew().catch((error: unknown) => {
        // The gateway can't renew it now, and it is still worth something.
        if (Date.now() >= token.endsAt) throw error;
      });
    return this.token?.value ?? null;
  }

  /** Gets a new token by the cookie; all who ask at once share one request. */
  renew(): Promise<void> {
    return (this.renewal ??= this.renewNow().finally(() => {
      this.renewal = null;
    }));
  }

  private async renewNow(): Promise<void> {
    try {
      this.accept(await ask('POST', {}));
    } catch (error) {
      if (!(error instanceof GatewayError) || error.status >= 500 || error.status === 429) throw error;
      this.leave();
    }
  }

  private accept(answer: SessionAnswer | null): void {
    if (!answer) throw new TypeError('The gateway answered no session.');
    const { access_token: value, expiresIn, userId, role } = answer;
    const [now, life] = [Date.now(), expiresIn * 1000];
    const token = { value, renewAt: now + life * RENEW_AFTER, endsAt: now + life };
    this.hold(token, { kind: 'signed_in', userId, role });
  }

  private hold(token: Token | null, state: SessionState): void {
    this.token = token;
    if (this.ending.signal.aborted) this.ending = new AbortController();
    this.enter(state);
  }

  private leave(): void {
    this.token = null;
    this.ending.abort();
    writeHint(false);
    this.enter({ kind: 'signed_out' });
  }

  private enter(state: SessionState): void {
    if (JSON.stringify(state) === JSON.stringify(this.current)) return;
    this.current = state;
    for (const listener of this.listeners) listener();
  }
}

async function ask(method: 'POST' | 'DELETE', body?: object): Promise<SessionAnswer | null> {
  const init: RequestInit = body
    ? { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
    : // Reaches the gateway also when the page is left at once.
      { method, keepalive: true };
  const response = await send(
    new Request(new URL(ADDRESS, location.href), { ...init, credentials: 'same-origin' }),
  ).catch((error: unknown) => {
    throw error instanceof GatewayConnectionError ? error : new GatewayConnectionError(location.origin, error);
  });
  if (response.status === 204) return null;
  const answer: unknown = await response.json().catch(() => null);
  if (!response.ok) throw new GatewayError(response, answer);
  return answer as SessionAnswer;
}

function readHint(): boolean {
  try {
    return localStorage.getItem(HINT) !== null;
  } catch {
    // Storage is off in this browser: the cookie is asked each time.
    return true;
  }
}

function writeHint(isThere: boolean): void {
  try {
    if (isThere) localStorage.setItem(HINT, '1');
    else localStorage.removeItem(HINT);
  } catch {
    // Without it the cookie is asked each time.
  }
}

export const session = new Session();
