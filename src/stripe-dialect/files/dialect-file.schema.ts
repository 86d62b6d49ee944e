import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema } from 'mongoose';

/** A link to a file. */
export interface FileLink {
  /** As stored. */
  readonly id: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A file that was uploaded, without its content. */
@Schema({ collection: 'dialect_files', strict: 'throw', versionKey: false, minimize: false })
export class DialectFile {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) accountId!: string;
  @Prop({ type: String, required: true }) purpose!: string;
  @Prop({ type: String, default: null }) filename!: string | null;
  /** The media type, as the client named it. */
  @Prop({ type: String, required: true }) mediaType!: string;
  /** In bytes. */
  @Prop({ type: Number, required: true }) size!: number;
  @Prop({ type: MongooseSchema.Types.Mixed, default: null }) link!: FileLink | null;
  @Prop({ type: Date, required: true }) createdAt!: Date;
}

export const DialectFileSchema = SchemaFactory.createForClass(DialectFile);
// GET /v1/files, newest first, and of one purpose.
DialectFileSchema.index({ accountId: 1, _id: -1 });
DialectFileSchema.index({ accountId: 1, purpose: 1, _id: -1 });

/** The content of a file, stored before the file is, so that lists need not read it. */
@Schema({ collection: 'dialect_file_contents', strict: 'throw', versionKey: false })
export class DialectFileContent {
  /** The id of the file. */
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) accountId!: string;
  @Prop({ type: String, default: '' }) base64!: string;
}

export const DialectFileContentSchema = SchemaFactory.createForClass(DialectFileContent);
// What is copied and removed with a world of a sandbox.
DialectFileContentSchema.index({ accountId: 1 });
