import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { type Role, ROLES } from '../platform/access/role.js';
import { KEY_STYLES, type KeyStyle } from './credentials.js';
import { type Sandbox, SandboxSchema } from './sandbox.schema.js';

/** An API key: authenticates requests to the payment routes. Only its SHA-256 is stored. */
@Schema({ _id: false, strict: 'throw' })
export class ApiKey {
  @Prop({ type: String, required: true }) id!: string;
  @Prop({ type: String, required: true }) name!: string;
  /** Hex SHA-256 of the key. */
  @Prop({ type: String, required: true }) hash!: string;
  /** The last four characters of the key; they help people tell keys apart. */
  @Prop({ type: String, required: true }) last4!: string;
  @Prop({ type: Date, required: true }) createdAt!: Date;
  @Prop({ type: Date, default: null }) lastUsedAt!: Date | null;
  /** Not set for keys in the gateway's own style. */
  @Prop({ type: String, enum: KEY_STYLES }) style?: KeyStyle;
  /** Set for the publishable key of a pair. It has the id of the secret key, and goes with it. */
  @Prop({ type: Boolean }) publishable?: boolean;
}

/** Signs webhooks to a payment's own `webhookUrl`. Encrypted, not hashed, because signing needs the plain secret. */
@Schema({ _id: false, strict: 'throw' })
export class WebhookSecret {
  @Prop({ type: String, required: true }) id!: string;
  /** The secret, encrypted by SecretBox. */
  @Prop({ type: String, required: true }) sealed!: string;
  @Prop({ type: Date, required: true }) createdAt!: Date;
  /** Null for the current secret; the end of the overlap for a rotated-out one. */
  @Prop({ type: Date, default: null }) expiresAt!: Date | null;
}

/** A user of the gateway, who registers and logs in. Owns payments and everything that belongs to them. */
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
  /** Not set for ordinary accounts. */
  @Prop({ type: SandboxSchema }) sandbox?: Sandbox;
  /** The name and the e-mail as searches compare them (users.service.ts); not set for sandboxes. */
  @Prop({ type: [String], default: undefined }) searchKeys?: string[];
  /** Set once it has keys of the Stripe-compatible dialect, so that all others pay nothing for it. */
  @Prop({ type: Boolean }) usesDialect?: boolean;
  /** Set while it has faults, so that the requests of all others need not look for any. */
  @Prop({ type: Boolean }) hasFaults?: boolean;
}

export const USER_SEARCH_INDEX = { searchKeys: 1 } as const;

export const AccountSchema = SchemaFactory.createForClass(Account);
AccountSchema.index({ email: 1 }, { unique: true });
// Not unique: keys have 192 random bits, and a unique index would not allow two accounts without keys.
AccountSchema.index({ 'apiKeys.hash': 1 });
AccountSchema.index({ role: 1 });
// The list for administrators, without sandboxes: newest first, by role, by the start of name or e-mail.
const LISTED = { partialFilterExpression: { searchKeys: { $exists: true } } };
AccountSchema.index({ createdAt: -1, _id: -1 }, LISTED);
AccountSchema.index({ role: 1, createdAt: -1, _id: -1 }, LISTED);
AccountSchema.index(USER_SEARCH_INDEX, LISTED);
// How many sandboxes one address has, and the list for administrators.
AccountSchema.index({ 'sandbox.address': 1 }, { partialFilterExpression: { 'sandbox.address': { $exists: true } } });
AccountSchema.index(
  { 'sandbox.createdAt': -1, _id: -1 },
  { partialFilterExpression: { 'sandbox.createdAt': { $exists: true } } },
);
// Sandboxes that due work looks after.
AccountSchema.index({ 'sandbox.dueAt': 1 }, { partialFilterExpression: { 'sandbox.dueAt': { $exists: true } } });
