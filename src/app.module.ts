import { type DynamicModule, Module } from '@nestjs/common';
import type { Connection } from 'mongoose';
import { AdminModule } from './admin/admin.module.js';
import { AuthModule } from './auth/auth.module.js';
import { CommonModule } from './common/common.module.js';
import type { Config } from './config/config.js';
import { DatabaseModule } from './database/database.module.js';
import { EventsModule } from './events/events.module.js';
import { IdempotencyModule } from './idempotency/idempotency.module.js';
import { PaymentMethodsModule } from './payment-methods/payment-methods.module.js';
import { PaymentsModule } from './payments/payments.module.js';
import { RateLimitModule } from './rate-limit/rate-limit.module.js';
import { RequestLogsModule } from './request-logs/request-logs.module.js';
import { SimulationModule } from './simulation/simulation.module.js';
import { StatusModule } from './status/status.module.js';
import { AccountsModule } from './users/accounts.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';

/** The composition root. The global guards come with AuthModule. */
@Module({})
export class AppModule {
  static with(config: Config, connection: Connection): DynamicModule {
    return {
      module: AppModule,
      imports: [
        CommonModule.with(config),
        DatabaseModule.with(connection),
        // In this order: the global guards run as their modules are imported.
        RateLimitModule,
        AuthModule,
        AccountsModule,
        PaymentMethodsModule,
        PaymentsModule,
        SimulationModule,
        EventsModule,
        IdempotencyModule,
        RequestLogsModule,
        WebhooksModule,
        StatusModule,
        AdminModule,
      ],
    };
  }
}
