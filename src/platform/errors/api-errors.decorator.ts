import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { ErrorBodyDto, ValidationErrorBodyDto } from './error-body.dto.js';

/** Documents the errors of a route, by status. 422 has the validation body, all others the plain one. */
export function ApiErrors(errors: Readonly<Record<number, string>>): MethodDecorator & ClassDecorator {
  return applyDecorators(
    ApiExtraModels(ErrorBodyDto, ValidationErrorBodyDto),
    ...Object.entries(errors).map(([status, description]) =>
      ApiResponse({
        status: Number(status),
        description,
        content: {
          'application/json': {
            schema: { $ref: getSchemaPath(status === '422' ? ValidationErrorBodyDto : ErrorBodyDto) },
          },
        },
      }),
    ),
  );
}

/** The error that every route with a body or a query can answer. */
export const INVALID_INPUT = { 422: 'Something that was sent is not valid; `detail` lists what.' } as const;
