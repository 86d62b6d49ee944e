import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';

/** A bearer token that was issued and not revoked. A token without a record is invalid. */
@Schema({ collection: 'access_tokens', strict: 'throw', versionKey: false })
export class AccessToken {
  /** The token's `jti`. */
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) accountId!: string;
  @Prop({ type: Date, required: true }) expiresAt!: Date;
  /** The console session that it was issued for; not set for any other token. */
  @Prop({ type: String }) consoleSession?: string;
}

export const AccessTokenSchema = SchemaFactory.createForClass(AccessToken);
AccessTokenSchema.index({ accountId: 1 });
// The tokens of a console session, which end with it.
AccessTokenSchema.index({ consoleSession: 1 }, { partialFilterExpression: { consoleSession: { $exists: true } } });
AccessTokenSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
