import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { SandboxAccounts } from '../accounts/sandbox-accounts.service.js';
import type { Sandbox } from '../accounts/sandbox.schema.js';
import { WorldsService } from '../accounts/worlds.service.js';
import type { Principal } from '../platform/access/principal.js';
import type { ClockRun, DoneWork } from '../platform/due-work/clock-run.js';
import { DueWorkRunner } from '../platform/due-work/due-work-runner.service.js';
import { InvalidFieldError } from '../platform/errors/invalid-field.error.js';
import { LATEST_TIME } from './clock-limits.js';
import { ClockBusyError, ClockIsRealError, GatewayStoppingError } from './sandbox-errors.js';

/** How long a killed process keeps the lease on a clock, in ms, and how often it is renewed. */
const LEASE_MS = 12_000;
const RENEW_EVERY_MS = 4_000;

/** How often to look whether attempts that others make have ended, in ms. */
const LOOK_EVERY_MS = 10;

/** How many clocks a process that starts goes on with at once. */
const CLOCKS_AT_ONCE = 8;

/** The answer shows this many of the things that were done. */
const MAX_SHOWN = 1_000;

/** How far a clock is to be advanced. */
export type Advance =
  { readonly byMs: number } | { readonly to: Date; readonly given: string } | { readonly toNext: true };

export interface ClockState {
  readonly kind: 'real' | 'virtual';
  readonly now: Date;
  /** When the next thing is due by a virtual clock; null if nothing is, or the clock is real. */
  readonly nextDueAt: Date | null;
}

export interface Advanced {
  readonly now: Date;
  /** The first of the things that were done, in order. */
  readonly ran: readonly DoneWork[];
  readonly nextDueAt: Date | null;
  /** Whether more was done than `ran` shows. */
  readonly truncated: boolean;
}

