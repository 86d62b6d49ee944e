import type { LedgerEntry, PostedEntry } from './ledger-entry.schema.js';
import type { NewEntry } from './new-entry.js';
import { linesOf, type Posted } from './postings.js';

/** What is stored of an entry that gets this number. */
export function postedEntry(entry: NewEntry, sequence: number): PostedEntry {
  const { id, type, createdAt, source, sources, eventId, amount, fee, atOnce, availableOn } = entry;
  const isPending = type === 'payment' && !atOnce;
  return {
    _id: id,
    type,
    createdAt,
    source,
    sources: [...sources],
    eventId,
    lines: linesOf(entry).map((line) => ({ account: line.account, amount: String(line.amount) })),
    amount: String(amount),
    fee: String(fee),
    atOnce,
    availableOn,
    sequence,
    ...(!isPending && { availableAt: sequence }),
    ...(type !== 'payment' && { rare: true as const }),
  };
}

/** The document of an entry in the collection of all entries. */
export function ledgerEntry(
  { accountId, currency }: { readonly accountId: string; readonly currency: string },
  entry: PostedEntry,
): LedgerEntry {
  return Object.assign({}, entry, { accountId, currency });
}

/** What a stored entry posts. */
export function postedOf({ type, amount, fee, atOnce }: PostedEntry): Posted {
  return { type, amount: BigInt(amount), fee: BigInt(fee), atOnce };
}
