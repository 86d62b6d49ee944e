import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { isDuplicateKey } from '../platform/database/duplicate-key.js';
import { Config } from '../config/config.js';
import type { RateLimit, RateLimits, RouteClass } from '../config/rate-limits.js';
import { RateCounter } from './rate-counter.schema.js';

/** How much of a quota a process takes at a time: few round trips for a large one, exactness for a small one. */
function chunkOf(quota: number): number {
  return Math.max(1, Math.floor(quota / 20));
}

/** How a request stands against its limit. */
export interface Allowance extends RateLimit {
  readonly allowed: boolean;
  /** What is left for this process to know of. */
  readonly remaining: number;
  /** Seconds until the next window. */
  readonly resetSeconds: number;
}

/** What this process holds of one quota in one window. */
interface Share {
  readonly window: number;
  held: number;
  /** What nobody had taken when this process last took some. */
  untaken: number;
  taking: Promise<void> | null;
}

/**
 * Fixed windows, shared by all processes on the database. A process takes a twentieth of a quota at a
 * time and spends it in memory, so that most requests cost no round trip and the sum is never exceeded.
 */
@Injectable()
export class RateLimitService {
  private readonly limits: RateLimits | null;
  private shares = new Map<string, Share>();
  private sweptAt = 0;

  constructor(
    config: Config,
    @InjectModel(RateCounter.name) private readonly counters: Model<RateCounter>,
  ) {
    this.limits = config.rateLimits;
  }

  /** Counts one request of `subject`; null where nothing is limited. */
  async consume(routeClass: RouteClass, subject: string, now: Date): Promise<Allowance | null> {
    if (this.limits === null) return null;
    const limit = this.limits[routeClass];
    const seconds = now.getTime() / 1000;
    const window = Math.floor(seconds / limit.windowSeconds);
    const share = this.shareOf(`${routeClass}:${subject}`, window, limit, seconds);
    while (share.held === 0 && share.untaken > 0) await (share.taking ??= this.take(`${routeClass}:${subject}:${window}`, share, limit));
    const allowed = share.held > 0;
    if (allowed) share.held -= 1;
    return { ...limit, allowed, remaining: share.held + share.untaken, resetSeconds: Math.ceil((window + 1) * limit.windowSeconds - seconds) };
  }

  private shareOf(key: string, window: number, { quota, windowSeconds }: RateLimit, seconds: number): Share {
    if (seconds - this.sweptAt > windowSeconds) {
      this.shares = new Map([...this.shares].filter(([, share]) => share.window >= window));
      this.sweptAt = seconds;
    }
    const known = this.shares.get(key);
    if (known?.window === window) return known;
    const share: Share = { window, held: 0, untaken: quota, taking: null };
    this.shares.set(key, share);
    return share;
  }

  private async take(id: string, share: Share, { quota, windowSeconds }: RateLimit): Promise<void> {
    const chunk = chunkOf(quota);
    const expiresAt = new Date((share.window + 2) * windowSeconds * 1000);
    try {
      const counter = await this.counters
        .findOneAndUpdate({ _id: id }, { $inc: { taken: chunk }, $setOnInsert: { expiresAt } }, { upsert: true, returnDocument: 'after' })
        .lean<RateCounter>();
      share.held += Math.min(chunk, Math.max(0, quota - (counter.taken - chunk)));
      share.untaken = Math.max(0, quota - counter.taken);
    } catch (error) {
      // Two processes made the counter at once: the next round finds it.
      if (!isDuplicateKey(error)) throw error;
    } finally {
      share.taking = null;
    }
  }
}
