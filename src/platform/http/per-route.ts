import type { ExecutionContext } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';

type Target = ReturnType<ExecutionContext['getHandler']> | ReturnType<ExecutionContext['getClass']>;

/** Returns the metadata of a key: the handler's own, otherwise its controller's. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- like Reflector's methods
export type Lookup = <T>(key: string) => T | undefined;

/**
 * Caches what a guard or an interceptor needs to know about a route; reads it from the decorators at the first
 * request.
 */
export class PerRoute<Facts> {
  private readonly byHandler = new WeakMap<Target, WeakMap<Target, Facts>>();

  constructor(
    private readonly reflector: Reflector,
    private readonly read: (lookup: Lookup) => Facts,
  ) {}

  of(context: ExecutionContext): Facts {
    const handler = context.getHandler();
    const controller = context.getClass();
    const known = this.byHandler.get(handler)?.get(controller);
    if (known !== undefined) return known;
    const facts = this.read((key) => this.reflector.getAllAndOverride(key, [handler, controller]));
    const ofHandler = this.byHandler.get(handler) ?? new WeakMap<Target, Facts>();
    this.byHandler.set(handler, ofHandler.set(controller, facts));
    return facts;
  }
}
