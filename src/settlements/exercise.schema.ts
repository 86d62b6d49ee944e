import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { EXERCISE_ERRORS, type ExerciseError, type PlantedError, type PlantedRows } from './exercise-errors.js';
import type { ExerciseResult, Finding } from './exercise-score.js';
import type { SettlementRow } from './settlement-report.js';

@Schema({ _id: false, strict: 'throw' })
export class StoredRow implements SettlementRow {
  @Prop({ type: String, required: true }) transactionId!: string;
  @Prop({ type: String, required: true }) type!: string;
  @Prop({ type: String, default: null }) source!: string | null;
  @Prop({ type: String, default: null }) paymentId!: string | null;
  @Prop({ type: String, default: null }) orderReference!: string | null;
  @Prop({ type: Number, required: true }) gross!: number;
  @Prop({ type: Number, required: true }) fee!: number;
  @Prop({ type: Number, required: true }) net!: number;
  @Prop({ type: String, required: true }) currency!: string;
  @Prop({ type: Date, required: true }) createdAt!: Date;
  @Prop({ type: Date, required: true }) availableOn!: Date;
  @Prop({ type: Number, required: true }) amountInPayout!: number;
}

@Schema({ _id: false, strict: 'throw' })
export class StoredPlantedError implements PlantedError {
  @Prop({ type: String, required: true, enum: EXERCISE_ERRORS }) error!: ExerciseError;
  @Prop({ type: Number, default: null }) row!: number | null;
  @Prop({ type: String, required: true }) transactionId!: string;
  @Prop({ type: String, required: true }) explanation!: string;
}

@Schema({ _id: false, strict: 'throw' })
export class StoredFinding implements Finding {
  @Prop({ type: Number, default: null }) row!: number | null;
  @Prop({ type: String, default: null }) transactionId!: string | null;
  @Prop({ type: String, required: true, enum: EXERCISE_ERRORS }) error!: ExerciseError;
}

const PlantedErrorSchema = SchemaFactory.createForClass(StoredPlantedError);
const FindingSchema = SchemaFactory.createForClass(StoredFinding);

@Schema({ _id: false, strict: 'throw' })
export class StoredResult implements ExerciseResult {
  @Prop({ type: Number, required: true }) score!: number;
  @Prop({ type: [PlantedErrorSchema], required: true }) correct!: StoredPlantedError[];
  @Prop({ type: [PlantedErrorSchema], required: true }) missed!: StoredPlantedError[];
  @Prop({ type: [FindingSchema], required: true }) wronglyAccused!: StoredFinding[];
}

/** The answer to an exercise, which can be given once. */
@Schema({ _id: false, strict: 'throw' })
export class StoredAnswer {
  /** Follows from the request, so that its repetition is known. */
  @Prop({ type: String, required: true }) id!: string;
  @Prop({ type: Date, required: true }) at!: Date;
  @Prop({ type: [FindingSchema], required: true }) findings!: StoredFinding[];
  @Prop({ type: SchemaFactory.createForClass(StoredResult), required: true }) result!: StoredResult;
}

/** A settlement report with errors in it. It stays as it is, whatever happens to the true report. */
@Schema({ collection: 'exercises', strict: 'throw', versionKey: false })
export class Exercise implements PlantedRows {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true, immutable: true }) accountId!: string;
  /** As the API shows it, like all ids in the report. */
  @Prop({ type: String, required: true, immutable: true }) settlementId!: string;
  @Prop({ type: String, required: true, immutable: true }) seed!: string;
  @Prop({ type: [String], required: true, immutable: true }) errorKinds!: ExerciseError[];
  @Prop({ type: Number, required: true, immutable: true }) count!: number;
  /** By the account's clock. */
  @Prop({ type: Date, required: true, immutable: true }) createdAt!: Date;
  /** This and the three below: of the true report. */
  @Prop({ type: String, default: null, immutable: true }) payoutId!: string | null;
  @Prop({ type: String, default: null, immutable: true }) day!: string | null;
  @Prop({ type: String, required: true, immutable: true }) currency!: string;
  @Prop({ type: Date, required: true, immutable: true }) reportCreatedAt!: Date;
  @Prop({ type: [SchemaFactory.createForClass(StoredRow)], required: true }) rows!: StoredRow[];
  @Prop({ type: [PlantedErrorSchema], required: true }) key!: StoredPlantedError[];
  @Prop({ type: SchemaFactory.createForClass(StoredAnswer), default: null }) answer!: StoredAnswer | null;
}

export const ExerciseSchema = SchemaFactory.createForClass(Exercise);
// ExerciseStore.trim.
ExerciseSchema.index({ accountId: 1, _id: -1 });
