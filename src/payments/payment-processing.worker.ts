import { Injectable } from '@nestjs/common';
import { WorldsService } from '../accounts/worlds.service.js';
import { WebhookEndpointsService } from '../webhooks/webhook-endpoints.service.js';
import { DueWorkRunner, type RegisteredWork } from '../platform/due-work/due-work-runner.service.js';
import type { World } from '../platform/worlds/world.js';
import type { Payment } from './payment.schema.js';
import { PaymentDeletionService } from './payment-deletion.service.js';
import { dueContext } from './change-context.js';
import { decideDueChange } from './payment-rules.js';
import { termsOf } from './payment-state.js';
import { PaymentStore } from './payment-store.service.js';

/**
 * How long other processes leave a due payment to the process that wrote it, in ms: longer than work is late under
 * load.
 */
const GRACE_MS = 2_000;

/** How many payments are processed between two moves of a virtual clock, if nobody is told of them. */
const QUIET_BATCH = 500;

/** Makes the changes that are due: outcomes, expired authorizations, slow refunds, interrupted deletions. */
@Injectable()
export class PaymentProcessing {
  private readonly work: RegisteredWork<Payment>;

  constructor(
    runner: DueWorkRunner,
    private readonly store: PaymentStore,
    private readonly deletion: PaymentDeletionService,
    private readonly worlds: WorldsService,
    private readonly endpoints: WebhookEndpointsService,
  ) {
    this.work = runner.register<Payment>({
      name: 'payment.processing',
      graceMs: GRACE_MS,
      ...store.due,
      quietUntil: (clockId, until) => this.quietUntil(clockId, until),
      run: (payments, now) => this.process(payments, now),
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
    while (current?.dueAt && current.dueAt <= world.now())
      current = await this.processOne(current, world, current.dueAt);
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
        const at = payment.clockId === undefined ? now : (payment.dueAt ?? now);
        const changed = world ? await this.processOne(payment, world, at) : await this.store.clearDue(payment);
        if (changed) this.announce(changed);
      }),
    );
  }

  /** As long as no webhook is sent of what becomes of the payments. */
  private async quietUntil(clockId: string, until: Date): Promise<Date | null> {
    const [first] = await this.quietDue(clockId, until, 2);
    if (!first || (await this.endpoints.enabledOf([clockId])).length > 0) return null;
    return (await this.quietDue(clockId, until, QUIET_BATCH)).at(-1)?.dueAt ?? null;
  }

  /** The first payments that are due, up to one that has a webhookUrl, or is due when that one is. */
  private async quietDue(clockId: string, until: Date, limit: number): Promise<readonly Payment[]> {
    const due = await this.store.due.findDue({ clockId, until, now: new Date(), limit });
    const loud = due.find(({ webhookUrl }) => webhookUrl !== null);
    return loud?.dueAt ? due.filter(({ dueAt }) => dueAt && loud.dueAt && dueAt < loud.dueAt) : due;
  }

  /** Returns the changed payment; null if there is nothing to go on with, or another process goes on with it. */
  private async processOne(payment: Payment, { settings }: World, now: Date): Promise<Payment | null> {
    const change = decideDueChange(payment, dueContext(payment, now), termsOf(settings));
    return change === null ? this.store.clearDue(payment) : this.store.change(payment, change);
  }
}
