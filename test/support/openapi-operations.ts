import { readFileSync } from 'node:fs';

type Requirement = Readonly<Record<string, unknown>>;

interface Documented {
  readonly operationId: string;
  readonly tags?: readonly string[];
  readonly security?: readonly Requirement[];
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: unknown;
  readonly responses: Readonly<Record<string, unknown>>;
}

export interface Operation extends Documented {
  readonly method: string;
  readonly path: string;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

/** Every operation of the committed OpenAPI document, in its order. */
export function documentedOperations(): Operation[] {
  const { paths } = JSON.parse(readFileSync(new URL('../../openapi.json', import.meta.url), 'utf8')) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Documented>>>>;
  };
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => METHODS.includes(method))
      .map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
  );
}

/** For example `GET /api/v1/status`. */
export function routeOf({ method, path }: Operation): string {
  return `${method} ${path}`;
}

/** Takes only a token, and refuses some roles. */
export function isForSomeRoles({ security = [], responses }: Operation): boolean {
  return (
    JSON.stringify(responses['403'] ?? {}).includes('role_not_allowed') &&
    security.length > 0 &&
    security.every((requirement) => Object.keys(requirement).join() === 'bearer')
  );
}
