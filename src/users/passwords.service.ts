import bcrypt from 'bcrypt';
import { Injectable } from '@nestjs/common';
import pLimit from 'p-limit';
import { Config } from '../config/config.js';

/** bcrypt reads no further; a longer password is refused, never cut. */
export const MAX_PASSWORD_BYTES = 72;

// bcrypt runs in libuv's pool of four threads, which DNS and file access share: leave them some.
const HASHED_AT_ONCE = 2;

/** Hashes and compares passwords, off the event loop. */
@Injectable()
export class PasswordsService {
  private readonly limit = pLimit(HASHED_AT_ONCE);
  /** What an unknown e-mail is compared with, so that it takes as long as a wrong password: a hash of the right form, of nothing. */
  private readonly decoy: string;

  constructor(private readonly config: Config) {
    this.decoy = `$2b$${String(config.BCRYPT_COST).padStart(2, '0')}$${'.'.repeat(53)}`;
  }

  hash(password: string): Promise<string> {
    return this.limit(() => bcrypt.hash(password, this.config.BCRYPT_COST));
  }

  /** Takes the same time whether or not there is a hash. */
  async matches(password: string, hash: string | undefined): Promise<boolean> {
    const equal = await this.limit(() => bcrypt.compare(password, hash ?? this.decoy));
    return equal && hash !== undefined;
  }
}
