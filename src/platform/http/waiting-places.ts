import { accountOf } from '../worlds/world-ids.js';

/** Counts requests that wait or last, so that no account, and not all accounts together, keep too many open. */
export class WaitingPlaces {
  private waiting = 0;
  private readonly byAccount = new Map<string, number>();

  constructor(
    private readonly max: number,
    private readonly maxPerAccount: number,
  ) {}

  /** Takes a place; false if there is none. All worlds of an account share its places. */
  take(accountId: string): boolean {
    const account = accountOf(accountId);
    const ofAccount = this.byAccount.get(account) ?? 0;
    if (this.waiting >= this.max || ofAccount >= this.maxPerAccount) return false;
    this.byAccount.set(account, ofAccount + 1);
    this.waiting += 1;
    return true;
  }

  giveBack(accountId: string): void {
    const account = accountOf(accountId);
    this.waiting -= 1;
    const others = (this.byAccount.get(account) ?? 1) - 1;
    if (others > 0) this.byAccount.set(account, others);
    else this.byAccount.delete(account);
  }
}
