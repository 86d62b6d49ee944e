import { Injectable } from '@nestjs/common';
import type { Payment } from './payment.schema.js';

/** Where the browser goes after the challenge of a payment; null if this feature does not know. */
export type ReturnHook = (payment: Payment) => string | null;

/** Where other features send customers who have authenticated: to a page of ours by its path, or elsewhere. */
@Injectable()
export class ChallengeReturns {
  private readonly hooks: ReturnHook[] = [];

  use(hook: ReturnHook): void {
    this.hooks.push(hook);
  }

  /** Null if no feature knows. */
  addressFor(payment: Payment): string | null {
    for (const hook of this.hooks) {
      const address = hook(payment);
      if (address !== null) return address;
    }
    return null;
  }
}
