import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';

/** How far the payments of versions without a ledger are posted. One document for each collection. */
@Schema({ collection: 'ledger_progress', strict: 'throw', versionKey: false })
export class LedgerProgress {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, default: '' }) after!: string;
  @Prop({ type: Date, default: null }) doneAt!: Date | null;
}

export const LedgerProgressSchema = SchemaFactory.createForClass(LedgerProgress);
