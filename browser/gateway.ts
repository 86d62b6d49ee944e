/** An object of the gateway, as far as the script reads it. */
export interface Intent {
  readonly id: string;
  readonly object: 'payment_intent' | 'setup_intent';
  readonly status: string;
  readonly next_action: NextAction | null;
}

export interface NextAction {
  readonly type: string;
  readonly redirect_to_url?: { readonly url: string };
  readonly use_stripe_sdk?: { readonly stripe_js: string };
}

/** An error as pages get it. */
export interface PageError {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly decline_code?: string;
  readonly param?: string;
}

export type Answer<T> =
  { readonly value: T; readonly error?: undefined } | { readonly value?: undefined; readonly error: PageError };

/** What a form can hold: fields, inside of each other. */
export type Fields = { readonly [name: string]: string | number | boolean | null | undefined | Fields };

const UNREACHABLE: PageError = { type: 'api_connection_error', message: 'The payment gateway cannot be reached.' };

/** Speaks to the gateway with a publishable key. */
export class Gateway {
  constructor(
    private readonly origin: string,
    private readonly key: string,
  ) {}

  post<T>(path: string, fields: Fields): Promise<Answer<T>> {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return this.ask(path, { method: 'POST', headers, body: formOf({ key: this.key, ...fields }) });
  }

  get<T>(path: string, fields: Fields): Promise<Answer<T>> {
    return this.ask(`${path}?${formOf({ key: this.key, ...fields })}`, { method: 'GET' });
  }

  /** The intent that a client secret belongs to. */
  intent(clientSecret: string): Promise<Answer<Intent>> {
    return this.get(intentPath(clientSecret), { client_secret: clientSecret });
  }

  private async ask<T>(path: string, request: RequestInit): Promise<Answer<T>> {
    try {
      const response = await fetch(`${this.origin}/v1${path}`, request);
      const body = (await response.json()) as T & { readonly error?: PageError };
      return response.ok ? { value: body } : { error: body.error ?? UNREACHABLE };
    } catch {
      return { error: UNREACHABLE };
    }
  }
}

/** The path of the intent that a client secret belongs to. */
export function intentPath(clientSecret: string): string {
  const [id = ''] = clientSecret.split('_secret_', 1);
  return `${id.startsWith('seti_') ? '/setup_intents' : '/payment_intents'}/${id}`;
}

function formOf(fields: Fields): string {
  return pairsOf(fields, '')
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
}

function pairsOf(fields: Fields, prefix: string): [name: string, value: string][] {
  return Object.entries(fields).flatMap(([name, value]): [string, string][] => {
    const path = prefix === '' ? name : `${prefix}[${name}]`;
    if (value === undefined || value === null) return [];
    return typeof value === 'object' ? pairsOf(value, path) : [[path, String(value)]];
  });
}
