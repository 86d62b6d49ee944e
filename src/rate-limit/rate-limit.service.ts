import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { isDuplicateKey } from '../platform/database/duplicate-key.js';
import { Config } from '../platform/config/config.js';
import type { RateLimit, RateLimits, RouteClass } from '../platform/config/rate-limits.js';
import { RateCounter } from './rate-counter.schema.js';

/** How long a request waits for the shared counter before this process counts locally. */
const COUNTER_TIMEOUT_MS = 500;

/** How long this process counts locally after it could not reach the shared counter. */
const LOCAL_COUNT_MS = 5000;

/** How much of a quota a process takes at a time: few round trips for a large quota, exact counts for a small one. */
function chunkOf(quota: number): number {
  return Math.max(1, Math.floor(quota / 20));
}

/** Whether a request is allowed, and the state of its limit. */
export interface Allowance {
  readonly allowed: boolean;
  /** The limit, in the form of the header `RateLimit-Policy`. */
  readonly policy: string;
  /** How many more requests are allowed in this window, as far as this process knows. */
  readonly remaining: number;
  /** Seconds until the next window. */
  readonly resetSeconds: number;
}

interface Limited {
  readonly routeClass: RouteClass;
  readonly limit: RateLimit;
}

/** The part of one quota that this process has taken in one window. */
interface Share {
  readonly window: number;
  held: number;
  /** How much of the quota was left for all processes when this process last took a chunk. */
  untaken: number;
  taking: Promise<void> | null;
}

/**
 * Limits requests in fixed windows that all processes on the database share. A process takes a twentieth of a quota
 * at a time and spends it in memory, so that most requests cost no round trip and the quota is never exceeded. While
 * the database can't be reached, each process counts locally; a request never fails because of that.
 */
@Injectable()
export class RateLimitService {
  private readonly logger = new Logger(RateLimitService.name);
  private readonly limits: RateLimits | null;
  private readonly shares = new Map<string, Share>();
  private sweptAt = 0;
  private localUntil = 0;

  constructor(
    config: Config,
    @InjectModel(RateCounter.name) private readonly counters: Model<RateCounter>,
  ) {
    this.limits = config.rateLimits;
  }

  /** False if the setting RATE_LIMIT is off. */
  get enabled(): boolean {
    return this.limits !== null;
  }

  /**
   * Counts one request of `subject`. Returns null if limits are off. Never rejects.
   *
   * @param now milliseconds since 1970
   */
  consume(routeClass: RouteClass, subject: string, now: number): Allowance | null | Promise<Allowance> {
    if (this.limits === null) return null;
    const limit = this.limits[routeClass];
    const window = Math.floor(now / 1000 / limit.windowSeconds);
    const key = `${routeClass}:${subject}`;
    const share = this.shareOf(key, window, limit, now);
    if (share.held > 0 || share.untaken === 0) return spend({ routeClass, limit }, share, now);
    return this.refillAndSpend(`${key}:${window}`, { routeClass, limit }, share, now);
  }

  private shareOf(key: string, window: number, { quota, windowSeconds }: RateLimit, now: number): Share {
    if (now - this.sweptAt > windowSeconds * 1000) this.sweep(now);
    const known = this.shares.get(key);
    if (known?.window === window) return known;
    const share: Share = { window, held: 0, untaken: quota, taking: null };
    this.shares.set(key, share);
    return share;
  }

  /** Deletes the shares of past windows. Each class has its own window length. */
  private sweep(now: number): void {
    this.sweptAt = now;
    for (const [key, { window }] of this.shares) {
      const { windowSeconds } = this.limits?.[key.split(':', 1)[0] as RouteClass] ?? { windowSeconds: 1 };
      if (window < Math.floor(now / 1000 / windowSeconds)) this.shares.delete(key);
    }
  }

  private async refillAndSpend(
    id: string,
    { routeClass, limit }: Limited,
    share: Share,
    now: number,
  ): Promise<Allowance> {
    // A loop, because several requests may wait for one chunk that is too small for all of them.
    while (share.held === 0 && share.untaken > 0) {
      // Cleared only here: a chunk that is counted locally is taken before the promise is even stored.
      share.taking ??= this.take(id, share, limit).finally(() => {
        share.taking = null;
      });
      await share.taking;
    }
    return spend({ routeClass, limit }, share, now);
  }

  private async take(id: string, share: Share, limit: RateLimit): Promise<void> {
    const { quota } = limit;
    const chunk = chunkOf(quota);
    const taken = Date.now() < this.localUntil ? null : await this.takeShared(id, share, limit, chunk);
    share.held += Math.min(chunk, taken === null ? share.untaken : Math.max(0, quota - (taken - chunk)));
    share.untaken = Math.max(0, taken === null ? share.untaken - chunk : quota - taken);
  }

  /** Takes a chunk. Returns how much all processes have taken, or null if the database does not answer. */
  private async takeShared(
    id: string,
    { window }: Share,
    { windowSeconds }: RateLimit,
    chunk: number,
  ): Promise<number | null> {
    const expiresAt = new Date((window + 2) * windowSeconds * 1000);
    const abandoned = new AbortController();
    const late = delay(COUNTER_TIMEOUT_MS, undefined, { signal: abandoned.signal }).then(() => {
      throw new Error(`The rate counter did not answer within ${COUNTER_TIMEOUT_MS} ms`);
    });
    try {
      return await Promise.race([this.increment(id, chunk, expiresAt), late]);
    } catch (error) {
      this.localUntil = Date.now() + LOCAL_COUNT_MS;
      this.logger.warn(error);
      return null;
    } finally {
      late.catch(() => undefined);
      abandoned.abort();
    }
  }

  private async increment(id: string, chunk: number, expiresAt: Date): Promise<number> {
    for (;;) {
      try {
        const counter = await this.counters
          .findOneAndUpdate(
            { _id: id },
            { $inc: { taken: chunk }, $setOnInsert: { expiresAt } },
            { upsert: true, returnDocument: 'after' },
          )
          .lean<RateCounter>();
        return counter.taken;
      } catch (error) {
        // Another process created the counter at the same time: try again.
        if (!isDuplicateKey(error)) throw error;
      }
    }
  }
}

function spend({ routeClass, limit: { quota, windowSeconds } }: Limited, share: Share, now: number): Allowance {
  const allowed = share.held > 0;
  if (allowed) share.held -= 1;
  return {
    allowed,
    policy: `"${routeClass}";q=${quota};w=${windowSeconds}`,
    remaining: share.held + share.untaken,
    resetSeconds: Math.ceil((share.window + 1) * windowSeconds - now / 1000),
  };
}
