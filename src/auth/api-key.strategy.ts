import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { HeaderAPIKeyStrategy } from 'passport-headerapikey';
import { AccountsService } from '../accounts/accounts.service.js';
import { WorldsService } from '../accounts/worlds.service.js';
import type { Principal } from '../platform/access/principal.js';

/** Passport's strategy `api-key`: authenticates by the header X-API-Key. */
@Injectable()
export class ApiKeyStrategy extends PassportStrategy(HeaderAPIKeyStrategy, 'api-key') {
  constructor(
    private readonly accounts: AccountsService,
    private readonly worlds: WorldsService,
  ) {
    super({ header: 'X-API-Key', prefix: '' }, false);
  }

  validate(key: string): Promise<Principal | null> {
    return this.worlds.principalOfKey(() => this.accounts.findByApiKey(key));
  }
}
