import type { OpenAPIObject, OperationObject } from '@nestjs/swagger';

const METHODS = ['get', 'post', 'patch', 'delete'] as const;

/** An operation of the document, with its place. */
export interface PlacedOperation {
  readonly path: string;
  readonly method: (typeof METHODS)[number];
  readonly operation: OperationObject;
}

export function allOperations({ paths }: OpenAPIObject): PlacedOperation[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation ? [{ path, method, operation }] : [];
    }),
  );
}

/** Whether the operation belongs to the API, and not to those who run the gateway. */
export const isInApi = ({ path }: PlacedOperation): boolean => /^\/(?:api|console)\//.test(path);

/** Whether the operation takes this header. */
export const takesHeader = ({ parameters = [] }: OperationObject, name: string): boolean =>
  parameters.some((parameter) => 'name' in parameter && parameter.in === 'header' && parameter.name === name);
