/** The parts of a request that may carry a key. */
export interface KeyedRequest {
  readonly headers: { readonly authorization?: string | undefined };
  /** A form or a query, as it was read. */
  readonly body?: unknown;
  readonly query?: unknown;
}

/** The scheme of HTTP and what follows it. */
const CREDENTIALS = /^(bearer|basic) +(\S+) *$/i;

/**
 * The key that a request of the dialect was sent with: as bearer token, as the user of HTTP Basic, or as the parameter
 * `key` of a form or a query, as browsers do. Null if there is none.
 */
export function sentKey({ headers: { authorization }, body, query }: KeyedRequest): string | null {
  if (authorization !== undefined && authorization !== '') return keyOf(authorization);
  return parameterKey(body) ?? parameterKey(query);
}

function keyOf(authorization: string): string | null {
  const [, scheme = '', credentials = ''] = CREDENTIALS.exec(authorization) ?? [];
  if (scheme.toLowerCase() !== 'basic') return credentials || null;
  const [user = '', password = ''] = Buffer.from(credentials, 'base64').toString('utf8').split(':', 2);
  return user !== '' && password === '' ? user : null;
}

function parameterKey(parameters: unknown): string | null {
  const { key } = (parameters ?? {}) as { readonly key?: unknown };
  return typeof key === 'string' && key !== '' ? key : null;
}
