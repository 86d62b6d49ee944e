import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { HeaderAPIKeyStrategy } from 'passport-headerapikey';
import { isPublishableKey } from '../accounts/stripe-keys.js';
import type { Principal } from '../platform/access/principal.js';
import { PublishableKeyError } from './auth-errors.js';
import { KeyHolders } from './key-holders.service.js';

/** Passport's strategy `api-key`: authenticates by the header X-API-Key. */
@Injectable()
export class ApiKeyStrategy extends PassportStrategy(HeaderAPIKeyStrategy, 'api-key') {
  constructor(private readonly keys: KeyHolders) {
    super({ header: 'X-API-Key', prefix: '' }, false);
  }

  /** Throws PublishableKeyError, LiveKeyError. */
  async validate(key: string): Promise<Principal | null> {
    if (isPublishableKey(key)) throw new PublishableKeyError();
    return this.keys.holderOf(key);
  }
}
