/** Counts requests that wait, so that no account, and not all accounts together, keep too many open. */
export class WaitingPlaces {
  private waiting = 0;
  private readonly byAccount = new Map<string, number>();

  constructor(
    private readonly max: number,
    private readonly maxPerAccount: number,
  ) {}

  /** Takes a place; false if there is none. */
  take(accountId: string): boolean {
    const ofAccount = this.byAccount.get(accountId) ?? 0;
    if (this.waiting >= this.max || ofAccount >= this.maxPerAccount) return false;
    this.byAccount.set(accountId, ofAccount + 1);
    this.waiting += 1;
    return true;
  }

  giveBack(accountId: string): void {
    this.waiting -= 1;
    const others = (this.byAccount.get(accountId) ?? 1) - 1;
    if (others > 0) this.byAccount.set(accountId, others);
    else this.byAccount.delete(accountId);
  }
}
