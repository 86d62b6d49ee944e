import { Injectable } from '@nestjs/common';
import { LATE_WRITES_MS, type SandboxAccount, SandboxAccounts } from '../accounts/sandbox-accounts.service.js';
import { AccountData } from '../platform/database/account-data.service.js';
import { DueWorkRunner } from '../platform/due-work/due-work-runner.service.js';

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
      run: async (accounts, now) => {
        for (const account of accounts) await this.lookAfter(account, now);
      },
      postpone: ({ _id }, until) => sandboxes.postpone(_id, until),
      countDue: async (now) => ({ count: await sandboxes.countDue(now), oldest: null }),
    });
  }

  /** Data is removed at once, and once more when no request that began before can still write. Safe to repeat. */
  private async lookAfter({ _id, sandbox }: SandboxAccount, now: Date): Promise<void> {
    const { formerWorlds, expiresAt, deletedAt, dueAt } = sandbox;
    if (!deletedAt && expiresAt <= now) {
      await this.sandboxes.end(_id);
      return;
    }
    const left = formerWorlds.filter(({ removeFrom }) => removeFrom <= now);
    for (const { accountId } of left) await this.data.removeWorld(accountId);
    if (deletedAt) await this.removeAll(_id, sandbox.owner);
    const endsAt = deletedAt && new Date(deletedAt.getTime() + LATE_WRITES_MS);
    if (endsAt && endsAt <= now) {
      await this.sandboxes.remove(_id);
      return;
    }
    const done = left.filter(({ removeAt }) => removeAt <= now).map(({ accountId }) => accountId);
    const times = formerWorlds.filter(({ accountId }) => !done.includes(accountId)).map(({ removeAt }) => removeAt);
    const next = Math.min(...[...times, endsAt ?? expiresAt].map((time) => time.getTime()));
    await this.sandboxes.forget(_id, dueAt, done, new Date(next));
  }

  private async removeAll(account: string, owner: string): Promise<void> {
    await this.data.removeWorld(owner);
    await this.data.removeAccount(account);
  }
}
