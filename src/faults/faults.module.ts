import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { MongooseModule } from '@nestjs/mongoose';
import { AccountsModule } from '../accounts/accounts.module.js';
import { PaymentsModule } from '../payments/payments.module.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { Fault, FaultSchema } from './fault.schema.js';
import { FaultHits } from './fault-hits.service.js';
import { FaultOperations } from './fault-operations.service.js';
import { FaultsController } from './faults.controller.js';
import { FaultsService } from './faults.service.js';
import { FaultTruth } from './fault-truth.service.js';
import { FaultWire } from './fault-wire.service.js';
import { WebhookFaults } from './webhook-faults.service.js';

@Module({
  imports: [
    AccountsModule,
    DiscoveryModule,
    PaymentsModule,
    WebhooksModule,
    MongooseModule.forFeature([{ name: Fault.name, schema: FaultSchema }]),
  ],
  controllers: [FaultsController],
  providers: [FaultHits, FaultOperations, FaultsService, FaultTruth, FaultWire, WebhookFaults],
  exports: [FaultHits, FaultTruth, FaultWire],
})
export class FaultsModule {}
