import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';

/** A browser in which somebody is signed in to the console. */
@Schema({ collection: 'console_sessions', strict: 'throw', versionKey: false })
export class ConsoleSession {
  /** Hex SHA-256 of the cookie. */
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) accountId!: string;
  @Prop({ type: Date, required: true }) createdAt!: Date;
  @Prop({ type: Date, required: true }) expiresAt!: Date;
}

export const ConsoleSessionSchema = SchemaFactory.createForClass(ConsoleSession);
ConsoleSessionSchema.index({ accountId: 1 });
ConsoleSessionSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
