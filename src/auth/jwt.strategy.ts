import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { Config } from '../platform/config/config.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { type Authenticated, WorldsService } from '../accounts/worlds.service.js';
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
    return this.worlds.principalOf(() => this.findLive(sub, jti, exp));
  }

  private async findLive(accountId: string, tokenId: string, expiresAtSeconds: number): Promise<Authenticated | null> {
    if (expiresAtSeconds * 1000 <= Date.now()) return null;
    const [token, account] = await Promise.all([
      this.tokens.findLive(tokenId, accountId),
      this.accounts.findById(accountId),
    ]);
    return token && account && { account, token: { id: tokenId, consoleSession: token.consoleSession ?? null } };
  }
}
