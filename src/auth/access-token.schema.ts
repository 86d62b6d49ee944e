import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';

/** A bearer token that was issued and not revoked. A token without a record is invalid. */
@Schema({ collection: 'access_tokens', strict: 'throw', versionKey: false })
export class AccessToken {
  /** The token's `jti`. */
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) accountId!: string;
  @Prop({ type: Date, required: true }) expiresAt!: Date;
}

export const AccessTokenSchema = SchemaFactory.createForClass(AccessToken);
AccessTokenSchema.index({ accountId: 1 });
AccessTokenSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
