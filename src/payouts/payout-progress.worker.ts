import { Injectable } from '@nestjs/common';
import { WorldsService } from '../accounts/worlds.service.js';
import { DueWorkRunner } from '../platform/due-work/due-work-runner.service.js';
import { decideDue } from './payout-rules.js';
import type { Payout } from './payout.schema.js';
import { PayoutStore } from './payout-store.service.js';
import { dueEventId } from './payouts.service.js';

/** Sends payouts and lets them arrive or fail; finishes what a crash interrupted. */
@Injectable()
export class PayoutProgress {
  constructor(
    private readonly store: PayoutStore,
    private readonly worlds: WorldsService,
    runner: DueWorkRunner,
  ) {
    runner.register<Payout>({
      name: 'payout.progress',
      graceMs: 0,
      ...store.due,
      run: async (payouts, now) => {
        await Promise.all(payouts.map((payout) => this.goOn(payout, now)));
      },
    });
    // Otherwise the process that began something finishes it at once.
    runner.register<Payout>({
      name: 'payout.repair',
      graceMs: 0,
      ...store.unfinished,
      run: async (payouts) => {
        await Promise.all(payouts.map((payout) => this.finish(payout)));
      },
    });
  }

  private async goOn(payout: Payout, now: Date): Promise<void> {
    const change = decideDue(payout, payout.clockId === undefined ? now : (payout.dueAt ?? now));
    // A payout of a world that is gone is removed with it.
    if (change === null || !(await this.worlds.of(payout.accountId))) return this.store.clearDue(payout);
    const at = payout.clockId === undefined ? now : (payout.dueAt ?? now);
    await this.store.change(payout, change, { eventId: dueEventId(payout, at), at, requestId: null });
  }

  private async finish(payout: Payout): Promise<void> {
    if (await this.worlds.of(payout.accountId)) await this.store.finish(payout);
    else await this.store.clearDue(payout);
  }
}
