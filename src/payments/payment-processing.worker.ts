import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config/config.js';
import { DueWorkRunner, type RegisteredWork } from '../platform/due-work/due-work-runner.service.js';
import type { Payment } from './payment.schema.js';
import { PaymentDeletionService } from './payment-deletion.service.js';
import { changeContext } from './change-context.js';
import { decideDueChange } from './payment-rules.js';
import type { Delays } from './payment-state.js';
import { PaymentStore } from './payment-store.service.js';

/**
 * How long other processes leave a due payment to the process that wrote it, in ms: longer than work is late under
 * load.
 */
const GRACE_MS = 2_000;

/** Makes the changes that are due: outcomes, expired authorizations, slow refunds, interrupted deletions. */
@Injectable()
export class PaymentProcessing {
  readonly delays: Delays;
  private readonly work: RegisteredWork<Payment>;

  constructor(
    config: Config,
    runner: DueWorkRunner,
    private readonly store: PaymentStore,
    private readonly deletion: PaymentDeletionService,
  ) {
    this.delays = {
      authorizationMs: config.AUTHORIZATION_EXPIRES_AFTER_SECONDS * 1000,
      refundMs: config.REFUND_DELAY_MS,
    };
    this.work = runner.register<Payment>({
      name: 'payment.processing',
      graceMs: GRACE_MS,
      idOf: ({ _id }) => _id,
      findDue: (until, now, limit) => store.findDue(until, now, limit),
      run: (payments, now) => this.process(payments, now),
      postpone: (payment, until) => store.postpone(payment, until),
      countDue: (now) => store.countDue(now),
    });
  }

  /** Call this after a payment was made or changed, so that its due work starts in time. */
  announce(payment: Payment): void {
    if (payment.dueAt) this.work.announce(payment, payment.dueAt);
  }

  private async process(payments: readonly Payment[], now: Date): Promise<void> {
    await Promise.all(
      payments.map(async (payment) => {
        if (payment.deletingAt) {
          await this.deletion.finish(payment);
          return;
        }
        const change = decideDueChange(payment, changeContext({ by: 'due_work', requestId: null }, now), this.delays);
        if (change === null) {
          await this.store.clearDue(payment);
          return;
        }
        // Null if another process changed the payment first; that process continues with it.
        const changed = await this.store.change(payment, change);
        if (changed) this.announce(changed);
      }),
    );
  }
}
