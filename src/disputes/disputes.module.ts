import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AccountsModule } from '../accounts/accounts.module.js';
import { PaymentsModule } from '../payments/payments.module.js';
import { Dispute, DisputeSchema } from './dispute.schema.js';
import { DisputeChanges } from './dispute-changes.service.js';
import { DisputeEvidence, DisputeEvidenceSchema } from './dispute-evidence.schema.js';
import { DisputeRulesController } from './dispute-rules.controller.js';
import { DisputesController } from './disputes.controller.js';
import { DisputesService } from './disputes.service.js';
import { EvidenceService } from './evidence.service.js';
import { PaymentDisputesController } from './payment-disputes.controller.js';

@Module({
  imports: [
    AccountsModule,
    PaymentsModule,
    MongooseModule.forFeature([
      { name: Dispute.name, schema: DisputeSchema },
      { name: DisputeEvidence.name, schema: DisputeEvidenceSchema },
    ]),
  ],
  controllers: [DisputesController, DisputeRulesController, PaymentDisputesController],
  providers: [DisputeChanges, DisputesService, EvidenceService],
  exports: [DisputeChanges, DisputesService],
})
export class DisputesModule {}
