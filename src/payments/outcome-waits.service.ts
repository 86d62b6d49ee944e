import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { isDatabaseUnreachable } from '../platform/database/database-unreachable.js';
import { worldOf } from '../platform/worlds/world-ids.js';
import { WaitingPlaces } from '../platform/http/waiting-places.js';
import type { Payment } from './payment.schema.js';
import { PaymentStore } from './payment-store.service.js';

/** How often a payment is read, in ms, in case another process changed it. */
const READ_EVERY_MS = 500;

/** How many requests may wait at once, in all and for one account. Further requests are answered without a wait. */
const MAX_WAITS = 5_000;
const MAX_WAITS_PER_ACCOUNT = 100;

/** How long a request waits at most, and what becomes of it: `Wait`, or the same for a page. */
export interface OutcomeWait {
  readonly ms: number;
  /** True if nobody gets the answer any more. */
  readonly isAbandoned: boolean;
  /** The request is answered without the wait. */
  refuse(): void;
}

/** Lets requests wait for the outcome of a payment. */
@Injectable()
export class OutcomeWaits implements OnModuleDestroy {
  private readonly timers = new Set<() => void>();
  private readonly places = new WaitingPlaces(MAX_WAITS, MAX_WAITS_PER_ACCOUNT);
  private isStopping = false;

  constructor(private readonly payments: PaymentStore) {}

  /** Answers all waiting requests when the process stops. */
  onModuleDestroy(): void {
    this.isStopping = true;
    for (const end of this.timers) end();
  }

  /** Until the payment is no longer pending. Does not wait if `wait` is null. */
  forOutcome(payment: Payment, wait: OutcomeWait | null): Promise<Payment> {
    return this.until(payment, wait, ({ status }) => status !== 'pending');
  }

  /** Until a refund is no longer pending. Does not wait if `wait` is null. */
  forRefund(payment: Payment, refundId: string, wait: OutcomeWait | null): Promise<Payment> {
    return this.until(payment, wait, ({ refunds }) =>
      refunds.every(({ id, status }) => id !== refundId || status !== 'pending'),
    );
  }

  /** Until the dispute or warning of the payment's test card has come. */
  forDispute(payment: Payment, wait: OutcomeWait): Promise<Payment> {
    return this.until(payment, wait, ({ disputesDueAt }) => (disputesDueAt ?? null) === null);
  }

  /**
   * Waits until `isOver`, or as long as `wait` says at most.
   * @returns the payment as it is then; as it was read last if it was deleted meanwhile, or if the database cannot be
   *   reached
   */
  private async until(
    payment: Payment,
    wait: OutcomeWait | null,
    isOver: (payment: Payment) => boolean,
  ): Promise<Payment> {
    if (wait === null || wait.ms === 0 || isOver(payment)) return payment;
    const { _id, accountId } = payment;
    if (!this.places.take(accountId)) {
      wait.refuse();
      return payment;
    }
    try {
      const until = Date.now() + wait.ms;
      // In a sandbox its outcome may be there already.
      for (let latest = worldOf(_id) === '' ? payment : ((await this.findIfReachable(_id)) ?? payment); ;) {
        const left = until - Date.now();
        if (isOver(latest) || left <= 0 || this.isStopping || wait.isAbandoned) return latest;
        await this.nextChange(_id, Math.min(left, READ_EVERY_MS));
        const found = await this.findIfReachable(_id);
        if (!found) return latest;
        latest = found;
      }
    } finally {
      this.places.giveBack(accountId);
    }
  }

  /** Null also if the database cannot be reached: what the client asked for is on disk, so its answer is no error. */
  private async findIfReachable(id: string): Promise<Payment | null> {
    try {
      return await this.payments.find(id);
    } catch (error) {
      if (!isDatabaseUnreachable(error)) throw error;
      return null;
    }
  }

  private nextChange(id: string, waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        stopListening();
        this.timers.delete(end);
        resolve();
      };
      const timer = setTimeout(end, waitMs);
      const stopListening = this.payments.onceChanged(id, end);
      this.timers.add(end);
    });
  }
}
