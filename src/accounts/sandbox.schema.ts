import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema } from 'mongoose';
import type { WorldSettings } from '../platform/worlds/world.js';

/** The clock of a sandbox. */
@Schema({ _id: false, strict: 'throw' })
export class SandboxClock {
  /** Null: the real time. */
  @Prop({ type: Date, default: null }) now!: Date | null;
  /** Where the clock began; a reset puts it back. */
  @Prop({ type: Date, default: null }) startedAt!: Date | null;
  /** Real time: until then only the holder of the lease moves the clock. */
  @Prop({ type: Date }) leaseUntil?: Date;
  @Prop({ type: String }) leasedBy?: string;
}

/** A world that is used no more, and its data, which due work removes. */
@Schema({ _id: false, strict: 'throw' })
export class FormerWorld {
  /** The `accountId` of its documents. */
  @Prop({ type: String, required: true }) accountId!: string;
  /** Real time: when its data is removed next. */
  @Prop({ type: Date, required: true }) removeFrom!: Date;
  /** Real time: it is removed for the last time then, since a request may still have written to it. */
  @Prop({ type: Date, required: true }) removeAt!: Date;
}

/** What makes an account a sandbox: an account for a test, with a world, a clock and settings of its own. */
@Schema({ _id: false, strict: 'throw', minimize: false })
export class Sandbox {
  /** As the API shows it. */
  @Prop({ type: String, required: true }) id!: string;
  @Prop({ type: String, default: null }) name!: string | null;
  @Prop({ type: String, required: true }) seed!: string;
  /** The `accountId` of all that it owns now. A reset or a restore takes another one. */
  @Prop({ type: String, required: true }) owner!: string;
  @Prop({ type: SchemaFactory.createForClass(SandboxClock), required: true }) clock!: SandboxClock;
  /** What differs from the settings of the environment. */
  @Prop({ type: MongooseSchema.Types.Mixed, required: true }) settings!: Partial<WorldSettings>;
  /** How many writes were carried out. */
  @Prop({ type: Number, required: true }) writes!: number;
  /** The address that created it; not set once it was deleted. */
  @Prop({ type: String }) address?: string;
  @Prop({ type: Date, required: true }) createdAt!: Date;
  /** Real time: when it is deleted. */
  @Prop({ type: Date, required: true }) expiresAt!: Date;
  /** In ms: how long it lives after its latest request; not set if requests do not renew its life. */
  @Prop({ type: Number }) renewedForMs?: number;
  /** Real time; set once it was deleted: its credentials are worth nothing, and its data is being removed. */
  @Prop({ type: Date }) deletedAt?: Date;
  @Prop({ type: [SchemaFactory.createForClass(FormerWorld)], required: true }) formerWorlds!: FormerWorld[];
  /** Real time: when due work looks after it: it expires, or data of former worlds is to be removed. */
  @Prop({ type: Date, required: true }) dueAt!: Date;
  @Prop({ type: Date }) leaseUntil?: Date;
}

export const SandboxSchema = SchemaFactory.createForClass(Sandbox);
