import { Injectable } from '@nestjs/common';
import { SandboxAccounts } from '../accounts/sandbox-accounts.service.js';
import { AccountData } from '../platform/database/account-data.service.js';

/** Turns the time of a sandbox from real to virtual, and back. What is due goes by the new time from then on. */
@Injectable()
export class ClockKinds {
  constructor(
    private readonly accounts: SandboxAccounts,
    private readonly accountData: AccountData,
  ) {}

  /** False if the sandbox has a virtual clock already. */
  async makeVirtual(owner: string, now: Date): Promise<boolean> {
    if (!(await this.accounts.makeVirtual(owner, now))) return false;
    await this.change(
      { accountId: owner, dueAt: { $exists: true }, clockId: { $exists: false } },
      { $set: { clockId: owner } },
    );
    return true;
  }

  /** False while the clock is being moved. */
  async makeReal(owner: string): Promise<boolean> {
    if (!(await this.accounts.makeReal(owner))) return false;
    await this.change({ accountId: owner, clockId: owner }, { $unset: { clockId: 1 } });
    return true;
  }

  private async change(filter: object, update: object): Promise<void> {
    const timed = this.accountData.collections.filter(({ copied }) => copied?.byClock);
    await Promise.all(timed.map(({ model }) => model.collection.updateMany(filter as never, update as never)));
  }
}
