import type { Posted } from './postings.js';

/** What is to be posted. */
export interface NewEntry extends Posted {
  /** As stored: `le_…`, with the digits of the event that it follows from. */
  readonly id: string;
  readonly createdAt: Date;
  readonly currency: string;
  /** What it is about: a payment, refund, dispute or payout; null if it is about many. */
  readonly source: string | null;
  /** What it is found by, as the API shows it: of a refund or dispute, its payment too. */
  readonly sources: readonly string[];
  readonly eventId: string;
  readonly availableOn: Date;
}

/** The id of the entry that follows from an event: the same digits, and the same world. */
export function entryIdOf(eventId: string): string {
  return `le_${eventId.slice(eventId.indexOf('_') + 1)}`;
}

/** The id of a balance transaction has the digits of its entry. */
export function transactionIdOf(entryId: string): string {
  return `bt_${entryId.slice(entryId.indexOf('_') + 1)}`;
}
