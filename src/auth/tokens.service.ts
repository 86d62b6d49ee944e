import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import jwt from 'jsonwebtoken';
import type { Model } from 'mongoose';
import { batchedFinds } from '../platform/database/driver-writes.js';
import { AccountData } from '../platform/database/account-data.service.js';
import type { Principal } from '../platform/access/principal.js';
import { repeated } from '../platform/database/repeated.js';
import { Config } from '../platform/config/config.js';
import { AccessToken } from './access-token.schema.js';

/** Issuer and audience of every token. */
export const TOKEN_REALM = 'mock-payment-gateway';
export const TOKEN_ALGORITHM = 'HS256';

/** What a token is issued for, if not for a login. */
interface TokenOptions {
  /** How long it is valid, in seconds; JWT_TTL_SECONDS if it is not given. */
  readonly expiresIn?: number;
  readonly consoleSession?: string;
}

/** A token that was issued. */
export interface IssuedToken {
  readonly id: string;
  readonly token: string;
}

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

  /** Returns a new signed token and records it, so that it can be revoked. */
  async issue(
    accountId: string,
    { expiresIn = this.config.JWT_TTL_SECONDS, consoleSession }: TokenOptions = {},
  ): Promise<IssuedToken> {
    const jwtid = randomUUID();
    const expiresAt = new Date(Date.now() + expiresIn * 1000);
    await this.tokens.create({ _id: jwtid, accountId, expiresAt, ...(consoleSession && { consoleSession }) });
    const token = jwt.sign({}, this.config.JWT_SECRET, {
      algorithm: TOKEN_ALGORITHM,
      subject: accountId,
      jwtid,
      expiresIn,
      issuer: TOKEN_REALM,
      audience: TOKEN_REALM,
    });
    return { id: jwtid, token };
  }

  /** Returns the record of a token of this account; null if it was revoked. */
  async findLive(tokenId: string, accountId: string): Promise<AccessToken | null> {
    const token = await this.find(tokenId);
    return token?.accountId === accountId ? token : null;
  }

  async revoke(tokenId: string): Promise<void> {
    await this.tokens.deleteOne({ _id: tokenId });
  }

  /** Revokes all tokens of an account but one, and but those of one console session. */
  async revokeAllOf(
    accountId: string,
    { tokenId, consoleSession }: Pick<Principal, 'tokenId' | 'consoleSession'>,
  ): Promise<void> {
    await repeated(() =>
      this.tokens.deleteMany({
        accountId,
        ...(tokenId !== null && { _id: { $ne: tokenId } }),
        ...(consoleSession !== null && { consoleSession: { $ne: consoleSession } }),
      }),
    );
  }

  /** Revokes all tokens of a console session. */
  async revokeOfConsole(consoleSession: string): Promise<void> {
    await repeated(() => this.tokens.deleteMany({ consoleSession }));
  }
}
