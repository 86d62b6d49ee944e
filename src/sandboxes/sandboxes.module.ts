import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AccountsModule } from '../accounts/accounts.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { PaymentsModule } from '../payments/payments.module.js';
import { ClockController } from './clock.controller.js';
import { ClockKinds } from './clock-kinds.service.js';
import { ClockService } from './clock.service.js';
import { FirstUseAccounts } from './first-use-accounts.service.js';
import { SandboxSnapshotsService } from './sandbox-snapshots.service.js';
import { SandboxUpkeep } from './sandbox-upkeep.worker.js';
import { SandboxesController } from './sandboxes.controller.js';
import { SandboxesService } from './sandboxes.service.js';
import { Snapshot, SnapshotPiece, SnapshotPieceSchema, SnapshotSchema } from './snapshot.schema.js';
import { SnapshotPieces } from './snapshot-pieces.service.js';
import { SnapshotsService } from './snapshots.service.js';

@Module({
  imports: [
    AccountsModule,
    AuthModule,
    PaymentsModule,
    MongooseModule.forFeature([
      { name: Snapshot.name, schema: SnapshotSchema },
      { name: SnapshotPiece.name, schema: SnapshotPieceSchema },
    ]),
  ],
  controllers: [SandboxesController, ClockController],
  providers: [
    SandboxesService,
    SandboxSnapshotsService,
    SnapshotsService,
    SnapshotPieces,
    ClockService,
    ClockKinds,
    FirstUseAccounts,
    SandboxUpkeep,
  ],
  exports: [ClockKinds, ClockService],
})
export class SandboxesModule {}
