import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';

/** Counts recent failed logins of one address, one e-mail, or one e-mail from one address. */
@Schema({ collection: 'login_attempts', strict: 'throw', versionKey: false })
export class LoginAttempts {
  /** The key that is counted, see LoginThrottleService. */
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: Number, required: true }) failures!: number;
  @Prop({ type: Date, required: true }) lastAt!: Date;
  /** When the count starts again at zero. */
  @Prop({ type: Date, required: true }) expiresAt!: Date;
}

export const LoginAttemptsSchema = SchemaFactory.createForClass(LoginAttempts);
LoginAttemptsSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
