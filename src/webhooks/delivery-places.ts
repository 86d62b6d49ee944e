/** How many attempts one process makes at once: in all, for one account, and to one target. */
export const PLACES = 128;
const PLACES_PER_ACCOUNT = 32;
const PLACES_PER_TARGET = 16;

/** The same for a target that gave no answer to its latest attempt. */
const PLACES_PER_SILENT_TARGET = 2;

/** How many places targets that have not answered lately may take; the rest are for targets that have. */
const PLACES_FOR_UNPROVEN = 96;

/** How many targets are remembered; the oldest is forgotten first. */
const REMEMBERED_TARGETS = 10_000;

/** What decides whether a delivery gets a place. */
export interface Destination {
  readonly accountId: string;
  readonly target: string;
}

/**
 * Limits concurrent attempts, so that a slow receiver does not delay others: an account cannot take all places, nor
 * can all targets together that do not answer.
 */
export class DeliveryPlaces {
  private readonly byAccount = new Map<string, number>();
  private readonly byTarget = new Map<string, number>();
  private unproven = 0;
  private taken = 0;
  /** Whether a target answered its latest attempt. */
  private readonly answered = new Map<string, boolean>();

  get free(): number {
    return PLACES - this.taken;
  }

  /** Takes a place if there is one for this delivery; null if not. */
  take({ accountId, target }: Destination): PlaceTaken | null {
    const isProven = this.isProven(target);
    if (
      this.free === 0 ||
      this.isAccountFull(accountId) ||
      this.isTargetFull(target) ||
      (!isProven && this.isUnprovenFull)
    )
      return null;
    this.count(accountId, target, isProven, 1);
    let isOpen = true;
    return {
      giveBack: (hasAnswered) => {
        if (!isOpen) return;
        isOpen = false;
        this.count(accountId, target, isProven, -1);
        if (hasAnswered !== null) this.remember(target, hasAnswered);
      },
    };
  }

  /** The accounts and targets that have no place left. */
  get full(): { readonly accounts: string[]; readonly targets: string[] } {
    return {
      accounts: [...this.byAccount.keys()].filter((account) => this.isAccountFull(account)),
      targets: [...this.byTarget.keys()].filter((target) => this.isTargetFull(target)),
    };
  }

  /** True if only targets that answered lately have places left. */
  get isUnprovenFull(): boolean {
    return this.unproven >= PLACES_FOR_UNPROVEN;
  }

  /** True if the target answered its latest attempt. */
  isProven(target: string): boolean {
    return this.answered.get(target) === true;
  }

  /** True if the target gave no answer to its latest attempt. */
  isSilent(target: string): boolean {
    return this.answered.get(target) === false;
  }

  get provenTargets(): string[] {
    return [...this.answered].filter(([, hasAnswered]) => hasAnswered).map(([target]) => target);
  }

  private isAccountFull(accountId: string): boolean {
    return (this.byAccount.get(accountId) ?? 0) >= PLACES_PER_ACCOUNT;
  }

  private isTargetFull(target: string): boolean {
    return (this.byTarget.get(target) ?? 0) >= (this.isSilent(target) ? PLACES_PER_SILENT_TARGET : PLACES_PER_TARGET);
  }

  private count(accountId: string, target: string, isProven: boolean, change: 1 | -1): void {
    this.taken += change;
    if (!isProven) this.unproven += change;
    add(this.byAccount, accountId, change);
    add(this.byTarget, target, change);
  }

  private remember(target: string, hasAnswered: boolean): void {
    this.answered.delete(target);
    this.answered.set(target, hasAnswered);
    const [oldest] = this.answered.keys();
    if (this.answered.size > REMEMBERED_TARGETS && oldest !== undefined) this.answered.delete(oldest);
  }
}

export interface PlaceTaken {
  /** @param hasAnswered whether the receiver answered, with any status; null if nothing was sent */
  giveBack(hasAnswered: boolean | null): void;
}

function add(counts: Map<string, number>, key: string, change: number): void {
  const count = (counts.get(key) ?? 0) + change;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
