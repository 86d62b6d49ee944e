import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';

/** How far the payments of earlier versions have their search keys: a single document. */
@Schema({ collection: 'search_progress', strict: 'throw', versionKey: false })
export class SearchProgress {
  @Prop({ type: String, required: true }) _id!: string;
  /** The payments up to this id have their keys. */
  @Prop({ type: String, default: '' }) after!: string;
  /** When all payments had their keys, and the index was there. */
  @Prop({ type: Date, default: null }) doneAt!: Date | null;
}

export const SearchProgressSchema = SchemaFactory.createForClass(SearchProgress);
