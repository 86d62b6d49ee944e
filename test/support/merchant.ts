import { randomUUID } from 'node:crypto';
import { eventually } from './eventually.js';
import { ADMIN_EMAIL, ADMIN_PASSWORD, type Gateway } from './gateway.js';
import type { Answer, Sent } from './http.js';

export interface Registered {
  readonly message: string;
  readonly userId: string;
  readonly apiKey: string;
  readonly webhookSecret: string;
  readonly role: string;
  readonly createdAt: string;
}

export interface LoggedIn {
  readonly access_token: string;
  readonly token_type: string;
  readonly userId: string;
  readonly role: string;
}

export interface Charged {
  readonly id: string;
  readonly customerName: string;
  readonly amount: number;
  readonly currency: string;
  readonly status: string;
  readonly created: string;
}

export interface Transaction {
  readonly id: string;
  readonly ownerId: string;
  readonly customerName: string;
  readonly amount: number;
  readonly currency: string;
  readonly details: string;
  readonly status: string;
  readonly webhookUrl: string | null;
  readonly createdAt: string;
}

export interface TransactionList {
  readonly userId: string;
  readonly totalTransactions: number;
  readonly transactions: Transaction[];
}

export const PASSWORD = 'correct horse battery';

/** An e-mail that nobody else has. */
export function newEmail(): string {
  return `dev-${randomUUID()}@acme.example`;
}

export function newRegistration(overrides: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { name: 'Acme Corporation', email: newEmail(), password: PASSWORD, ...overrides };
}

export function newCharge(overrides: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { customerName: 'Acme Corporation', paymentAmount: 19.99, currency: 'USD', ...overrides };
}

export function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

/** The answer's body, where it has this status. */
export function bodyOf<Body>(answer: Answer<Body>, status: number): Body {
  if (answer.status !== status) throw new Error(`Answered ${answer.status} in place of ${status}: ${answer.text}`);
  return answer.body;
}

export async function login(gateway: Gateway, email: string, password: string): Promise<LoggedIn> {
  return bodyOf(await gateway.request<LoggedIn>('POST', '/users/login', { json: { email, password } }), 200);
}

/** An account of the gateway and what its owner does. */
export class Merchant {
  private constructor(
    readonly gateway: Gateway,
    readonly userId: string,
    readonly email: string,
    readonly password: string,
    readonly apiKey: string,
    readonly webhookSecret: string,
    readonly token: string,
  ) {}

  /** Registers and logs in. */
  static async joins(gateway: Gateway): Promise<Merchant> {
    const email = newEmail();
    const { userId, apiKey, webhookSecret } = bodyOf(
      await gateway.request<Registered>('POST', '/users/register', { json: newRegistration({ email }) }),
      201,
    );
    const { access_token } = await login(gateway, email, PASSWORD);
    return new Merchant(gateway, userId, email, PASSWORD, apiKey, webhookSecret, access_token);
  }

  /** Joins and is given a role by the system_admin. */
  static async joinsAs(role: 'merchant' | 'admin', gateway: Gateway): Promise<Merchant> {
    const merchant = await Merchant.joins(gateway);
    bodyOf(await (await systemAdmin(gateway)).changesRole(merchant.userId, role), 200);
    return merchant;
  }

  get withKey(): Record<string, string> {
    return { 'x-api-key': this.apiKey };
  }

  get withToken(): Record<string, string> {
    return bearer(this.token);
  }

  get withBoth(): Record<string, string> {
    return { ...this.withKey, ...this.withToken };
  }

  /** The answer to a charge, whatever it is. */
  triesToCharge(charge: Readonly<Record<string, unknown>>): Promise<Answer> {
    return this.gateway.request('POST', '/payments/charge', { headers: this.withKey, json: charge });
  }

  async charges(overrides: Readonly<Record<string, unknown>> = {}): Promise<Charged> {
    return bodyOf(await this.triesToCharge(newCharge(overrides)), 201) as Charged;
  }

  async gets(id: string): Promise<Transaction> {
    return bodyOf(await this.gateway.request<Transaction>('GET', `/payments/${id}`, { headers: this.withKey }), 200);
  }

  /** Charges and waits until it is completed. */
  async receives(overrides: Readonly<Record<string, unknown>> = {}): Promise<Transaction> {
    const { id } = await this.charges(overrides);
    return this.seesCompleted(id);
  }

  seesCompleted(id: string): Promise<Transaction> {
    return eventually(
      `payment ${id} to be completed`,
      () => this.gets(id),
      ({ status }) => status === 'completed',
    );
  }

  async lists(): Promise<TransactionList> {
    return bodyOf(await this.gateway.request<TransactionList>('GET', '/payments/all', { headers: this.withKey }), 200);
  }

  /** @param search for example `minAmount=1&sortBy=amount` */
  triesToQuery(search = ''): Promise<Answer> {
    return this.gateway.request('GET', `/payments/query?${search}`, { headers: this.withBoth });
  }

  async queries(search = ''): Promise<TransactionList> {
    return bodyOf(await this.triesToQuery(search), 200) as TransactionList;
  }

  /** A request with the token. */
  asks<Body = unknown>(method: string, path: string, sent: Sent = {}): Promise<Answer<Body>> {
    return this.gateway.request<Body>(method, path, { ...sent, headers: { ...this.withToken, ...sent.headers } });
  }

  changesRole(userId: string, new_role: string): Promise<Answer> {
    return this.asks('PATCH', `/users/${userId}/role`, { json: { new_role } });
  }

  deletes(resource: string, id: string): Promise<Answer> {
    return this.asks('DELETE', `/${resource}/${id}`);
  }

  /** The same account with another of its tokens. */
  async logsInAgain(): Promise<Merchant> {
    const { access_token } = await login(this.gateway, this.email, this.password);
    return new Merchant(
      this.gateway,
      this.userId,
      this.email,
      this.password,
      this.apiKey,
      this.webhookSecret,
      access_token,
    );
  }

  /** The one account that exists from the first start. It has no API key that anybody knows. */
  static async systemAdmin(gateway: Gateway): Promise<Merchant> {
    const { access_token, userId } = await login(gateway, ADMIN_EMAIL, ADMIN_PASSWORD);
    return new Merchant(gateway, userId, ADMIN_EMAIL, ADMIN_PASSWORD, '', '', access_token);
  }
}

export function systemAdmin(gateway: Gateway): Promise<Merchant> {
  return Merchant.systemAdmin(gateway);
}
