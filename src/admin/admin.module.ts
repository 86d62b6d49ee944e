import { Module } from '@nestjs/common';
import { PaymentMethodsModule } from '../payment-methods/payment-methods.module.js';
import { PaymentsModule } from '../payments/payments.module.js';
import { AccountsModule } from '../accounts/accounts.module.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { DashboardController } from './dashboard.controller.js';
import { DashboardService } from './dashboard.service.js';
import { DeletionController } from './deletion.controller.js';
import { UsersController } from './users.controller.js';
import { DeletionService } from './deletion.service.js';

@Module({
  imports: [AccountsModule, PaymentMethodsModule, PaymentsModule, WebhooksModule],
  controllers: [DashboardController, DeletionController, UsersController],
  providers: [DashboardService, DeletionService],
})
export class AdminModule {}
