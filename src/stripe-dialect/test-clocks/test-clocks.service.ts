import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { WorldsService } from '../../accounts/worlds.service.js';
import { type UntoldChange, untoldChange, type WriteContext } from '../../events/untold-changes.js';
import { UNTOLD_IDS } from '../../events/untold-fields.schema.js';
import { UntoldObjects } from '../../events/untold-objects.service.js';
import { DomainError } from '../../platform/errors/domain-error.js';
import { InvalidFieldError } from '../../platform/errors/invalid-field.error.js';
import { AccountData } from '../../platform/database/account-data.service.js';
import { findPage, type Page, type PageRequest } from '../../platform/database/page.js';
import { DueWorkRunner } from '../../platform/due-work/due-work-runner.service.js';
import { followingId, idIn } from '../../platform/worlds/world-ids.js';
import { ClockKinds } from '../../sandboxes/clock-kinds.service.js';
import { ClockService } from '../../sandboxes/clock.service.js';
import { TestClock } from './test-clock.schema.js';

/** Test clocks in the database, and the account's own clock behind them. */
@Injectable()
export class TestClocks implements OnApplicationBootstrap {
  private readonly logger = new Logger(TestClocks.name);
  /** What subscribers are told of: `test_helpers.test_clock.created`, `.advancing`, `.ready`, `.deleted`. */
  readonly changes: UntoldObjects<TestClock>;
  /** The clocks that this process advances, by their stored ids. */
  private readonly running = new Map<string, Promise<void>>();

  constructor(
    @InjectModel(TestClock.name) private readonly clocks: Model<TestClock>,
    private readonly kinds: ClockKinds,
    private readonly own: ClockService,
    private readonly worlds: WorldsService,
    accountData: AccountData,
    runner: DueWorkRunner,
  ) {
    accountData.register({
      model: clocks,
      belongsTo: 'world',
      outlivesUser: false,
      copied: { ids: ['_id', ...UNTOLD_IDS], left: ['leaseUntil'] },
    });
    this.changes = new UntoldObjects(clocks, worlds, runner, 'test_clock.repair');
    // Last of all consumers: goes on with an advance, also after a crash.
    this.changes.subscribe(async (told) => {
      const latest = told.at(-1)?.after;
      if (latest?.status === 'advancing') this.goOn(latest, told.at(-1)?.change ?? null);
      await Promise.resolve();
    });
  }

  /** Goes on with what a crash interrupted. */
  async onApplicationBootstrap(): Promise<void> {
    for (const clock of await this.clocks.find({ status: 'advancing' }).lean<TestClock[]>()) this.goOn(clock, null);
  }

  /** Null if the account has a virtual clock already. */
  async create(context: WriteContext, clock: TestClock): Promise<TestClock | null> {
    const made = await this.find(context.accountId, clock._id);
    if (made) return made;
    if (!(await this.kinds.makeVirtual(context.accountId, clock.frozenTime))) return null;
    return this.changes.insert(clock, untoldChange('test_helpers.test_clock.created', context, null));
  }

  /** Null if there is none. */
  find(accountId: string, id: string): Promise<TestClock | null> {
    return this.clocks
      .findOne({ _id: idIn(accountId, id), accountId })
      .lean<TestClock>()
      .exec();
  }

  list(accountId: string, page: PageRequest): Promise<Page<TestClock>> {
    return findPage(this.clocks, accountId, {}, page);
  }

  /** Begins to advance a clock, which goes on in the background. Null if it is advancing already. */
  advance(context: WriteContext, clock: TestClock, target: Date): Promise<TestClock | null> {
    const change = untoldChange('test_helpers.test_clock.advancing', context, { status: 'ready', target: null });
    return this.changes.change(clock, { status: 'advancing', target }, change);
  }

  /** Returns the account to the real time. False while the clock is advancing. */
  async delete(context: WriteContext, clock: TestClock): Promise<boolean> {
    if (clock.status === 'advancing' || !(await this.kinds.makeReal(context.accountId))) return false;
    await this.changes.change(clock, {}, untoldChange('test_helpers.test_clock.deleted', context, {}));
    await this.clocks.deleteOne({ _id: clock._id });
    return true;
  }

  /**
   * Advances a clock in the background, one time after the other.
   *
   * @param cause what began it; null if it was begun before: then only if this process does not do so already
   */
  goOn(clock: TestClock, cause: UntoldChange | null = null): void {
    const { _id } = clock;
    const before = this.running.get(_id);
    if (before && cause === null) return;
    const run = Promise.resolve(before)
      .then(() => this.advanceTo(clock, cause))
      .catch((error: unknown) => {
        this.logger.error(error);
      })
      .finally(() => {
        if (this.running.get(_id) === run) this.running.delete(_id);
      });
    this.running.set(_id, run);
  }

  private async advanceTo(clock: TestClock, cause: UntoldChange | null): Promise<void> {
    const { accountId, target } = clock;
    const world = await this.worlds.of(accountId);
    if (!world || target === null) return;
    try {
      await this.own.advance({ world }, { to: target, given: target.toISOString() }, new AbortController().signal);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      // Whoever moves it now has perhaps not done all that is due, whatever the clock shows.
      if (!(error instanceof InvalidFieldError)) return;
      // Somebody moved it further.
    }
    const now = (await this.worlds.of(accountId))?.now();
    if (!now || now < target) return;
    const current = await this.find(accountId, clock._id);
    // Somebody else said so already, and it perhaps goes to another time by now.
    if (current?.status !== 'advancing' || current.target?.getTime() !== target.getTime()) return;
    const latest = cause?.eventId ?? current.lastEventId ?? '';
    const context = {
      accountId,
      world,
      requestId: '',
      eventId: followingId('evt', latest, now, 'ready'),
      idempotencyKey: null,
    };
    const previous = { status: 'advancing', frozenTime: current.frozenTime };
    const change = { ...untoldChange('test_helpers.test_clock.ready', context, previous), requestId: null, at: now };
    await this.changes.change(current, { status: 'ready', frozenTime: now, target: null }, change);
  }
}
