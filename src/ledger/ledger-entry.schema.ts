import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { StoredSum } from './balance-state.js';
import { ENTRY_TYPES, type EntryType, LEDGER_ACCOUNTS, type LedgerAccount } from './postings.js';

const SUM = /^-?\d{1,40}$/;

@Schema({ _id: false, strict: 'throw' })
export class StoredLine {
  @Prop({ type: String, required: true, enum: LEDGER_ACCOUNTS }) account!: LedgerAccount;
  @Prop({ type: String, required: true, match: SUM }) amount!: StoredSum;
}

/** What an entry says, without whose it is. Sums are in minor units, ids as stored. */
@Schema({ _id: false, strict: 'throw' })
export class PostedEntry {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true, enum: ENTRY_TYPES }) type!: EntryType;
  /** By the account's clock. */
  @Prop({ type: Date, required: true }) createdAt!: Date;
  @Prop({ type: String, default: null }) source!: string | null;
  /** What it is found by, as the API shows it: of a refund or dispute, its payment too. */
  @Prop({ type: [String], required: true }) sources!: string[];
  @Prop({ type: String, required: true }) eventId!: string;
  @Prop({ type: [SchemaFactory.createForClass(StoredLine)], required: true }) lines!: StoredLine[];
  /** What the lines follow from. */
  @Prop({ type: String, required: true, match: SUM }) amount!: StoredSum;
  @Prop({ type: String, required: true, match: SUM }) fee!: StoredSum;
  @Prop({ type: Boolean, required: true }) atOnce!: boolean;
  @Prop({ type: Date, required: true }) availableOn!: Date;
  /** Its number among the entries of the balance, from 1. */
  @Prop({ type: Number, required: true, validate: Number.isSafeInteger }) sequence!: number;
  /** The number of the entry that made its funds available: its own, or that of a `funds_available`. Not set: pending. */
  @Prop({ type: Number, validate: Number.isSafeInteger }) availableAt?: number;
  /** Set for every type but `payment`, which most entries have. */
  @Prop({ type: Boolean }) rare?: true;
}

/** A posting. Nobody edits one; only `availableAt` is added later. */
@Schema({ collection: 'ledger_entries', strict: 'throw', versionKey: false })
export class LedgerEntry extends PostedEntry {
  @Prop({ type: String, required: true }) accountId!: string;
  @Prop({ type: String, required: true }) currency!: string;
}

export const LedgerEntrySchema = SchemaFactory.createForClass(LedgerEntry);
// GET /ledger/entries and /balance/transactions, newest first; with `currency`, `source`, a type other than `payment`.
LedgerEntrySchema.index({ accountId: 1, _id: -1 });
LedgerEntrySchema.index({ accountId: 1, currency: 1, _id: -1 });
LedgerEntrySchema.index({ accountId: 1, sources: 1, _id: -1 });
LedgerEntrySchema.index({ accountId: 1, type: 1, _id: -1 }, { partialFilterExpression: { rare: true } });
// In the order in which payouts take them.
LedgerEntrySchema.index(
  { accountId: 1, currency: 1, availableAt: 1, sequence: 1 },
  { partialFilterExpression: { availableAt: { $exists: true } } },
);
