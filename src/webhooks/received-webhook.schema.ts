import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';

/** The id of a received webhook, so that it is accepted only once. */
@Schema({ collection: 'received_webhooks', strict: 'throw', versionKey: false })
export class ReceivedWebhook {
  /** Account and `webhook-id`. */
  @Prop({ type: String, required: true }) _id!: string;
  /** From then on its timestamp alone is reason to refuse it. */
  @Prop({ type: Date, required: true }) expiresAt!: Date;
}

export const ReceivedWebhookSchema = SchemaFactory.createForClass(ReceivedWebhook);
ReceivedWebhookSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
