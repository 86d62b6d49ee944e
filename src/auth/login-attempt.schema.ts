import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';

/** Failed logins of late, of one address or of one e-mail from one address. */
@Schema({ collection: 'login_attempts', strict: 'throw', versionKey: false })
export class LoginAttempts {
  /** What is counted: see LoginThrottleService. */
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: Number, required: true }) failures!: number;
  @Prop({ type: Date, required: true }) lastAt!: Date;
  /** When all of it is forgotten. */
  @Prop({ type: Date, required: true }) expiresAt!: Date;
}

export const LoginAttemptsSchema = SchemaFactory.createForClass(LoginAttempts);
LoginAttemptsSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
