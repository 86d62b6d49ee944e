import { Injectable } from '@nestjs/common';
import type { World } from '../platform/worlds/world.js';
import type { Alteration } from './altered-attempt.js';
import type { Delivery } from './delivery.schema.js';

/** What is done to an attempt on purpose. */
export interface AlteredAttempt {
  /** The public id of the fault that wants it. */
  readonly fault: string;
  readonly how: Alteration;
}

/** Decides what is done to the next attempt of a delivery; null for nothing. */
export type AttemptHook = (delivery: Delivery, world: World) => Promise<AlteredAttempt | null>;

/** Where another feature changes attempts. It is asked only for accounts that have faults. */
@Injectable()
export class AttemptHooks {
  private hook: AttemptHook = () => Promise.resolve(null);

  use(hook: AttemptHook): void {
    this.hook = hook;
  }

  alter(delivery: Delivery, world: World): Promise<AlteredAttempt | null> {
    return this.hook(delivery, world);
  }
}
