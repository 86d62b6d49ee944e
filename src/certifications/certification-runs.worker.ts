import { randomUUID } from 'node:crypto';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { WorldsService } from '../accounts/worlds.service.js';
import { DueWorkRunner, type RegisteredWork } from '../platform/due-work/due-work-runner.service.js';
import type { Certification } from './certification.schema.js';
import { CertificationRunner } from './certification-runner.service.js';
import { CertificationStore } from './certification-store.service.js';
import { type CheckResult, checkResults } from './checks.js';
import { RunStoppedError } from './handler-under-test.js';

/** How many certifications a process runs at once. */
const MAX_AT_ONCE = 16;

/** How long a lease lasts without being renewed, and how often it is renewed, in ms. */
const LEASE_MS = 10_000;
const RENEW_MS = 2_500;

/** How often a run that does not end is started. */
const MAX_STARTS = 10;

/** Runs certifications in the background. Any number of processes can do so on one database. */
@Injectable()
export class CertificationRuns implements OnApplicationShutdown {
  private readonly logger = new Logger(CertificationRuns.name);
  private readonly running = new Set<Promise<void>>();
  private readonly stopping = new AbortController();
  private readonly work: RegisteredWork<Certification>;

  constructor(
    private readonly store: CertificationStore,
    private readonly runner: CertificationRunner,
    private readonly worlds: WorldsService,
    dueWork: DueWorkRunner,
  ) {
    this.work = dueWork.register<Certification>({
      name: 'certification.run',
      graceMs: 0,
      idOf: ({ _id }) => _id,
      capacity: () => MAX_AT_ONCE - this.running.size,
      findDue: (query) => store.findDue(query),
      dueAtOf: ({ dueAt, createdAt }) => dueAt ?? createdAt,
      run: (due) => {
        for (const { _id } of due) this.begin(_id);
        return Promise.resolve();
      },
      postpone: (certification, until) => store.postpone(certification, until),
      countDue: (now) => store.countDue(now),
    });
  }

  /** Ends running certifications without a result, so that they start again later. */
  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    while (this.running.size > 0) await Promise.all(this.running);
  }

  /** Looks for new certifications at once. */
  wake(): void {
    this.work.wake();
  }

  private begin(id: string): void {
    if (this.stopping.signal.aborted) return;
    const run = this.run(id)
      .catch((error: unknown) => {
        // Its lease ends by itself, and then the run starts again.
        this.logger.error(error);
      })
      .finally(() => {
        this.running.delete(run);
        if (this.running.size === MAX_AT_ONCE - 1) this.work.wake();
      });
    this.running.add(run);
  }

  private async run(id: string): Promise<void> {
    const leasedBy = randomUUID();
    const now = new Date();
    const certification = await this.store.lease(id, leasedBy, now, new Date(now.getTime() + LEASE_MS));
    if (!certification) return;
    const lost = new AbortController();
    const renewal = setInterval(() => {
      this.renew(id, leasedBy, lost);
    }, RENEW_MS);
    try {
      const checks = await this.checksOf(certification, AbortSignal.any([this.stopping.signal, lost.signal]));
      const world = await this.worlds.of(certification.accountId);
      await this.store.finish(id, leasedBy, checks, world?.now() ?? new Date());
    } catch (error) {
      if (!(error instanceof RunStoppedError)) throw error;
      await this.store.release(id, leasedBy);
    } finally {
      clearInterval(renewal);
    }
  }

  private async checksOf(certification: Certification, stopped: AbortSignal): Promise<CheckResult[]> {
    if (certification.starts > MAX_STARTS) return checkResults({}, `Interrupted ${MAX_STARTS} times; start a new one.`);
    return this.runner.run(certification, stopped);
  }

  private renew(id: string, leasedBy: string, lost: AbortController): void {
    this.store
      .renew(id, leasedBy, new Date(Date.now() + LEASE_MS))
      .then((renewed) => {
        if (!renewed) lost.abort();
      })
      .catch((error: unknown) => {
        this.logger.warn(error);
      });
  }
}
