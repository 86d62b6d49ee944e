import { Injectable, RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { PUBLIC } from '../platform/access/access.decorators.js';
import { isExempt } from './exempt-routes.js';
import { nameOfRoute, SHORT_NAMES } from './operation-names.js';

/** Controllers whose routes are not below the base path of our own API. */
const DIALECT = 'v1/';

type Controller = Readonly<Record<string, unknown>>;

/**
 * Knows the operations that faults can match: those of the OpenAPI document and of the dialect
 * that need credentials.
 */
@Injectable()
export class FaultOperations {
  private names: readonly string[] | null = null;

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  /** All names that `match.operation` can have. */
  get allowed(): readonly string[] {
    this.names ??= [...Object.keys(SHORT_NAMES), ...this.discover()].sort();
    return this.names;
  }

  private discover(): string[] {
    return this.discovery.getControllers().flatMap(({ instance, metatype }) => {
      if (!metatype) return [];
      const prototype = Object.getPrototypeOf(instance) as Controller;
      const base = this.reflector.get<string>(PATH_METADATA, metatype);
      return this.scanner.getAllMethodNames(prototype).flatMap((name) => {
        const handler = prototype[name] as () => unknown;
        const path = this.reflector.get<string | undefined>(PATH_METADATA, handler);
        if (path === undefined || isExempt(`${base}/${path}`)) return [];
        if (this.reflector.getAllAndOverride<true | undefined>(PUBLIC, [handler, metatype])) return [];
        if (!base.startsWith(DIALECT)) return [name];
        const method = RequestMethod[this.reflector.get<RequestMethod>(METHOD_METADATA, handler)];
        return [nameOfRoute(method, path === '/' ? `/${base}` : `/${base}/${path}`)];
      });
    });
  }
}
