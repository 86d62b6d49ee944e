import { RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, MODULE_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { Reflector } from '@nestjs/core';
import { StripeDialectModule } from './stripe-dialect.module.js';
import { operationOf } from './wire/dialect.decorators.js';

/** An operation of the dialect, as documents list it. */
export interface DialectOperation {
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  /** Names of parameters, the required ones with a star; what every operation takes is not listed. */
  readonly params: readonly string[];
  readonly publishable: boolean;
}

/** All operations, in the order of the controllers. */
export function dialectOperations(): DialectOperation[] {
  const reflector = new Reflector();
  const controllers = Reflect.getMetadata(MODULE_METADATA.CONTROLLERS, StripeDialectModule) as Type[];
  return controllers.flatMap((controller) => {
    const base = String(Reflect.getMetadata(PATH_METADATA, controller));
    const prototype = controller.prototype as Record<string, () => unknown>;
    return Object.getOwnPropertyNames(prototype).flatMap((name): DialectOperation[] => {
      const handler = prototype[name];
      const facts = handler && operationOf(reflector, handler);
      if (!handler || !facts) return [];
      const tail = String(Reflect.getMetadata(PATH_METADATA, handler)).replace(/^\/$/, '');
      const method = RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod];
      const path = `/${base}${tail === '' ? '' : `/${tail}`}`.replaceAll(/:(\w+)/g, '{$1}');
      const params = Object.entries(facts.shape).map(([param, { required }]) => (required ? `${param}*` : param));
      return [{ method, path, summary: facts.summary, params, publishable: facts.publishable }];
    });
  });
}
