import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AccountsModule } from '../accounts/accounts.module.js';
import { EventsModule } from '../events/events.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { PayoutProgress } from './payout-progress.worker.js';
import { PayoutSchedules } from './payout-schedules.service.js';
import { PayoutStore } from './payout-store.service.js';
import { Payout, PayoutSchedule, PayoutScheduleSchema, PayoutSchema } from './payout.schema.js';
import { PayoutsController } from './payouts.controller.js';
import { PayoutsService } from './payouts.service.js';

@Module({
  imports: [
    AccountsModule,
    EventsModule,
    LedgerModule,
    MongooseModule.forFeature([
      { name: Payout.name, schema: PayoutSchema },
      { name: PayoutSchedule.name, schema: PayoutScheduleSchema },
    ]),
  ],
  controllers: [PayoutsController],
  providers: [PayoutProgress, PayoutSchedules, PayoutStore, PayoutsService],
  exports: [PayoutStore, PayoutsService],
})
export class PayoutsModule {}
