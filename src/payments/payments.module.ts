import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { EventsModule } from '../events/events.module.js';
import { PaymentMethodsModule } from '../payment-methods/payment-methods.module.js';
import { AccountsModule } from '../accounts/accounts.module.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { LinkSecrets } from '../platform/worlds/link-secrets.service.js';
import { ChallengePageController } from './challenge-page.controller.js';
import { ChallengeReturns } from './challenge-returns.service.js';
import { ChallengePageService } from './challenge-page.service.js';
import { Payment, PaymentSchema, PaymentTombstone, PaymentTombstoneSchema } from './payment.schema.js';
import { PaymentFacts } from './payment-facts.service.js';
import { PaymentListsService } from './payment-lists.service.js';
import { PaymentDeletionService } from './payment-deletion.service.js';
import { NameIndex } from './name-index.service.js';
import { PaymentSearch } from './payment-search.service.js';
import { SearchKeysBackfill } from './search-keys.worker.js';
import { SearchProgress, SearchProgressSchema } from './search-progress.schema.js';
import { PaymentProcessing } from './payment-processing.worker.js';
import { PaymentRelay } from './payment-relay.worker.js';
import { PaymentStatistics } from './payment-statistics.service.js';
import { PaymentStore } from './payment-store.service.js';
import { PaymentsController } from './payments.controller.js';
import { ChargingService } from './charging.service.js';
import { ChallengeLinks } from './challenge-links.service.js';
import { OutcomeWaits } from './outcome-waits.service.js';
import { PaymentChangesService } from './payment-changes.service.js';
import { Refund, RefundSchema } from './refund.schema.js';
import { RefundsController } from './refunds.controller.js';
import { RefundsService } from './refunds.service.js';
import { RelayMark, RelayMarkSchema } from './relay-mark.schema.js';
import { TimelineService } from './timeline.service.js';

@Module({
  imports: [
    AccountsModule,
    EventsModule,
    PaymentMethodsModule,
    WebhooksModule,
    MongooseModule.forFeature([
      { name: Payment.name, schema: PaymentSchema },
      { name: PaymentTombstone.name, schema: PaymentTombstoneSchema },
      { name: Refund.name, schema: RefundSchema },
      { name: RelayMark.name, schema: RelayMarkSchema },
      { name: SearchProgress.name, schema: SearchProgressSchema },
    ]),
  ],
  controllers: [PaymentsController, RefundsController, ChallengePageController],
  providers: [
    ChargingService,
    PaymentChangesService,
    LinkSecrets,
    ChallengeLinks,
    ChallengeReturns,
    OutcomeWaits,
    PaymentFacts,
    PaymentListsService,
    PaymentSearch,
    PaymentStatistics,
    NameIndex,
    SearchKeysBackfill,
    RefundsService,
    TimelineService,
    ChallengePageService,
    PaymentStore,
    PaymentDeletionService,
    PaymentProcessing,
    PaymentRelay,
  ],
  exports: [
    ChallengeReturns,
    ChargingService,
    LinkSecrets,
    OutcomeWaits,
    PaymentChangesService,
    PaymentDeletionService,
    PaymentFacts,
    PaymentListsService,
    PaymentRelay,
    PaymentStore,
    RefundsService,
  ],
})
export class PaymentsModule {}
