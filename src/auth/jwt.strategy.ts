import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { Config } from '../platform/config/config.js';
import type { Account } from '../accounts/account.schema.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { WorldsService } from '../accounts/worlds.service.js';
import type { Principal } from '../platform/access/principal.js';
import { TOKEN_ALGORITHM, TOKEN_REALM, TokensService } from './tokens.service.js';

interface Claims {
  readonly sub?: unknown;
  readonly jti?: unknown;
  readonly exp?: unknown;
}

/**
 * Passport's strategy `jwt`. Accepts a token signed with HS256 whose issuer, audience and expiry are right, if it is
 * recorded as live and its account still exists.
 */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy, 'jwt') {
  constructor(
    config: Config,
    private readonly tokens: TokensService,
    private readonly accounts: AccountsService,
    private readonly worlds: WorldsService,
  ) {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      secretOrKey: config.JWT_SECRET,
      algorithms: [TOKEN_ALGORITHM],
      issuer: TOKEN_REALM,
      audience: TOKEN_REALM,
    });
  }

  async validate({ sub, jti, exp }: Claims): Promise<Principal | null> {
    if (typeof sub !== 'string' || typeof jti !== 'string' || typeof exp !== 'number') return null;
    return this.worlds.principalOf(() => this.findLive(sub, jti, exp), jti);
  }

  private async findLive(accountId: string, tokenId: string, expiresAtSeconds: number): Promise<Account | null> {
    if (expiresAtSeconds * 1000 <= Date.now()) return null;
    const [live, account] = await Promise.all([
      this.tokens.isLive(tokenId, accountId),
      this.accounts.findById(accountId),
    ]);
    return live ? account : null;
  }
}
