/** An object of the gateway, as far as the script reads it. */
export interface Intent {
  readonly id: string;
  readonly object: IntentKind;
  readonly status: string;
  readonly next_action: NextAction | null;
  readonly last_payment_error?: PageError | null;
  readonly last_setup_error?: PageError | null;
}

export type IntentKind = 'payment_intent' | 'setup_intent';

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
  readonly payment_intent?: object;
  readonly setup_intent?: object;
}

export type Answer<T> =
  { readonly value: T; readonly error?: undefined } | { readonly value?: undefined; readonly error: PageError };

/** What a form can hold: fields, inside of each other. */
export interface Fields {
  readonly [name: string]: string | number | boolean | null | undefined | Fields | readonly string[];
}

/** The names of an intent: in paths, and in what pages get. */
const KINDS = {
  pi: { kind: 'payment_intent', path: '/payment_intents' },
  seti: { kind: 'setup_intent', path: '/setup_intents' },
} as const;

/** An intent as its client secret names it. */
export interface IntentPlace {
  readonly kind: IntentKind;
  readonly id: string;
  readonly path: string;
  readonly clientSecret: string;
}

/** Speaks to the gateway with a publishable key. Never throws: what goes wrong is an error in the answer. */
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
    return this.ask(`${path}?${formOf({ key: this.key, ...fields })}`, { method: 'GET', cache: 'no-store' });
  }

  intent({ path, clientSecret }: IntentPlace): Promise<Answer<Intent>> {
    return this.get(path, { client_secret: clientSecret });
  }

  private async ask<T>(path: string, request: RequestInit): Promise<Answer<T>> {
    let response: Response;
    try {
      response = await fetch(`${this.origin}/v1${path}`, { ...request, credentials: 'omit' });
    } catch {
      const message = `The payment gateway at ${this.origin} cannot be reached from this page.`;
      return { error: { type: 'api_connection_error', message } };
    }
    try {
      const body = (await response.json()) as T & { readonly error?: PageError };
      if (response.ok) return { value: body };
      if (body.error) return { error: body.error };
    } catch {
      // No JSON: somebody else answered.
    }
    const message = `The payment gateway answered ${response.status} without an error that can be read.`;
    return { error: { type: 'api_error', message } };
  }
}

/** The intent that a client secret belongs to; an error if it is none, or one of another kind. */
export function placeOf(clientSecret: unknown, kind?: IntentKind): Answer<IntentPlace> {
  const text = typeof clientSecret === 'string' ? clientSecret : '';
  const [, id, prefix] = /^((pi|seti)_[A-Za-z0-9]+)_secret_\w+$/.exec(text) ?? [];
  if (id === undefined)
    return invalid('client_secret', 'The client secret has to be the `client_secret` of an intent, `pi_…_secret_…`.');
  const found = KINDS[prefix as keyof typeof KINDS];
  if (kind !== undefined && found.kind !== kind)
    return invalid('client_secret', `The client secret is of a ${found.kind}; this needs one of a ${kind}.`);
  return { value: { kind: found.kind, id, path: `${found.path}/${id}`, clientSecret: text } };
}

/** An error of a page that calls in a wrong way. */
export function invalid(param: string, message: string): Answer<never> {
  return { error: { type: 'invalid_request_error', code: 'parameter_invalid', param, message } };
}

function formOf(fields: Fields): string {
  return pairsOf(fields, '')
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
}

function pairsOf(fields: Fields | readonly string[], prefix: string): [name: string, value: string][] {
  return Object.entries(fields).flatMap(([name, value]: [string, Fields[string]]): [string, string][] => {
    const path = prefix === '' ? name : `${prefix}[${name}]`;
    if (value === undefined || value === null) return [];
    return typeof value === 'object' ? pairsOf(value, path) : [[path, String(value)]];
  });
}
