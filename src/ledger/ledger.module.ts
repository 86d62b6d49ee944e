import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AccountsModule } from '../accounts/accounts.module.js';
import { EventsModule } from '../events/events.module.js';
import { Payment, PaymentSchema, PaymentTombstone, PaymentTombstoneSchema } from '../payments/payment.schema.js';
import { PaymentsModule } from '../payments/payments.module.js';
import { Allocation, AllocationSchema } from './allocation.schema.js';
import { Allocations } from './allocations.service.js';
import { Balance, BalanceSchema } from './balance.schema.js';
import { FundsRelease } from './funds-release.worker.js';
import { LedgerAudit } from './ledger-audit.service.js';
import { LedgerBackfill } from './ledger-backfill.worker.js';
import { LedgerController } from './ledger.controller.js';
import { LedgerEntry, LedgerEntrySchema } from './ledger-entry.schema.js';
import { LedgerPostings } from './ledger-postings.service.js';
import { LedgerProgress, LedgerProgressSchema } from './ledger-progress.schema.js';
import { LedgerRelay } from './ledger-relay.service.js';
import { LedgerService } from './ledger.service.js';

@Module({
  imports: [
    AccountsModule,
    EventsModule,
    PaymentsModule,
    MongooseModule.forFeature([
      { name: Allocation.name, schema: AllocationSchema },
      { name: Balance.name, schema: BalanceSchema },
      { name: LedgerEntry.name, schema: LedgerEntrySchema },
      { name: LedgerProgress.name, schema: LedgerProgressSchema },
      { name: Payment.name, schema: PaymentSchema },
      { name: PaymentTombstone.name, schema: PaymentTombstoneSchema },
    ]),
  ],
  controllers: [LedgerController],
  providers: [Allocations, FundsRelease, LedgerAudit, LedgerBackfill, LedgerPostings, LedgerRelay, LedgerService],
  exports: [Allocations, LedgerAudit, LedgerPostings, LedgerService],
})
export class LedgerModule {}
