import { Injectable } from '@nestjs/common';
import type { Principal } from '../platform/access/principal.js';
import { ClockService } from './clock.service.js';
import { SandboxesService, type ShownSandbox } from './sandboxes.service.js';
import type { SnapshotExport } from './snapshot-export.js';
import type { Snapshot } from './snapshot.schema.js';
import { SnapshotsService } from './snapshots.service.js';

/** What a sandbox does with its snapshots. All methods throw NotASandboxError. */
@Injectable()
export class SandboxSnapshotsService {
  constructor(
    private readonly sandboxes: SandboxesService,
    private readonly snapshots: SnapshotsService,
    private readonly clocks: ClockService,
  ) {}

  /** Throws TooManySnapshotsError, SnapshotTooLargeError, ClockBusyError. */
  async create(caller: Principal, id: string, name: string | null): Promise<Snapshot> {
    return this.clocks.whileItStands(caller, async () =>
      this.snapshots.create(await this.sandboxes.accountOf(caller), id, name),
    );
  }

  async list(caller: Principal): Promise<Snapshot[]> {
    return this.snapshots.list(await this.sandboxes.accountOf(caller));
  }

  /** Throws SnapshotNotFoundError. */
  async export(caller: Principal, id: string): Promise<SnapshotExport> {
    return this.snapshots.export(await this.sandboxes.accountOf(caller), id);
  }

  /** Throws SnapshotNotFoundError, ClockBusyError. */
  async restore(caller: Principal, id: string, base: string): Promise<ShownSandbox> {
    const account = await this.snapshots.restore(await this.sandboxes.accountOf(caller), id);
    void this.clocks.wake(account.sandbox);
    return this.sandboxes.shown(account, base);
  }
}
