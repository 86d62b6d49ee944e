import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { AccountData } from '../platform/database/account-data.service.js';
import { isDuplicateKey } from '../platform/database/duplicate-key.js';
import { findPage, type Page, type PageRequest } from '../platform/database/page.js';
import { type DueCount, type DueQuery, notLeasedAt } from '../platform/due-work/due-work.js';
import { Certification } from './certification.schema.js';
import { TooManyCertificationsError } from './certification-errors.js';
import { type CheckResult, scoreOf, statusOf } from './checks.js';

/** How many of an account run at once. */
export const MAX_RUNNING = 3;

/** How many of an account are kept. */
export const MAX_KEPT = 100;

/** Owns the collection of certifications. */
@Injectable()
export class CertificationStore {
  constructor(
    @InjectModel(Certification.name) private readonly certifications: Model<Certification>,
    accountData: AccountData,
  ) {
    accountData.register({ model: certifications, belongsTo: 'world', outlivesUser: false, copied: null });
  }

  /** Takes a place of the account for a new certification. Throws TooManyCertificationsError. */
  async insert(certification: Omit<Certification, 'slot'>): Promise<Certification> {
    for (let slot = 0; slot < MAX_RUNNING; slot += 1) {
      try {
        // The unique index lets one certification take a place, however many requests try at once.
        const placed: Certification = { ...certification, slot };
        await this.certifications.create(placed);
        return placed;
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        const made = await this.find(certification.accountId, certification._id);
        if (made) return made;
      }
    }
    throw new TooManyCertificationsError(MAX_RUNNING);
  }

  /** Deletes the oldest certifications of an account that has more than it can keep. */
  async trim(accountId: string): Promise<void> {
    const [tooOld] = await this.certifications
      .find({ accountId }, { _id: 1 })
      .sort({ _id: -1 })
      .skip(MAX_KEPT)
      .limit(1)
      .lean<Pick<Certification, '_id'>[]>();
    if (tooOld)
      await this.certifications.deleteMany({ accountId, _id: { $lte: tooOld._id }, status: { $ne: 'running' } });
  }

  async find(accountId: string, id: string): Promise<Certification | null> {
    return this.certifications.findOne({ _id: id, accountId }).lean<Certification>();
  }

  page(accountId: string, page: PageRequest): Promise<Page<Certification>> {
    return findPage(this.certifications, accountId, {}, page);
  }

  findDue({ until, now, limit }: DueQuery): Promise<Certification[]> {
    return this.certifications
      .find({ dueAt: { $lte: until }, ...notLeasedAt(now) })
      .sort({ dueAt: 1 })
      .limit(limit)
      .lean<Certification[]>()
      .exec();
  }

  async countDue(now: Date): Promise<DueCount> {
    const [oldest] = await this.certifications
      .find({ dueAt: { $lte: now } }, { dueAt: 1 })
      .sort({ dueAt: 1 })
      .limit(1)
      .lean<Certification[]>();
    const count = await this.certifications.countDocuments({ dueAt: { $lte: now } });
    return { count, oldest: oldest?.dueAt ?? null };
  }

  async postpone({ _id }: Certification, leaseUntil: Date): Promise<void> {
    await this.certifications.updateOne({ _id, dueAt: { $exists: true } }, { $set: { leaseUntil } });
  }

  /** Takes the lease of a run for a new start. Returns null if another process has it or the run has ended. */
  async lease(id: string, leasedBy: string, now: Date, leaseUntil: Date): Promise<Certification | null> {
    return this.certifications
      .findOneAndUpdate(
        { _id: id, dueAt: { $exists: true }, ...notLeasedAt(now) },
        { $set: { leasedBy, leaseUntil }, $inc: { starts: 1 } },
        { returnDocument: 'after' },
      )
      .lean<Certification>();
  }

  /** Returns false if the lease was lost. */
  async renew(id: string, leasedBy: string, leaseUntil: Date): Promise<boolean> {
    const { matchedCount } = await this.certifications.updateOne({ _id: id, leasedBy }, { $set: { leaseUntil } });
    return matchedCount === 1;
  }

  /** Leaves a run for the next start. */
  async release(id: string, leasedBy: string): Promise<void> {
    await this.certifications.updateOne({ _id: id, leasedBy }, { $unset: { leasedBy: 1, leaseUntil: 1 } });
  }

  /** Writes the result, if this start still has the lease, and forgets the secret. */
  async finish(id: string, leasedBy: string, checks: readonly CheckResult[], finishedAt: Date): Promise<void> {
    await this.certifications.updateOne(
      { _id: id, leasedBy },
      {
        $set: { status: statusOf(checks), score: scoreOf(checks), checks: [...checks], finishedAt },
        $unset: { sealedSecret: 1, slot: 1, dueAt: 1, leaseUntil: 1, leasedBy: 1 },
      },
    );
  }
}
