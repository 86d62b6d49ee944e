import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { InvalidConfigError } from '../config/config.js';
import { isDuplicateKey } from './duplicate-key.js';
import { KeyCheck } from './key-check.schema.js';
import { SecretBox } from '../common/secret-box.js';

const ID = 'encryption-key';

/** Stops the start if ENCRYPTION_KEY is not the key that the secrets in the database are encrypted with. */
@Injectable()
export class KeyCheckService implements OnModuleInit {
  constructor(
    private readonly secrets: SecretBox,
    @InjectModel(KeyCheck.name) private readonly checks: Model<KeyCheck>,
  ) {}

  /** Throws InvalidConfigError if ENCRYPTION_KEY is not that key. */
  async onModuleInit(): Promise<void> {
    const { sealed } = (await this.checks.findById(ID).lean<KeyCheck>()) ?? (await this.createCheck());
    try {
      this.secrets.open(sealed);
    } catch {
      throw new InvalidConfigError([
        'ENCRYPTION_KEY is not the key that the webhook secrets in this database are encrypted with; set that key again, or start with an empty database',
      ]);
    }
  }

  /**
   * Runs at the first start. If two processes start at once, the second one gets the check that the first one stored.
   */
  private async createCheck(): Promise<KeyCheck> {
    const check = { _id: ID, sealed: this.secrets.seal(ID) };
    try {
      await this.checks.create(check);
      return check;
    } catch (error) {
      const stored = isDuplicateKey(error) ? await this.checks.findById(ID).lean<KeyCheck>() : null;
      if (!stored) throw error;
      return stored;
    }
  }
}
