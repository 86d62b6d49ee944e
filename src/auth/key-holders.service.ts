import { Injectable } from '@nestjs/common';
import { ApiKeysService } from '../accounts/api-keys.service.js';
import { chosenPair, isLiveKey } from '../accounts/stripe-keys.js';
import { WorldsService } from '../accounts/worlds.service.js';
import type { Principal } from '../platform/access/principal.js';
import { LiveKeyError } from './auth-errors.js';
import { FirstUses } from './first-uses.service.js';

/** Knows who has a key. */
@Injectable()
export class KeyHolders {
  constructor(
    private readonly apiKeys: ApiKeysService,
    private readonly worlds: WorldsService,
    private readonly firstUses: FirstUses,
  ) {}

  /** The caller with this key; null if nobody has it. Throws LiveKeyError. */
  async holderOf(key: string): Promise<Principal | null> {
    if (isLiveKey(key)) throw new LiveKeyError();
    return this.worlds.principalOfKey(() => this.apiKeys.find(key));
  }

  /**
   * The caller with a key that nobody has, in an account that is made for it; null if keys of this kind, or on this
   * gateway, make none. Throws TooManySandboxesError.
   */
  async newHolderOf(key: string, address: string): Promise<Principal | null> {
    const pair = chosenPair(key);
    if (pair === null || !(await this.firstUses.makeAccount(pair, address))) return null;
    return this.holderOf(key);
  }
}
