import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { isDuplicateKey } from '../platform/database/duplicate-key.js';
import { Config } from '../platform/config/config.js';
import { CredentialsInvalidError, TooManyLoginsError } from './auth-errors.js';
import { ADDRESS_RULE, delayAfter, EMAIL_RULE, PAIR_RULE, refusalAfter, type ThrottleRule } from './login-delay.js';
import { LoginAttempts } from './login-attempt.schema.js';

const FORGOTTEN_AFTER_MS = 15 * 60_000;

/**
 * Slows down and then refuses who fails to log in again and again. Counted for each address, for each
 * e-mail from each address, and for each e-mail; the last is only slowed down. Shared by all processes on
 * the database.
 */
@Injectable()
export class LoginThrottleService {
  constructor(
    private readonly config: Config,
    @InjectModel(LoginAttempts.name) private readonly attempts: Model<LoginAttempts>,
  ) {}

  /**
   * Runs a login attempt. It is counted as failed before it runs, so that a burst of parallel guesses is seen
   * as one; unless it throws CredentialsInvalidError, that is taken back. Throws TooManyLoginsError.
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
    let heldBackMs = 0;
    for (const [key, rule] of counted)
      heldBackMs = Math.max(heldBackMs, delayAfter(await this.admit(key, rule, new Date()), rule));
    await delay(heldBackMs);
    try {
      const result = await attempt();
      await Promise.all([this.attempts.deleteOne({ _id: pair }), this.takeBack(keys.filter((key) => key !== pair))]);
      return result;
    } catch (error) {
      await (error instanceof CredentialsInvalidError ? this.noteFailure(keys, new Date()) : this.takeBack(keys));
      throw error;
    }
  }

  /** Counts one more attempt; answers how many failed before it. */
  private async admit(key: string, rule: ThrottleRule, now: Date): Promise<number> {
    const before = await this.attempts.findById(key).lean<LoginAttempts>();
    const failures = before && before.expiresAt > now ? before.failures : 0;
    const waitMs = before ? before.lastAt.getTime() + refusalAfter(failures, rule) - now.getTime() : 0;
    // A refused attempt is not counted, so refusals end by themselves however often somebody tries.
    if (waitMs > 0) throw new TooManyLoginsError(Math.ceil(waitMs / 1000));
    if (before && before.expiresAt <= now) await this.attempts.deleteOne({ _id: key, expiresAt: before.expiresAt });
    const counted = await this.count(key, now);
    // Others were counted since it was read: of a parallel burst only so many get through.
    if (counted.failures > failures + 1 && refusalAfter(counted.failures - 1, rule) > 0)
      throw new TooManyLoginsError(1);
    return counted.failures - 1;
  }

  /** The times move only when an attempt has failed: good logins must not make a refusal last longer. */
  private async count(key: string, now: Date): Promise<LoginAttempts> {
    const update = { $inc: { failures: 1 }, $setOnInsert: { lastAt: now, expiresAt: forgottenAt(now) } };
    for (;;) {
      try {
        return await this.attempts
          .findOneAndUpdate({ _id: key }, update, { upsert: true, returnDocument: 'after' })
          .lean<LoginAttempts>();
      } catch (error) {
        // Two first attempts at once: the other made the record.
        if (!isDuplicateKey(error)) throw error;
      }
    }
  }

  private async noteFailure(keys: readonly string[], now: Date): Promise<void> {
    await this.attempts.updateMany({ _id: { $in: keys } }, { $max: { lastAt: now, expiresAt: forgottenAt(now) } });
  }

  private async takeBack(keys: readonly string[]): Promise<void> {
    await this.attempts.updateMany({ _id: { $in: keys } }, { $inc: { failures: -1 } });
  }
}

function forgottenAt(now: Date): Date {
  return new Date(now.getTime() + FORGOTTEN_AFTER_MS);
}
