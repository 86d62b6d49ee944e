/** A transaction in the order in which payouts take them; its net in minor units. */
export interface Available {
  readonly at: string;
  readonly net: bigint;
}

/** What a payout takes of a transaction. */
export interface Taken<T extends Available> {
  readonly transaction: T;
  readonly amount: bigint;
  /** With what earlier payouts took of it. */
  readonly takenUntilThen: bigint;
}

const DIGITS = 16;

/** `availableAt` and `sequence` of an entry as one text that sorts as they do. */
export function positionOf(availableAt: number, sequence: number): string {
  return `${String(availableAt).padStart(DIGITS, '0')}:${String(sequence).padStart(DIGITS, '0')}`;
}

export function numbersOf(position: string): { readonly availableAt: number; readonly sequence: number } {
  const [availableAt, sequence] = position.split(':').map(Number);
  return { availableAt: availableAt ?? 0, sequence: sequence ?? 0 };
}

/**
 * What a payout of this amount takes: the oldest transactions, those that take money from the balance too; the last
 * one in part where it is larger than what is left.
 *
 * @param alreadyTaken how much of the first one earlier payouts took
 */
export async function* allocate<T extends Available>(
  transactions: AsyncIterable<T> | Iterable<T>,
  alreadyTaken: bigint,
  amount: bigint,
): AsyncGenerator<Taken<T>> {
  let left = amount;
  let before = alreadyTaken;
  for await (const transaction of transactions) {
    if (left === 0n) return;
    const rest = transaction.net - before;
    // The payout before took all of the first one.
    if (before !== 0n && rest === 0n) {
      before = 0n;
      continue;
    }
    const taken = rest < left ? rest : left;
    left -= taken;
    yield { transaction, amount: taken, takenUntilThen: before + taken };
    before = 0n;
  }
}
