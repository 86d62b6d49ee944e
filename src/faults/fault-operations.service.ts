import { Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { PUBLIC } from '../platform/access/access.decorators.js';
import { isExempt } from './exempt-routes.js';
import { SHORT_NAMES } from './operation-names.js';

type Controller = Readonly<Record<string, unknown>>;

/** Knows the operations that faults can match: those of the OpenAPI document that need credentials. */
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
      return this.scanner.getAllMethodNames(prototype).filter((name) => {
        const handler = prototype[name] as () => unknown;
        const path = this.reflector.get<string | undefined>('path', handler);
        if (path === undefined || isExempt(`${this.reflector.get<string>('path', metatype)}/${path}`)) return false;
        return !this.reflector.getAllAndOverride<true | undefined>(PUBLIC, [handler, metatype]);
      });
    });
  }
}
