import { Injectable } from '@nestjs/common';
import type { FormerWorld, Sandbox } from '../accounts/sandbox.schema.js';
import { LATE_WRITES_MS, type SandboxAccount, SandboxAccounts } from '../accounts/sandbox-accounts.service.js';
import { AccountData } from '../platform/database/account-data.service.js';
import { DueWorkRunner } from '../platform/due-work/due-work-runner.service.js';

/** After so long, in ms, most requests that began before have ended, and are in the request log. */
const SOON_MS = 3_000;

/** Deletes sandboxes that have expired, and the data of worlds that are used no more. */
@Injectable()
export class SandboxUpkeep {
  constructor(
    private readonly sandboxes: SandboxAccounts,
    private readonly data: AccountData,
    runner: DueWorkRunner,
  ) {
    runner.register<SandboxAccount>({
      name: 'sandbox.upkeep',
      graceMs: 0,
      idOf: ({ _id }) => _id,
      findDue: ({ until, now, limit }) => sandboxes.findDue(until, now, limit),
      dueAtOf: ({ sandbox }) => sandbox.dueAt,
      run: async (accounts, now) => {
        await this.removeData(accounts, now);
        await Promise.all(accounts.map((account) => this.lookAfter(account, now)));
      },
      postpone: ({ _id }, until) => sandboxes.postpone(_id, until),
      countDue: async (now) => ({ count: await sandboxes.countDue(now), oldest: null }),
    });
  }

  /**
   * Data is removed at once, soon after, and once more when no request that began before can still write. What is due
   * together is removed together: test runs delete many sandboxes. Safe to repeat.
   */
  private async removeData(accounts: readonly SandboxAccount[], now: Date): Promise<void> {
    const deleted = accounts.filter(({ sandbox }) => sandbox.deletedAt);
    const left = accounts.flatMap(({ sandbox }) => leftWorlds(sandbox, now).map(({ accountId }) => accountId));
    await this.data.removeWorlds([...left, ...deleted.map(({ sandbox }) => sandbox.owner)]);
    await this.data.removeAccounts(deleted.map(({ _id }) => _id));
  }

  /** Notes what was removed, and when to look again. */
  private async lookAfter({ _id, sandbox }: SandboxAccount, now: Date): Promise<void> {
    const { formerWorlds, expiresAt, deletedAt, dueAt } = sandbox;
    if (!deletedAt && expiresAt <= now) {
      await this.sandboxes.end(_id, { expiredAt: now });
      return;
    }
    // A world that was filled and entered is noted as unfinished if the process ended right then.
    const entered = formerWorlds.filter(({ accountId }) => accountId === sandbox.owner);
    const former = formerWorlds.filter((world) => !entered.includes(world));
    const left = leftWorlds(sandbox, now);
    const endsAt = deletedAt && new Date(deletedAt.getTime() + LATE_WRITES_MS);
    const done = left.filter(({ removeAt }) => removeAt <= now);
    const kept = former.filter((world) => !done.includes(world));
    if (endsAt && endsAt <= now && kept.length === 0) {
      await this.sandboxes.remove(_id);
      return;
    }
    const times = [endsAt ?? expiresAt, ...(endsAt ? [soonAfter(endsAt, now)] : [])];
    for (const world of kept) {
      const again = left.includes(world) ? soonAfter(world.removeAt, now) : world.removeFrom;
      if (again !== world.removeFrom) await this.sandboxes.removeAgain(_id, world.accountId, again);
      times.push(again);
    }
    const next = times.map((time) => time.getTime()).filter((time) => time > now.getTime());
    const gone = [...done, ...entered].map(({ accountId }) => accountId);
    await this.sandboxes.forget(_id, dueAt, gone, new Date(Math.min(...next)));
  }
}

/** The former worlds whose data is removed now. */
function leftWorlds({ formerWorlds, owner, deletedAt }: Sandbox, now: Date): FormerWorld[] {
  return formerWorlds.filter(
    ({ accountId, removeFrom }) => accountId !== owner && (deletedAt !== undefined || removeFrom <= now),
  );
}

/** When data is removed again that is removed for the last time at `last`. */
function soonAfter(last: Date, now: Date): Date {
  const soon = new Date(last.getTime() - LATE_WRITES_MS + SOON_MS);
  return soon > now ? soon : last;
}
