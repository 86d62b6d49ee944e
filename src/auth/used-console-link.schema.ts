import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';

/** A link to the console that signed somebody in, and does so no more. */
@Schema({ collection: 'used_console_links', strict: 'throw', versionKey: false })
export class UsedConsoleLink {
  /** The `jti` of its token. */
  @Prop({ type: String, required: true }) _id!: string;
  /** When the link would end anyway. */
  @Prop({ type: Date, required: true }) expiresAt!: Date;
}

export const UsedConsoleLinkSchema = SchemaFactory.createForClass(UsedConsoleLink);
UsedConsoleLinkSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
