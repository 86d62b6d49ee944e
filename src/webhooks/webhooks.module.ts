import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { EventsModule } from '../events/events.module.js';
import { AccountsModule } from '../accounts/accounts.module.js';
import { AttemptHooks } from './attempt-hooks.service.js';
import { EndpointKeys } from './endpoint-keys.service.js';
import { DeliveriesService } from './deliveries.service.js';
import { DeliveryHolds } from './delivery-holds.service.js';
import { Delivery, DeliverySchema } from './delivery.schema.js';
import { ReceivedWebhook, ReceivedWebhookSchema } from './received-webhook.schema.js';
import { WebhookEndpoint, WebhookEndpointSchema } from './webhook-endpoint.schema.js';
import { WebhookEndpointsController } from './webhook-endpoints.controller.js';
import { WebhookUrlService } from './webhook-url.service.js';
import { WebhooksService } from './webhooks.service.js';
import { DeliveriesController } from './deliveries.controller.js';
import { WebhookEndpointsService } from './webhook-endpoints.service.js';
import { WebhookAttempts } from './webhook-attempts.service.js';
import { WebhookDispatcher } from './webhook-dispatcher.worker.js';
import { WebhookReceiverController } from './webhook-receiver.controller.js';
import { WebhookReceiverService } from './webhook-receiver.service.js';

@Module({
  imports: [
    AccountsModule,
    EventsModule,
    MongooseModule.forFeature([
      { name: Delivery.name, schema: DeliverySchema },
      { name: ReceivedWebhook.name, schema: ReceivedWebhookSchema },
      { name: WebhookEndpoint.name, schema: WebhookEndpointSchema },
    ]),
  ],
  controllers: [WebhookEndpointsController, DeliveriesController, WebhookReceiverController],
  providers: [
    AttemptHooks,
    DeliveriesService,
    DeliveryHolds,
    EndpointKeys,
    WebhookAttempts,
    WebhookDispatcher,
    WebhookEndpointsService,
    WebhookUrlService,
    WebhooksService,
    WebhookReceiverService,
  ],
  exports: [AttemptHooks, DeliveriesService, WebhookDispatcher, WebhookEndpointsService, WebhookUrlService],
})
export class WebhooksModule {}
