import { Injectable } from '@nestjs/common';
import type { Payment } from './payment.schema.js';

/** Where the browser goes after the challenge of a payment; null if this feature does not know. */
export type ReturnHook = (payment: Payment) => string | null;

/** Where another feature sends customers who have authenticated: to a page of ours, by its path. */
@Injectable()
export class ChallengeReturns {
  private hook: ReturnHook = () => null;

  use(hook: ReturnHook): void {
    this.hook = hook;
  }

  pathFor(payment: Payment): string | null {
    return this.hook(payment);
  }
}
