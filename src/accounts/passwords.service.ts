import bcrypt from 'bcrypt';
import { Injectable } from '@nestjs/common';
import { DomainError } from '../platform/errors/domain-error.js';
import { Config } from '../platform/config/config.js';
import { PasswordQueue, type PasswordWork, QueueFullError } from './password-queue.js';

// bcrypt runs in libuv's pool of four threads. DNS look-ups and file access use the same pool, so leave some free.
const MAX_CONCURRENT_HASHES = 2;

/** Maximum number of waiting logins, and of waiting registrations: about ten seconds of work at the default cost. */
const MAX_WAITING_HASHES = 64;

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
  private readonly queue = new PasswordQueue(MAX_CONCURRENT_HASHES, MAX_WAITING_HASHES);
  /**
   * A well-formed hash that no password matches. A login with an unknown e-mail is compared with it, so that it takes
   * as long as one with a wrong password.
   */
  private readonly decoy: string;

  constructor(private readonly config: Config) {
    this.decoy = `$2b$${String(config.BCRYPT_COST).padStart(2, '0')}$${'.'.repeat(53)}`;
  }

  /**
   * Throws PasswordsBusyError if `hash` would throw it now. A registration calls this first, to be refused before it
   * costs a database look-up.
   */
  expectRoomToHash(): void {
    try {
      this.queue.expectRoom('create');
    } catch (error) {
      throw toBusyError(error);
    }
  }

  /** Throws PasswordsBusyError if too many registrations wait. */
  hash(password: string): Promise<string> {
    return this.run('create', () => bcrypt.hash(password, this.config.BCRYPT_COST));
  }

  /**
   * Compares a password with a hash; takes the same time without a hash. Throws PasswordsBusyError if too many logins
   * wait.
   */
  async matches(password: string, hash: string | undefined): Promise<boolean> {
    const equal = await this.run('check', () => bcrypt.compare(password, hash ?? this.decoy));
    return equal && hash !== undefined;
  }

  private async run<T>(work: PasswordWork, task: () => Promise<T>): Promise<T> {
    try {
      return await this.queue.run(work, task);
    } catch (error) {
      throw toBusyError(error);
    }
  }
}

function toBusyError(error: unknown): unknown {
  return error instanceof QueueFullError ? new PasswordsBusyError() : error;
}
