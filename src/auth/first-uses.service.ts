import { Injectable } from '@nestjs/common';
import type { KeyPair } from '../accounts/stripe-keys.js';

/** Makes the account of a pair of keys that nobody has, for a caller at an address. Throws what refuses it. */
export type FirstUseHook = (keys: KeyPair, address: string) => Promise<void>;

/** What another feature does with a test key that is used for the first time; without it such keys are unknown. */
@Injectable()
export class FirstUses {
  private hook: FirstUseHook | null = null;

  use(hook: FirstUseHook): void {
    this.hook = hook;
  }

  /** False if keys that nobody has stay unknown. */
  async makeAccount(keys: KeyPair, address: string): Promise<boolean> {
    await this.hook?.(keys, address);
    return this.hook !== null;
  }
}
