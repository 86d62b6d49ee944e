import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';

/** The id of a webhook that was received: it is accepted once. */
@Schema({ collection: 'received_webhooks', strict: 'throw', versionKey: false })
export class ReceivedWebhook {
  /** Account and `webhook-id`. */
  @Prop({ type: String, required: true }) _id!: string;
  /** By then its timestamp alone refuses it. */
  @Prop({ type: Date, required: true }) expiresAt!: Date;
}

export const ReceivedWebhookSchema = SchemaFactory.createForClass(ReceivedWebhook);
ReceivedWebhookSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
