import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { EventsModule } from '../events/events.module.js';
import { AccountsModule } from '../users/accounts.module.js';
import { DeliveriesService } from './deliveries.service.js';
import { Delivery, DeliverySchema } from './delivery.schema.js';
import { WebhookDispatcher } from './webhook-dispatcher.worker.js';
import { WebhookReceiverController } from './webhook-receiver.controller.js';
import { WebhookReceiverService } from './webhook-receiver.service.js';

@Module({
  imports: [AccountsModule, EventsModule, MongooseModule.forFeature([{ name: Delivery.name, schema: DeliverySchema }])],
  controllers: [WebhookReceiverController],
  providers: [DeliveriesService, WebhookDispatcher, WebhookReceiverService],
  exports: [DeliveriesService, WebhookDispatcher],
})
export class WebhooksModule {}