/** Shows and advances the clocks of accounts. */
@Injectable()
export class ClockService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(ClockService.name);
  private isStopping = false;

  constructor(
    private readonly accounts: SandboxAccounts,
    private readonly worlds: WorldsService,
    private readonly runner: DueWorkRunner,
  ) {}

  /** Goes on with what a crash interrupted: all that is due by clocks that stand still. */
  async onApplicationBootstrap(): Promise<void> {
    const clocks = await this.accounts.withVirtualClock();
    const goOn = async (): Promise<void> => {
      for (let next = clocks.pop(); next && !this.isStopping; next = clocks.pop()) await this.wake(next.sandbox);
    };
    for (let lane = 0; lane < CLOCKS_AT_ONCE; lane += 1) void goOn();
  }

  onModuleDestroy(): void {
    this.isStopping = true;
  }

  async show({ world }: Principal): Promise<ClockState> {
    const { clockId } = world;
    if (clockId === null) return { kind: 'real', now: world.now(), nextDueAt: null };
    return { kind: 'virtual', now: world.now(), nextDueAt: await this.runner.clockRun(clockId).nextDueAt() };
  }

  /**
   * Advances a virtual clock, and does all that is due in between, in order of time. Throws ClockIsRealError,
   * ClockBusyError while another request does so, InvalidFieldError if the time is not ahead, GatewayStoppingError.
   *
   * @param gone aborted when nobody waits for the answer any more: the clock stops where it is
   */
  async advance({ world }: Pick<Principal, 'world'>, advance: Advance, gone: AbortSignal): Promise<Advanced> {
    const { clockId } = world;
    if (clockId === null) throw new ClockIsRealError();
    return this.holding(clockId, (leasedBy, from) => this.run(clockId, leasedBy, from, advance, gone));
  }

  /** Does something while the clock of a sandbox is not moved. Throws ClockBusyError if it is being moved. */
  async whileItStands<T>({ world }: Principal, work: () => Promise<T>): Promise<T> {
    return world.clockId === null ? work() : this.holding(world.clockId, work);
  }

  /** Holds the lease on a clock. Throws ClockBusyError if somebody else has it. */
  private async holding<T>(clockId: string, work: (leasedBy: string, now: Date) => Promise<T>): Promise<T> {
    const leasedBy = randomUUID();
    const leased = await this.accounts.leaseClock(clockId, newLease(leasedBy));
    if (!leased) throw new ClockBusyError();
    const renewal = setInterval(() => {
      this.accounts.renewClock(clockId, newLease(leasedBy)).catch((error: unknown) => {
        this.logger.warn(error);
      });
    }, RENEW_EVERY_MS);
    try {
      return await work(leasedBy, leased.sandbox.clock.now ?? new Date());
    } finally {
      clearInterval(renewal);
      await this.accounts.releaseClock(clockId, leasedBy);
    }
  }

  private async run(
    clockId: string,
    leasedBy: string,
    from: Date,
    advance: Advance,
    gone: AbortSignal,
  ): Promise<Advanced> {
    const target = targetOf(advance, from);
    const ran: DoneWork[] = [];
    let count = 0;
    const run = this.runner.clockRun(clockId, (done) => {
      count += 1;
      if (ran.length < MAX_SHOWN) ran.push(done);
    });
    const end = await this.runUntil(target, from, run, (time) => this.moveTo(clockId, leasedBy, time), gone);
    ran.sort((a, b) => a.at.getTime() - b.at.getTime());
    return { ...end, ran, truncated: count > ran.length };
  }

  /** Goes from one due time to the next, up to `target`; null: to the next one only. Says how the clock is at the end. */
  private async runUntil(
    target: Date | null,
    from: Date,
    run: ClockRun,
    moveTo: (time: Date) => Promise<void>,
    gone: AbortSignal,
  ): Promise<Pick<Advanced, 'now' | 'nextDueAt'>> {
    let [now, last] = [from, target];
    for (;;) {
      if (this.isStopping) throw new GatewayStoppingError();
      await run.runDue(now, () => this.isStopping || gone.aborted);
      if (gone.aborted) return { now, nextDueAt: null };
      const next = await run.nextDueAt();
      if (next !== null && next <= now) {
        // Attempts that began before this request, or that another process makes.
        await delay(LOOK_EVERY_MS);
        continue;
      }
      // To the next thing, unless it is due after the end of all clocks.
      last ??= next !== null && next <= LATEST_TIME ? next : now;
      if (next === null || next > last) {
        if (last > now) await moveTo(last);
        return { now: last, nextDueAt: next };
      }
      now = target === null ? next : await run.nextStop(next, last);
      await moveTo(now);
    }
  }

  private async moveTo(clockId: string, leasedBy: string, time: Date): Promise<void> {
    // Lost if the sandbox was reset or deleted, or the process stood still for longer than the lease.
    if (!(await this.accounts.moveClock(clockId, time, newLease(leasedBy)))) throw new ClockBusyError();
  }

  /** Does in the background what is due by the clock of a sandbox already. */
  async wake({ owner, clock }: Sandbox): Promise<void> {
    if (clock.now !== null)
      await this.runner.wakeClock(owner, async () => (await this.worlds.of(owner))?.now() ?? null);
  }
}

function newLease(leasedBy: string) {
  return { leasedBy, leaseUntil: new Date(Date.now() + LEASE_MS) };
}

/** Null for the next due time. Throws InvalidFieldError if the target is not ahead, or too far. */
function targetOf(advance: Advance, from: Date): Date | null {
  if ('toNext' in advance) return null;
  const target = 'to' in advance ? advance.to : new Date(from.getTime() + advance.byMs);
  const [field, input] = 'to' in advance ? ['to', advance.given] : ['by', advance.byMs / 1000];
  if (target < from) {
    const msg = `A clock never goes backwards; this one shows ${from.toISOString()}`;
    throw new InvalidFieldError(field, { type: 'clock_backwards', msg, ctx: { now: from.toISOString() } }, input);
  }
  if (!(target <= LATEST_TIME)) {
    const msg = `A clock ends at ${LATEST_TIME.toISOString()}`;
    throw new InvalidFieldError(field, { type: 'clock_too_far', msg, ctx: { latest: LATEST_TIME } }, input);
  }
  return target;
}
