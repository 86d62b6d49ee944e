import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { AccountsService } from '../accounts/accounts.service.js';
import type { Principal } from '../platform/access/principal.js';
import { AccountData } from '../platform/database/account-data.service.js';
import { insertNew } from '../platform/database/driver-writes.js';
import { findPage, type Page, type PageRequest } from '../platform/database/page.js';
import { repeated } from '../platform/database/repeated.js';
import { idIn } from '../platform/worlds/world-ids.js';
import { Fault } from './fault.schema.js';
import { FaultNotFoundError, TooManyFaultsError } from './fault-errors.js';
import { FaultOperations } from './fault-operations.service.js';
import { FaultTruth } from './fault-truth.service.js';
import { readFault, type SentFault } from './read-fault.js';

export const MAX_FAULTS = 100;

/** Keeps the faults that accounts ask for. */
@Injectable()
export class FaultsService {
  constructor(
    @InjectModel(Fault.name) private readonly faults: Model<Fault>,
    private readonly accounts: AccountsService,
    private readonly operations: FaultOperations,
    private readonly truth: FaultTruth,
    accountData: AccountData,
  ) {
    accountData.register({ model: faults, belongsTo: 'world', outlivesUser: false, copied: null });
  }

  /** Throws ValidationFailedError, TooManyFaultsError. */
  async create({ accountId, world }: Principal, id: string, sent: SentFault): Promise<Fault> {
    const rule = JSON.stringify(readFault(sent, this.operations.allowed));
    const fault: Fault = {
      _id: id,
      accountId,
      source: 'api',
      rule,
      seen: 0,
      used: 0,
      hits: [],
      createdAt: world.now(),
    };
    // If an earlier run of this request stored it but did not answer, this changes nothing.
    await insertNew(this.faults, [fault]);
    // Counted afterwards, so that of several that come at once none is too many.
    if ((await this.faults.countDocuments({ accountId })) > MAX_FAULTS) {
      await this.faults.deleteOne({ _id: id });
      throw new TooManyFaultsError(MAX_FAULTS);
    }
    await this.accounts.setHasFaults(accountId, true);
    return fault;
  }

  async list(accountId: string, page: PageRequest): Promise<Page<Fault>> {
    const { data, hasMore } = await findPage(this.faults, accountId, {}, page);
    return { data: await this.truth.complete(accountId, data), hasMore };
  }

  /** Throws FaultNotFoundError. */
  async get(accountId: string, id: string): Promise<Fault> {
    const found = await this.faults.find({ _id: idIn(accountId, id), accountId }).lean<Fault[]>();
    const [fault] = await this.truth.complete(accountId, found);
    if (!fault) throw new FaultNotFoundError(id);
    return fault;
  }

  /** Throws FaultNotFoundError. */
  async delete(accountId: string, id: string): Promise<void> {
    const { deletedCount } = await this.faults.deleteOne({ _id: idIn(accountId, id), accountId });
    if (deletedCount === 0) throw new FaultNotFoundError(id);
    await this.noteIfNone(accountId);
  }

  /** Deletes all faults of an account. */
  async deleteAll(accountId: string): Promise<void> {
    await repeated(() => this.faults.deleteMany({ accountId }));
    await this.noteIfNone(accountId);
  }

  /** Looks again afterwards: a fault may have been created in between. */
  private async noteIfNone(accountId: string): Promise<void> {
    if (await this.faults.exists({ accountId })) return;
    await this.accounts.setHasFaults(accountId, false);
    if (await this.faults.exists({ accountId })) await this.accounts.setHasFaults(accountId, true);
  }
}
