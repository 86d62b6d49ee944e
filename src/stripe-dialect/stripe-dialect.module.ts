import { Module } from '@nestjs/common';
import { CustomersModule } from '../customers/customers.module.js';
import { PaymentIntentsModule } from '../payment-intents/payment-intents.module.js';
import { PaymentMethodsModule } from '../payment-methods/payment-methods.module.js';
import { PaymentsModule } from '../payments/payments.module.js';
import { DialectChargesController } from './charges/charges.controller.js';
import { ShownCharges } from './charges/shown-charges.service.js';
import { DialectCustomersController } from './customers/customers.controller.js';
import { ShownCustomers } from './customers/shown-customers.service.js';
import { ShownObjects } from './objects.service.js';
import { ClientSecrets } from './payment-intents/client-secrets.service.js';
import { DialectPaymentIntentsController } from './payment-intents/payment-intents.controller.js';
import { ShownIntents } from './payment-intents/shown-intents.service.js';
import { DialectMethods } from './payment-methods/dialect-methods.service.js';
import { DialectPaymentMethodsController, DialectTokensController } from './payment-methods/payment-methods.controller.js';
import { ShownMethods } from './payment-methods/shown-methods.service.js';
import { DialectRefundsController } from './refunds/refunds.controller.js';
import { ShownRefunds } from './refunds/shown-refunds.service.js';

@Module({
  imports: [CustomersModule, PaymentIntentsModule, PaymentMethodsModule, PaymentsModule],
  controllers: [
    DialectCustomersController,
    DialectPaymentMethodsController,
    DialectTokensController,
    DialectPaymentIntentsController,
    DialectChargesController,
    DialectRefundsController,
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
  ],
})
export class StripeDialectModule {}
