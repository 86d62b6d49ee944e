import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { EventsModule } from '../events/events.module.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { Payment, PaymentSchema } from './payment.schema.js';
import { PaymentProcessingWorker } from './payment-processing.worker.js';
import { PaymentRelayWorker } from './payment-relay.worker.js';
import { PaymentsController } from './payments.controller.js';
import { PaymentsService } from './payments.service.js';

@Module({
  imports: [EventsModule, WebhooksModule, MongooseModule.forFeature([{ name: Payment.name, schema: PaymentSchema }])],
  controllers: [PaymentsController],
  providers: [PaymentsService, PaymentProcessingWorker, PaymentRelayWorker],
  exports: [PaymentsService, PaymentProcessingWorker, PaymentRelayWorker],
})
export class PaymentsModule {}
