import bcrypt from 'bcrypt';
import { Injectable } from '@nestjs/common';
import { DomainError } from '../platform/errors/domain-error.js';
import { Config } from '../platform/config/config.js';
import { PasswordQueue, type PasswordWork, QueueFullError } from './password-queue.js';

/** bcrypt reads no further; a longer password is refused, never cut. */
export const MAX_PASSWORD_BYTES = 72;

// bcrypt runs in libuv's pool of four threads, which DNS and file access share: leave them some.
const MAX_CONCURRENT_HASHES = 2;

/** Logins that wait, and registrations that wait: with the default cost some ten seconds of work each. */
const MAX_WAITING = 64;

const RETRY_AFTER_SECONDS = 5;

/** Too many passwords wait to be hashed. */
export class PasswordsBusyError extends DomainError {
  readonly code = 'service_unavailable';
  override readonly retryAfterSeconds = RETRY_AFTER_SECONDS;
  constructor() {
    super('Too many registrations or logins at once. Try again later.');
  }
}

/** Hashes and compares passwords, off the event loop. */
@Injectable()
export class PasswordsService {
  private readonly queue = new PasswordQueue(MAX_CONCURRENT_HASHES, MAX_WAITING);
  /** What an unknown e-mail is compared with, so that it takes as long as a wrong password: a hash of the right form, of nothing. */
  private readonly decoy: string;

  constructor(private readonly config: Config) {
    this.decoy = `$2b$${String(config.BCRYPT_COST).padStart(2, '0')}$${'.'.repeat(53)}`;
  }

  /** Throws PasswordsBusyError if `hash` would: a registration that has no chance is refused before it costs a look-up. */
  expectRoomToHash(): void {
    try {
      this.queue.expectRoom('create');
    } catch (error) {
      throw busyIfFull(error);
    }
  }

  /** Throws PasswordsBusyError. */
  hash(password: string): Promise<string> {
    return this.run('create', () => bcrypt.hash(password, this.config.BCRYPT_COST));
  }

  /** Takes the same time whether or not there is a hash. Throws PasswordsBusyError. */
  async matches(password: string, hash: string | undefined): Promise<boolean> {
    const equal = await this.run('check', () => bcrypt.compare(password, hash ?? this.decoy));
    return equal && hash !== undefined;
  }

  private async run<T>(work: PasswordWork, task: () => Promise<T>): Promise<T> {
    try {
      return await this.queue.run(work, task);
    } catch (error) {
      throw busyIfFull(error);
    }
  }
}

function busyIfFull(error: unknown): unknown {
  return error instanceof QueueFullError ? new PasswordsBusyError() : error;
}
