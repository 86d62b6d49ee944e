import { expect } from '@jest/globals';

/** What came back, read to the end. */
export interface Answer<Body = unknown> {
  /** What was asked. */
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The text as JSON; undefined where it is none. */
  readonly body: Body;
}

export interface Sent {
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is, as application/json unless the headers say otherwise. */
  readonly raw?: string | Uint8Array<ArrayBuffer>;
}

export async function send<Body = unknown>(
  method: string,
  url: string,
  { headers = {}, json, raw }: Sent = {},
): Promise<Answer<Body>> {
  const content = raw ?? (json === undefined ? undefined : JSON.stringify(json));
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    headers: { ...(content !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(content !== undefined && { body: content }),
  });
  const text = await response.text();
  return { url, status: response.status, headers: response.headers, text, body: parsed(text) as Body };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

export interface Violation {
  readonly loc: (string | number)[];
  readonly type: string;
  readonly msg: string;
  readonly input: unknown;
  readonly ctx: Record<string, unknown>;
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Payload Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Entity',
  429: 'Too Many Requests',
  503: 'Service Unavailable',
};

const codeOf = ({ body }: Answer): string => String((body as { code?: unknown } | undefined)?.code);

/** Asserts all that the contract says of every error, then this one's status and detail. */
export function expectError(answer: Answer, status: number, detail: unknown): void {
  expect({ status: answer.status, detail: (answer.body as { detail?: unknown } | undefined)?.detail }).toEqual({
    status,
    detail,
  });
  expect(answer.headers.get('content-type')).toMatch(/^application\/json(; charset=utf-8)?$/);
  expect(answer.body).toEqual({
    detail,
    status,
    code: expect.stringMatching(/^[a-z]+(_[a-z]+)*$/),
    title: TITLES[status],
    requestId: answer.headers.get('x-request-id'),
    docUrl: `${new URL(answer.url).origin}/docs/errors#${codeOf(answer)}`,
  });
  expect(answer.headers.get('x-request-id')).toBeTruthy();
  if (status === 401) expect(answer.headers.get('www-authenticate')).toBeTruthy();
}

/** Asserts a 422 in the contract's form with exactly these violations, of each what is given. */
export function expectInvalid(
  answer: Answer,
  ...expected: (Partial<Violation> & Pick<Violation, 'loc' | 'type'>)[]
): void {
  expectError(answer, 422, expect.any(Array));
  const { detail } = answer.body as { detail: Violation[] };
  for (const violation of detail) {
    expect(Object.keys(violation).sort()).toEqual(['ctx', 'input', 'loc', 'msg', 'type']);
    expect(violation.msg).toBeTruthy();
    expect(violation.ctx).toEqual(expect.any(Object));
    expect(['body', 'query', 'path', 'header']).toContain(violation.loc[0]);
  }
  expect(detail).toEqual(expected.map((violation) => expect.objectContaining(violation) as unknown));
}
