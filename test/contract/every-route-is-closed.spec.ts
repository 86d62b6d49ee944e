import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Gateway, startGateway } from '../support/gateway.js';
import { type Answer, expectError, send } from '../support/http.js';
import { Merchant, systemAdmin } from '../support/merchant.js';
import { documentedOperations, isForSomeRoles, type Operation, routeOf } from '../support/openapi-operations.js';

const operations = documentedOperations();

const isPrivate = ({ security = [] }: Operation): boolean => security.length > 0;

/** Everybody may call these; whoever opens another route says so here. */
const PUBLIC_ROUTES = [
  'POST /api/v1/users/register',
  'POST /api/v1/users/login',
  'GET /api/v1/status',
  'GET /api/v1/test-values',
  // In production only administrators, and only with SANDBOXES=on.
  'POST /api/v1/sandboxes',
  // The session of a cookie, which no page of another origin can use.
  'POST /console/session',
  'DELETE /console/session',
  'GET /health/live',
  'GET /health/ready',
  'GET /metrics',
];

/** Checks its key itself: by contract a missing header is 422 there, and an unknown key has words of its own. */
const RECEIVER = 'POST /api/v1/webhook-receive';

const closed = operations
  .filter((operation) => isPrivate(operation) && routeOf(operation) !== RECEIVER)
  .map((operation) => [routeOf(operation), operation] as const);

let gateway: Gateway;
let user: Merchant;
let admin: Merchant;
beforeAll(async () => {
  gateway = await startGateway();
  [user, admin] = await Promise.all([Merchant.joins(gateway), systemAdmin(gateway)]);
});
afterAll(() => gateway.stop());

const call = ({ method, path }: Operation, headers: Record<string, string>, json?: unknown): Promise<Answer> => {
  const filled = path.replace('{resource}', 'users').replaceAll(/\{\w+\}/g, 'user_unknown');
  return send(method, `${gateway.url}${filled}`, { headers, ...(json !== undefined && { json }) });
};

/** All that an operation may be called with, by somebody who may call anything. */
const credentials = ({ security = [] }: Operation): Record<string, string> =>
  security.some((requirement) => 'api-key' in requirement) ? user.withBoth : admin.withToken;

describe('The document', () => {
  it('opens exactly these routes to everybody', () => {
    expect(
      operations
        .filter((operation) => !isPrivate(operation))
        .map(routeOf)
        .sort(),
    ).toEqual([...PUBLIC_ROUTES].sort());
  });

  it('says 401 of every private route', () => {
    expect(
      operations.filter((operation) => isPrivate(operation) && !('401' in operation.responses)).map(routeOf),
    ).toEqual([]);
  });

  it('gives every operation a name of its own that makes a method name', () => {
    const names = operations.map(({ operationId }) => operationId);
    expect(new Set(names).size).toBe(names.length);
    for (const operationId of names) expect(operationId).toMatch(/^[a-z][A-Za-z]+$/);
  });
});

describe('Without credentials', () => {
  it.each(closed)('%s answers 401', async (_name, operation) => {
    expectError(await call(operation, {}), 401, expect.any(String));
  });

  it.each(closed)('%s answers 401 to a key and a token that nobody has', async (_name, operation) => {
    expectError(
      await call(operation, { 'x-api-key': 'PK_LIVE_unknown', authorization: 'Bearer unknown' }),
      401,
      expect.any(String),
    );
  });

  it(`${RECEIVER} answers 422, by contract, and 401 to a key that nobody has`, async () => {
    const receiver = operations.find((operation) => routeOf(operation) === RECEIVER);
    if (!receiver) throw new Error('It is not in the document.');
    expectError(await call(receiver, {}), 422, expect.any(Array));
    expectError(
      await call(receiver, { 'x-api-key': 'PK_LIVE_unknown', 'x-signature': 'x' }, {}),
      401,
      'Invalid X-API-Key',
    );
  });
});

describe('With one half of the credentials', () => {
  const both = closed.filter(([, { security = [] }]) =>
    security.some((requirement) => Object.keys(requirement).length > 1),
  );

  it.each(both)('%s answers 401', async (_name, operation) => {
    expectError(await call(operation, user.withKey), 401, expect.any(String));
    expectError(await call(operation, user.withToken), 401, expect.any(String));
  });
});

describe('With the other kind of credentials', () => {
  const takes = (scheme: string) =>
    closed.filter(([, { security = [] }]) =>
      security.every((requirement) => Object.keys(requirement).join() === scheme),
    );

  it.each(takes('bearer'))('%s does not take an API key', async (_name, operation) => {
    expectError(await call(operation, user.withKey), 401, 'Authorization header missing.');
  });

  it.each(takes('api-key'))('%s does not take a token', async (_name, operation) => {
    expectError(await call(operation, user.withToken), 401, 'Invalid or missing X-API-Key. Access denied.');
  });
});

describe('With the wrong role', () => {
  const restricted = closed.filter(([, operation]) => isForSomeRoles(operation));

  it('there are the routes that the contract restricts', () => {
    expect(restricted.map(([route]) => route)).toEqual(
      expect.arrayContaining([
        'PATCH /api/v1/users/{user_id}/role',
        'GET /api/v1/admin/dashboard',
        'DELETE /api/v1/{resource}/{resource_id}',
      ]),
    );
  });

  it.each(restricted)('%s answers 403', async (_name, operation) => {
    expectError(await call(operation, user.withToken), 403, expect.any(String));
  });
});

describe('With a body that no route accepts', () => {
  const withBody = operations
    .filter((operation) => 'requestBody' in operation && routeOf(operation) !== RECEIVER)
    .map((operation) => [routeOf(operation), operation] as const);

  it.each(withBody)('%s answers 422: its validation is there', async (_name, operation) => {
    for (const body of [{ no_such_field: 1 }, [], 'text', 1]) {
      expectError(
        await call(operation, isPrivate(operation) ? credentials(operation) : {}, body),
        422,
        expect.any(Array),
      );
    }
  });
});
