import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema } from 'mongoose';
import type { UntoldChange } from './untold-changes.js';

const { Mixed } = MongooseSchema.Types;

@Schema({ _id: false, strict: 'throw', minimize: false })
export class StoredUntoldChange implements UntoldChange {
  @Prop({ type: String, required: true }) eventId!: string;
  @Prop({ type: String, required: true }) type!: string;
  @Prop({ type: Date, required: true }) at!: Date;
  @Prop({ type: String, default: null }) requestId!: string | null;
  @Prop({ type: String, default: null }) idempotencyKey!: string | null;
  @Prop({ type: Mixed, default: null }) previous!: Readonly<Record<string, unknown>> | null;
}

/** The fields of an object whose changes are told (untold-objects.service.ts). Its collection needs an index on `repairAt`. */
export abstract class UntoldFields {
  @Prop({ type: [SchemaFactory.createForClass(StoredUntoldChange)], default: undefined })
  untold?: StoredUntoldChange[];
  @Prop({ type: Date }) repairAt?: Date;
  /** Real time: due work is not tried again before, because it failed. */
  @Prop({ type: Date }) leaseUntil?: Date;
  @Prop({ type: String }) lastEventId?: string;
  @Prop({ type: Number }) version?: number;
}

/** The paths of these fields that hold stored ids, for snapshots. */
export const UNTOLD_IDS = ['untold.eventId', 'lastEventId'] as const;
