import { Injectable } from '@nestjs/common';
import { WorldsService } from '../accounts/worlds.service.js';
import { DueWorkRunner } from '../platform/due-work/due-work-runner.service.js';
import { followingId } from '../platform/worlds/world-ids.js';
import { CheckoutPayments } from './checkout-payments.service.js';
import { decideExpiry } from './checkout-rules.js';
import type { CheckoutSession } from './checkout-session.schema.js';
import { CheckoutStore } from './checkout-store.service.js';

/** Expires sessions whose time is up, and finishes what a crash interrupted. */
@Injectable()
export class CheckoutUpkeep {
  constructor(
    private readonly store: CheckoutStore,
    private readonly payments: CheckoutPayments,
    private readonly worlds: WorldsService,
    runner: DueWorkRunner,
  ) {
    runner.register<CheckoutSession>({
      name: 'checkout.expiry',
      graceMs: 0,
      ...store.due,
      run: async (sessions, now) => {
        await Promise.all(sessions.map((session) => this.expire(session, now)));
      },
    });
    // Otherwise the process that began something finishes it at once.
    runner.register<CheckoutSession>({
      name: 'checkout.repair',
      graceMs: 0,
      ...store.unfinished,
      run: async (sessions) => {
        await Promise.all(sessions.map((session) => this.finish(session)));
      },
    });
  }

  private async expire(due: CheckoutSession, now: Date): Promise<void> {
    // A session of a world that is gone is removed with it.
    if (!(await this.worlds.of(due.accountId))) return this.store.clearDue(due);
    for (let session: CheckoutSession | null = due; session?.dueAt;) {
      const at = session.clockId === undefined ? now : session.dueAt;
      const eventId = followingId('evt', session._id, at, 'expired');
      const change = decideExpiry(session, { at, eventId, requestId: null });
      if (change === null || (await this.store.change(session, change))) return;
      session = await this.store.find(session._id);
    }
  }

  private async finish(session: CheckoutSession): Promise<void> {
    const world = await this.worlds.of(session.accountId);
    if (!world) return this.store.clearDue(session);
    await this.store.tell(session);
    await this.store.noteFinished(await this.payments.goOn(session, world));
  }
}
