import { applyDecorators } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import { ERROR_CODES, type ErrorCode } from './error-catalogue.js';

const extensionOf = (code: ErrorCode): string => `x-error-${code}`;

/**
 * Says which error codes a route can answer with; several of these on one route add up. The OpenAPI document describes
 * one response for each status, with an example for each code.
 */
export function ApiErrors(...codes: readonly ErrorCode[]): MethodDecorator & ClassDecorator {
  return applyDecorators(...codes.map((code) => ApiExtension(extensionOf(code), true)));
}

/** Takes the codes that `ApiErrors` named out of an operation of the document. */
export function takeErrorCodes(operation: object): ErrorCode[] {
  return ERROR_CODES.filter(
    (code) => extensionOf(code) in operation && Reflect.deleteProperty(operation, extensionOf(code)),
  );
}
