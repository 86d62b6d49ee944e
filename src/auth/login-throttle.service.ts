import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { isDuplicateKey } from '../platform/database/duplicate-key.js';
import { Config } from '../platform/config/config.js';
import { CredentialsInvalidError, CurrentPasswordWrongError, TooManyLoginsError } from './auth-errors.js';
import { ADDRESS_RULE, delayAfter, EMAIL_RULE, PAIR_RULE, refusalAfter, type ThrottleRule } from './login-delay.js';
import { LoginAttempts } from './login-attempt.schema.js';

const FAILURES_EXPIRE_AFTER_MS = 15 * 60_000;

/**
 * Delays and then refuses logins after repeated failures. Counts failures per address, per e-mail and address, and
 * per e-mail; the count per e-mail only leads to delays. All processes on the database share the counts.
 */
@Injectable()
export class LoginThrottleService {
  constructor(
    private readonly config: Config,
    @InjectModel(LoginAttempts.name) private readonly attempts: Model<LoginAttempts>,
  ) {}

  /**
   * Runs a login attempt. Counts it as failed before it runs, so that parallel guesses count too; takes the count back
   * unless the attempt throws CredentialsInvalidError or CurrentPasswordWrongError. Throws TooManyLoginsError if
   * attempts are refused now.
   */
  async guard<T>(email: string, address: string, attempt: () => Promise<T>): Promise<T> {
    if (this.config.RATE_LIMIT === 'off') return attempt();
    const pair = `pair:${email.toLowerCase()}|${address}`;
    const counted: readonly (readonly [string, ThrottleRule])[] = [
      [pair, PAIR_RULE],
      [`address:${address}`, ADDRESS_RULE],
      [`email:${email.toLowerCase()}`, EMAIL_RULE],
    ];
    const keys = counted.map(([key]) => key);
    let delayMs = 0;
    for (const [key, rule] of counted)
      delayMs = Math.max(delayMs, delayAfter(await this.admit(key, rule, new Date()), rule));
    await delay(delayMs);
    try {
      const result = await attempt();
      await Promise.all([this.attempts.deleteOne({ _id: pair }), this.takeBack(keys.filter((key) => key !== pair))]);
      return result;
    } catch (error) {
      await (isWrongPassword(error) ? this.noteFailure(keys, new Date()) : this.takeBack(keys));
      throw error;
    }
  }

  /** Counts an attempt and returns the number of earlier failures. Throws TooManyLoginsError if it is refused. */
  private async admit(key: string, rule: ThrottleRule, now: Date): Promise<number> {
    const before = await this.attempts.findById(key).lean<LoginAttempts>();
    const failures = before && before.expiresAt > now ? before.failures : 0;
    const refusalMs = refusalAfter(failures, rule);
    const waitMs = before ? before.lastAt.getTime() + refusalMs - now.getTime() : 0;
    // Refused attempts are not counted, so a refusal ends in time even if a client keeps trying. The last one can be
    // later than `now`, made at the same time by another process: that alone refuses nothing.
    if (refusalMs > 0 && waitMs > 0) throw new TooManyLoginsError(Math.ceil(waitMs / 1000));
    if (before && before.expiresAt <= now) await this.attempts.deleteOne({ _id: key, expiresAt: before.expiresAt });
    const counted = await this.count(key, now);
    // Other attempts were counted since `failures` was read: this limits a burst of parallel attempts.
    if (counted.failures > failures + 1 && refusalAfter(counted.failures - 1, rule) > 0)
      throw new TooManyLoginsError(1);
    return counted.failures - 1;
  }

  /** Leaves the times of an existing record unchanged: successful logins must not prolong a refusal. */
  private async count(key: string, now: Date): Promise<LoginAttempts> {
    const update = { $inc: { failures: 1 }, $setOnInsert: { lastAt: now, expiresAt: expiryAfter(now) } };
    for (;;) {
      try {
        return await this.attempts
          .findOneAndUpdate({ _id: key }, update, { upsert: true, returnDocument: 'after' })
          .lean<LoginAttempts>();
      } catch (error) {
        // Two first attempts ran at once, and the other one created the record: try again.
        if (!isDuplicateKey(error)) throw error;
      }
    }
  }

  private async noteFailure(keys: readonly string[], now: Date): Promise<void> {
    await this.attempts.updateMany({ _id: { $in: keys } }, { $max: { lastAt: now, expiresAt: expiryAfter(now) } });
  }

  private async takeBack(keys: readonly string[]): Promise<void> {
    await this.attempts.updateMany({ _id: { $in: keys } }, { $inc: { failures: -1 } });
  }
}

function isWrongPassword(error: unknown): boolean {
  return error instanceof CredentialsInvalidError || error instanceof CurrentPasswordWrongError;
}

function expiryAfter(now: Date): Date {
  return new Date(now.getTime() + FAILURES_EXPIRE_AFTER_MS);
}
