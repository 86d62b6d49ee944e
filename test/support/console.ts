import type { Gateway } from './gateway.js';
import { type Answer, send, type Sent } from './http.js';
import { bearer, bodyOf } from './merchant.js';

export interface OpenedConsole {
  readonly access_token: string;
  readonly token_type: string;
  readonly expiresIn: number;
  readonly userId: string;
  readonly role: string;
}

/** The console in a browser: keeps its cookie, and has the token of its session. */
export class ConsoleTab {
  /** As a browser would send it; empty if there is none. */
  cookie = '';
  token = '';

  constructor(
    private readonly gateway: Gateway,
    private readonly origin = gateway.url,
  ) {}

  /** Opens a session, and keeps what the answer sets. */
  async triesToOpen(json: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer<OpenedConsole>> {
    const answer = await this.sends<OpenedConsole>('POST', { json, headers });
    if (answer.status === 200) this.token = answer.body.access_token;
    return answer;
  }

  async opens(json: unknown = {}): Promise<OpenedConsole> {
    return bodyOf(await this.triesToOpen(json), 200);
  }

  close(headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.sends('DELETE', { headers });
  }

  /** A request to the API with the token. */
  asks<Body = unknown>(method: string, path: string, sent: Sent = {}): Promise<Answer<Body>> {
    return this.gateway.request<Body>(method, path, { ...sent, headers: { ...bearer(this.token), ...sent.headers } });
  }

  private async sends<Body = unknown>(method: string, { headers = {}, json }: Sent): Promise<Answer<Body>> {
    const answer = await send<Body>(method, `${this.gateway.url}/console/session`, {
      ...(json !== undefined && { json }),
      headers: {
        origin: this.origin,
        'sec-fetch-site': 'same-origin',
        ...(this.cookie !== '' && { cookie: this.cookie }),
        ...headers,
      },
    });
    const [cookie] = answer.headers.getSetCookie();
    if (cookie !== undefined) this.cookie = cookie.includes('Max-Age=0;') ? '' : (cookie.split(';', 1)[0] ?? '');
    return answer;
  }
}

/** The token in a one-time link. */
export function tokenIn(url: string): string {
  return url.split('#link=', 2)[1] ?? '';
}
