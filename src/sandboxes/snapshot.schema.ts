import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema } from 'mongoose';
import type { WorldSettings } from '../platform/worlds/world.js';

const { Mixed } = MongooseSchema.Types;

/** All that a sandbox owned at some time. It belongs to the sandbox, whatever world that is in. */
@Schema({ collection: 'snapshots', strict: 'throw', versionKey: false, minimize: false })
export class Snapshot {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) accountId!: string;
  @Prop({ type: String, default: null }) name!: string | null;
  /** By the account's clock. */
  @Prop({ type: Date, required: true }) createdAt!: Date;
  /** How many documents of each collection. */
  @Prop({ type: Mixed, required: true }) counts!: Readonly<Record<string, number>>;
  @Prop({ type: String, required: true }) seed!: string;
  @Prop({ type: Number, required: true }) writes!: number;
  /** Null: the real time. */
  @Prop({ type: Date, default: null }) clockNow!: Date | null;
  @Prop({ type: Date, default: null }) clockStartedAt!: Date | null;
  @Prop({ type: Mixed, required: true }) settings!: Partial<WorldSettings>;
  /** How many pieces it has. */
  @Prop({ type: Number, required: true }) pieces!: number;
}

export const SnapshotSchema = SchemaFactory.createForClass(Snapshot);
SnapshotSchema.index({ accountId: 1, _id: -1 });

/** Some documents of a snapshot, of one collection: a document of the database ends at 16 MB. */
@Schema({ collection: 'snapshot_pieces', strict: 'throw', versionKey: false, minimize: false })
export class SnapshotPiece {
  /** The id of the snapshot, and the number of the piece. */
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) accountId!: string;
  @Prop({ type: String, required: true }) snapshotId!: string;
  @Prop({ type: Number, required: true }) index!: number;
  @Prop({ type: String, required: true }) collectionName!: string;
  @Prop({ type: [Mixed], required: true }) documents!: object[];
}

export const SnapshotPieceSchema = SchemaFactory.createForClass(SnapshotPiece);
SnapshotPieceSchema.index({ accountId: 1 });
SnapshotPieceSchema.index({ snapshotId: 1, index: 1 });
