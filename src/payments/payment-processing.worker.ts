import { Injectable } from '@nestjs/common';
import { WorldsService } from '../accounts/worlds.service.js';
import { DueWorkRunner, type RegisteredWork } from '../platform/due-work/due-work-runner.service.js';
import type { World } from '../platform/worlds/world.js';
import type { Payment } from './payment.schema.js';
import { PaymentDeletionService } from './payment-deletion.service.js';
import { dueContext } from './change-context.js';
import { decideDueChange } from './payment-rules.js';
import { delaysOf } from './payment-state.js';
import { PaymentStore } from './payment-store.service.js';

/**
 * How long other processes leave a due payment to the process that wrote it, in ms: longer than work is late under
 * load.
 */
const GRACE_MS = 2_000;

/** Makes the changes that are due: outcomes, expired authorizations, slow refunds, interrupted deletions. */
@Injectable()
export class PaymentProcessing {
  private readonly work: RegisteredWork<Payment>;

  constructor(
    runner: DueWorkRunner,
    private readonly store: PaymentStore,
    private readonly deletion: PaymentDeletionService,
    private readonly worlds: WorldsService,
  ) {
    this.work = runner.register<Payment>({
      name: 'payment.processing',
      graceMs: GRACE_MS,
      idOf: ({ _id }) => _id,
      findDue: (query) => store.findDue(query),
      nextDueAt: (clockId, except) => store.nextDueAt(clockId, except),
      run: (payments, now) => this.process(payments, now),
      postpone: (payment, until) => store.postpone(payment, until),
      countDue: (now) => store.countDue(now),
    });
  }

  /**
   * Call this after a payment was made or changed, so that its due work starts in time. In a sandbox what is due
   * already is done when this resolves; otherwise it is done in the background.
   */
  async goOn(payment: Payment, world: World): Promise<void> {
    if (world.id === '') this.announce(payment);
    else await this.runDue(payment, world);
  }

  private announce(payment: Payment): void {
    if (payment.dueAt && payment.clockId === undefined) this.work.announce(payment, payment.dueAt);
  }

  private async runDue(payment: Payment, world: World): Promise<void> {
    let current: Payment | null = payment;
    while (current?.dueAt && current.dueAt <= world.now()) current = await this.processOne(current, world, world.now());
    if (current) this.announce(current);
  }

  private async process(payments: readonly Payment[], now: Date): Promise<void> {
    await Promise.all(
      payments.map(async (payment) => {
        if (payment.deletingAt) {
          await this.deletion.finish(payment);
          return;
        }
        const world = await this.worlds.of(payment.accountId);
        // A payment of a world that is gone is removed with it.
        const changed = world ? await this.processOne(payment, world, now) : await this.store.clearDue(payment);
        if (changed) this.announce(changed);
      }),
    );
  }

  /** Returns the changed payment; null if there is nothing to go on with, or another process goes on with it. */
  private async processOne(payment: Payment, { settings }: World, now: Date): Promise<Payment | null> {
    const change = decideDueChange(payment, dueContext(payment, now), delaysOf(settings));
    return change === null ? this.store.clearDue(payment) : this.store.change(payment, change);
  }
}
