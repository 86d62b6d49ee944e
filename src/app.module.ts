import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { Connection } from 'mongoose';
import { AdminModule } from './admin/admin.module.js';
import { AuthModule } from './auth/auth.module.js';
import { AuthenticationGuard } from './auth/authentication.guard.js';
import { RolesGuard } from './auth/roles.guard.js';
import { DisputesModule } from './disputes/disputes.module.js';
import { DoubleChargesModule } from './double-charges/double-charges.module.js';
import { FaultGuard } from './faults/fault.guard.js';
import { FaultsModule } from './faults/faults.module.js';
import { CertificationsModule } from './certifications/certifications.module.js';
import { CheckoutModule } from './checkout/checkout.module.js';
import { CustomersModule } from './customers/customers.module.js';
import { CommonModule } from './platform/common/common.module.js';
import type { Config } from './platform/config/config.js';
import { ConsoleModule } from './console/console.module.js';
import { DatabaseModule } from './platform/database/database.module.js';
import { DueWorkModule } from './platform/due-work/due-work.module.js';
import { EventsModule } from './events/events.module.js';
import { IdempotencyModule } from './idempotency/idempotency.module.js';
import { PaymentIntentsModule } from './payment-intents/payment-intents.module.js';
import { PaymentMethodsModule } from './payment-methods/payment-methods.module.js';
import { LedgerModule } from './ledger/ledger.module.js';
import { PayoutsModule } from './payouts/payouts.module.js';
import { PaymentsModule } from './payments/payments.module.js';
import { RateLimitGuard } from './rate-limit/rate-limit.guard.js';
import { RateLimitModule } from './rate-limit/rate-limit.module.js';
import { RequestLogsModule } from './request-logs/request-logs.module.js';
import { SandboxesModule } from './sandboxes/sandboxes.module.js';
import { SettlementsModule } from './settlements/settlements.module.js';
import { SimulationModule } from './simulation/simulation.module.js';
import { StripeDialectModule } from './stripe-dialect/stripe-dialect.module.js';
import { StreamsModule } from './platform/streams/streams.module.js';
import { StatusModule } from './status/status.module.js';
import { AccountsModule } from './accounts/accounts.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';

/** The composition root. */
@Module({})
export class AppModule {
  static with(config: Config, connection: Connection): DynamicModule {
    return {
      module: AppModule,
      imports: [
        CommonModule.with(config),
        DatabaseModule.with(connection),
        DueWorkModule,
        StreamsModule,
        RateLimitModule,
        AuthModule,
        AccountsModule,
        PaymentMethodsModule,
        PaymentsModule,
        DisputesModule,
        LedgerModule,
        PayoutsModule,
        SimulationModule,
        EventsModule,
        IdempotencyModule,
        RequestLogsModule,
        WebhooksModule,
        SettlementsModule,
        CustomersModule,
        SandboxesModule,
        CheckoutModule,
        PaymentIntentsModule,
        StripeDialectModule,
        FaultsModule,
        DoubleChargesModule,
        CertificationsModule,
        ConsoleModule,
        StatusModule,
        AdminModule,
      ],
      // Nest runs global guards in this order.
      providers: [AuthenticationGuard, RateLimitGuard, RolesGuard, FaultGuard].map((useClass) => ({
        provide: APP_GUARD,
        useClass,
      })),
    };
  }
}
