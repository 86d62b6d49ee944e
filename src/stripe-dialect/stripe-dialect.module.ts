import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { CustomersModule } from '../customers/customers.module.js';
import { PaymentIntentsModule } from '../payment-intents/payment-intents.module.js';
import { PaymentMethodsModule } from '../payment-methods/payment-methods.module.js';
import { PaymentsModule } from '../payments/payments.module.js';
import { DialectChargesController } from './charges/charges.controller.js';
import { ShownCharges } from './charges/shown-charges.service.js';
import { DialectCustomersController } from './customers/customers.controller.js';
import { ShownCustomers } from './customers/shown-customers.service.js';
import { DialectEvent, DialectEventSchema } from './events/dialect-event.schema.js';
import { DialectEvents } from './events/dialect-events.service.js';
import { EventProjection } from './events/event-projection.service.js';
import { DialectEventsController } from './events/events.controller.js';
import { ShownEvents } from './events/shown-events.service.js';
import { ShownObjects } from './objects.service.js';
import { ClientSecrets } from './payment-intents/client-secrets.service.js';
import { DialectPaymentIntentsController } from './payment-intents/payment-intents.controller.js';
import { ShownIntents } from './payment-intents/shown-intents.service.js';
import { DialectMethods } from './payment-methods/dialect-methods.service.js';
import { DialectPaymentMethodsController, DialectTokensController } from './payment-methods/payment-methods.controller.js';
import { ShownMethods } from './payment-methods/shown-methods.service.js';
import { DialectRefundsController } from './refunds/refunds.controller.js';
import { ShownRefunds } from './refunds/shown-refunds.service.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { ShownEndpoints } from './webhook-endpoints/shown-endpoints.service.js';
import { DialectWebhookEndpointsController } from './webhook-endpoints/webhook-endpoints.controller.js';

@Module({
  imports: [
    CustomersModule,
    PaymentIntentsModule,
    PaymentMethodsModule,
    PaymentsModule,
    WebhooksModule,
    MongooseModule.forFeature([{ name: DialectEvent.name, schema: DialectEventSchema }]),
  ],
  controllers: [
    DialectCustomersController,
    DialectPaymentMethodsController,
    DialectTokensController,
    DialectPaymentIntentsController,
    DialectChargesController,
    DialectRefundsController,
    DialectEventsController,
    DialectWebhookEndpointsController,
  ],
  providers: [
    ShownObjects,
    DialectMethods,
    ShownMethods,
    ShownCustomers,
    ClientSecrets,
    ShownIntents,
    ShownCharges,
    ShownRefunds,
    DialectEvents,
    EventProjection,
    ShownEvents,
    ShownEndpoints,
  ],
})
export class StripeDialectModule {}
