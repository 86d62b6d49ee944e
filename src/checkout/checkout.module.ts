import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AccountsModule } from '../accounts/accounts.module.js';
import { EventsModule } from '../events/events.module.js';
import { PaymentIntentsModule } from '../payment-intents/payment-intents.module.js';
import { PaymentMethodsModule } from '../payment-methods/payment-methods.module.js';
import { PaymentsModule } from '../payments/payments.module.js';
import { CheckoutIntents } from './checkout-intents.service.js';
import { CheckoutLinks } from './checkout-links.service.js';
import { CheckoutPageController } from './checkout-page.controller.js';
import { CheckoutPageService } from './checkout-page.service.js';
import { CheckoutPayments } from './checkout-payments.service.js';
import { CheckoutSession, CheckoutSessionSchema } from './checkout-session.schema.js';
import { CheckoutSessionsController } from './checkout-sessions.controller.js';
import { CheckoutSessionsService } from './checkout-sessions.service.js';
import { CheckoutStore } from './checkout-store.service.js';
import { CheckoutUpkeep } from './checkout-upkeep.worker.js';

@Module({
  imports: [
    AccountsModule,
    EventsModule,
    PaymentIntentsModule,
    PaymentMethodsModule,
    PaymentsModule,
    MongooseModule.forFeature([{ name: CheckoutSession.name, schema: CheckoutSessionSchema }]),
  ],
  controllers: [CheckoutSessionsController, CheckoutPageController],
  providers: [
    CheckoutIntents,
    CheckoutLinks,
    CheckoutPageService,
    CheckoutPayments,
    CheckoutSessionsService,
    CheckoutStore,
    CheckoutUpkeep,
  ],
  exports: [CheckoutPayments, CheckoutSessionsService, CheckoutStore],
})
export class CheckoutModule {}
