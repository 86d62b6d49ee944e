import { Module } from '@nestjs/common';
import { PaymentsModule } from '../payments/payments.module.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { HealthController } from './health.controller.js';
import { MetricsService } from './metrics.service.js';
import { StatusController } from './status.controller.js';
import { StatusService } from './status.service.js';

@Module({
  imports: [PaymentsModule, WebhooksModule],
  controllers: [StatusController, HealthController],
  providers: [StatusService, MetricsService],
  exports: [MetricsService],
})
export class StatusModule {}
