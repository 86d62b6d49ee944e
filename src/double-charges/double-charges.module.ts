import { Module } from '@nestjs/common';
import { FaultsModule } from '../faults/faults.module.js';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { PaymentsModule } from '../payments/payments.module.js';
import { DoubleChargesController } from './double-charges.controller.js';
import { DoubleChargesService } from './double-charges.service.js';

@Module({
  imports: [FaultsModule, IdempotencyModule, PaymentsModule],
  controllers: [DoubleChargesController],
  providers: [DoubleChargesService],
})
export class DoubleChargesModule {}
