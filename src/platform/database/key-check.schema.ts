import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';

/** A known text, encrypted with the ENCRYPTION_KEY that all secrets in this database are encrypted with. */
@Schema({ collection: 'key_checks', strict: 'throw', versionKey: false })
export class KeyCheck {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) sealed!: string;
}

export const KeyCheckSchema = SchemaFactory.createForClass(KeyCheck);
