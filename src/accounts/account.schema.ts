import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { type Role, ROLES } from '../platform/access/role.js';

/** What opens the payment routes; only a SHA-256 of it is kept. */
@Schema({ _id: false, strict: 'throw' })
export class ApiKey {
  @Prop({ type: String, required: true }) id!: string;
  @Prop({ type: String, required: true }) name!: string;
  /** Hex SHA-256 of the key. */
  @Prop({ type: String, required: true }) hash!: string;
  /** The last four characters, so that a person can tell keys apart. */
  @Prop({ type: String, required: true }) last4!: string;
  @Prop({ type: Date, required: true }) createdAt!: Date;
  @Prop({ type: Date, default: null }) lastUsedAt!: Date | null;
}

/** Signs what is sent to the account's own webhook URLs. Encrypted: it must be readable to sign. */
@Schema({ _id: false, strict: 'throw' })
export class WebhookSecret {
  @Prop({ type: String, required: true }) id!: string;
  /** As SecretBox sealed it. */
  @Prop({ type: String, required: true }) sealed!: string;
  @Prop({ type: Date, required: true }) createdAt!: Date;
  /** Null for the current one; the end of the overlap for one that was rotated out. */
  @Prop({ type: Date, default: null }) expiresAt!: Date | null;
}

/** A user of the gateway: whoever registers and logs in. It owns payments and all that belongs to them. */
@Schema({ collection: 'accounts', strict: 'throw', versionKey: false })
export class Account {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) name!: string;
  /** Lower case. */
  @Prop({ type: String, required: true }) email!: string;
  @Prop({ type: String, required: true }) passwordHash!: string;
  @Prop({ type: String, required: true, enum: ROLES }) role!: Role;
  @Prop({ type: [SchemaFactory.createForClass(ApiKey)], required: true }) apiKeys!: ApiKey[];
  @Prop({ type: [SchemaFactory.createForClass(WebhookSecret)], required: true }) webhookSecrets!: WebhookSecret[];
  @Prop({ type: Date, required: true }) createdAt!: Date;
}

export const AccountSchema = SchemaFactory.createForClass(Account);
AccountSchema.index({ email: 1 }, { unique: true });
// Not unique: 192 random bits are, and a unique index would take two accounts without a key for equals.
AccountSchema.index({ 'apiKeys.hash': 1 });
AccountSchema.index({ role: 1 });
