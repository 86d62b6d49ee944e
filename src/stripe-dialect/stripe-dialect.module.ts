import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AccountsModule } from '../accounts/accounts.module.js';
import { CheckoutModule } from '../checkout/checkout.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { PaymentIntentsModule } from '../payment-intents/payment-intents.module.js';
import { PaymentMethodsModule } from '../payment-methods/payment-methods.module.js';
import { PaymentsModule } from '../payments/payments.module.js';
import { DialectChargesController } from './charges/charges.controller.js';
import { ShownCharges } from './charges/shown-charges.service.js';
import { DialectCheckoutSessionsController } from './checkout/checkout-sessions.controller.js';
import { PaymentPages } from './checkout/payment-pages.service.js';
import { DialectPaymentPagesController } from './checkout/payment-pages.controller.js';
import { SessionItems } from './checkout/session-items.service.js';
import { ShownSessions } from './checkout/shown-sessions.service.js';
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
import {
  DialectPaymentMethodsController,
  DialectTokensController,
} from './payment-methods/payment-methods.controller.js';
import { ShownMethods } from './payment-methods/shown-methods.service.js';
import { Price, PriceSchema } from './prices/price.schema.js';
import { PriceStore } from './prices/price-store.service.js';
import { DialectPricesController } from './prices/prices.controller.js';
import { ShownPrices } from './prices/shown-prices.service.js';
import { Product, ProductSchema } from './products/product.schema.js';
import { ProductStore } from './products/product-store.service.js';
import { DialectProductsController } from './products/products.controller.js';
import { ShownProducts } from './products/shown-products.service.js';
import { DialectRefundsController } from './refunds/refunds.controller.js';
import { ShownRefunds } from './refunds/shown-refunds.service.js';
import { SetupChallengeController } from './setup-intents/setup-challenge.controller.js';
import { SetupChallenges } from './setup-intents/setup-challenges.service.js';
import { SetupIntent, SetupIntentSchema } from './setup-intents/setup-intent.schema.js';
import { DialectSetupIntentsController } from './setup-intents/setup-intents.controller.js';
import { SetupIntents } from './setup-intents/setup-intents.service.js';
import { ShownSetups } from './setup-intents/shown-setups.service.js';
import { SandboxesModule } from '../sandboxes/sandboxes.module.js';
import { ShownClocks } from './test-clocks/shown-clocks.service.js';
import { TestClock, TestClockSchema } from './test-clocks/test-clock.schema.js';
import { DialectTestClocksController } from './test-clocks/test-clocks.controller.js';
import { TestClocks } from './test-clocks/test-clocks.service.js';
import { DisputesModule } from '../disputes/disputes.module.js';
import { EventsModule } from '../events/events.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { PayoutsModule } from '../payouts/payouts.module.js';
import { DialectBalanceController, DialectBalanceTransactionsController } from './balance/balance.controller.js';
import { ShownBalance } from './balance/shown-balance.service.js';
import { DisputeEvents } from './disputes/dispute-events.service.js';
import { DialectDisputesController, DialectFraudWarningsController } from './disputes/disputes.controller.js';
import { ShownDisputes } from './disputes/shown-disputes.service.js';
import { ShownWarnings } from './disputes/shown-warnings.service.js';
import {
  DialectFile,
  DialectFileContent,
  DialectFileContentSchema,
  DialectFileSchema,
} from './files/dialect-file.schema.js';
import { DialectFilesController } from './files/files.controller.js';
import { ShownFiles } from './files/shown-files.service.js';
import { MoneyEvents } from './payouts/money-events.service.js';
import { DialectPayoutsController } from './payouts/payouts.controller.js';
import { ShownPayouts } from './payouts/shown-payouts.service.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { ShownEndpoints } from './webhook-endpoints/shown-endpoints.service.js';
import { DialectWebhookEndpointsController } from './webhook-endpoints/webhook-endpoints.controller.js';

@Module({
  imports: [
    CheckoutModule,
    CustomersModule,
    PaymentIntentsModule,
    PaymentMethodsModule,
    PaymentsModule,
    WebhooksModule,
    AccountsModule,
    EventsModule,
    SandboxesModule,
    DisputesModule,
    LedgerModule,
    PayoutsModule,
    MongooseModule.forFeature([
      { name: DialectEvent.name, schema: DialectEventSchema },
      { name: Product.name, schema: ProductSchema },
      { name: Price.name, schema: PriceSchema },
      { name: SetupIntent.name, schema: SetupIntentSchema },
      { name: TestClock.name, schema: TestClockSchema },
      { name: DialectFile.name, schema: DialectFileSchema },
      { name: DialectFileContent.name, schema: DialectFileContentSchema },
    ]),
  ],
  controllers: [
    DialectCustomersController,
    DialectPaymentMethodsController,
    DialectTokensController,
    DialectPaymentIntentsController,
    DialectChargesController,
    DialectRefundsController,
    DialectEventsController,
    DialectSetupIntentsController,
    SetupChallengeController,
    DialectTestClocksController,
    DialectWebhookEndpointsController,
    DialectDisputesController,
    DialectFraudWarningsController,
    DialectBalanceController,
    DialectBalanceTransactionsController,
    DialectPayoutsController,
    DialectFilesController,
    DialectProductsController,
    DialectPricesController,
    DialectCheckoutSessionsController,
    DialectPaymentPagesController,
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
    SetupIntents,
    SetupChallenges,
    ShownSetups,
    TestClocks,
    ShownClocks,
    ShownEvents,
    ShownEndpoints,
    DisputeEvents,
    ShownDisputes,
    ShownWarnings,
    ShownBalance,
    MoneyEvents,
    ShownPayouts,
    ShownFiles,
    ProductStore,
    PriceStore,
    ShownProducts,
    ShownPrices,
    SessionItems,
    ShownSessions,
    PaymentPages,
  ],
})
export class StripeDialectModule {}
