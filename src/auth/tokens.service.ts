import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import jwt from 'jsonwebtoken';
import type { Model } from 'mongoose';
import { batchedFinds } from '../platform/database/driver-writes.js';
import { AccountData } from '../platform/database/account-data.service.js';
import { Config } from '../platform/config/config.js';
import { AccessToken } from './access-token.schema.js';

/** Issuer and audience of every token. */
export const TOKEN_REALM = 'mock-payment-gateway';
export const TOKEN_ALGORITHM = 'HS256';

@Injectable()
export class TokensService {
  private readonly find: (tokenId: string) => Promise<AccessToken | null>;

  constructor(
    private readonly config: Config,
    @InjectModel(AccessToken.name) private readonly tokens: Model<AccessToken>,
    accountData: AccountData,
  ) {
    accountData.register({ model: tokens, belongsTo: 'account', outlivesUser: false, copied: null });
    this.find = batchedFinds(tokens);
  }

  /**
   * Returns a new signed token and records it, so that it can be revoked.
   *
   * @param expiresIn how long it is valid, in seconds
   */
  async issue(accountId: string, expiresIn = this.config.JWT_TTL_SECONDS): Promise<string> {
    const jwtid = randomUUID();
    await this.tokens.create({ _id: jwtid, accountId, expiresAt: new Date(Date.now() + expiresIn * 1000) });
    return jwt.sign({}, this.config.JWT_SECRET, {
      algorithm: TOKEN_ALGORITHM,
      subject: accountId,
      jwtid,
      expiresIn,
      issuer: TOKEN_REALM,
      audience: TOKEN_REALM,
    });
  }

  async isLive(tokenId: string, accountId: string): Promise<boolean> {
    return (await this.find(tokenId))?.accountId === accountId;
  }

  async revoke(tokenId: string): Promise<void> {
    await this.tokens.deleteOne({ _id: tokenId });
  }
}
