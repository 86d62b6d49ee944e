import { hash, randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import jwt from 'jsonwebtoken';
import type { Model } from 'mongoose';
import type { Account } from '../accounts/account.schema.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { Config } from '../platform/config/config.js';
import { isDuplicateKey } from '../platform/database/duplicate-key.js';
import { accountOf, worldOf } from '../platform/worlds/world-ids.js';
import { ConsoleLinkInvalidError, ConsoleLinksOffError } from './auth-errors.js';
import { TOKEN_ALGORITHM, TOKEN_REALM } from './tokens.service.js';
import { UsedConsoleLink } from './used-console-link.schema.js';

/** The audience of the token in a link, which is no bearer token. */
const AUDIENCE = `${TOKEN_REALM}/console-link`;

const LIFE_SECONDS = 24 * 3_600;

const LOGIN_PAGE = '/console/login';
const SANDBOX_PAGE = '/console/sandbox';

/** A link that signs a browser in to the console, once. */
export interface ConsoleLink {
  readonly url: string;
  readonly expiresAt: Date;
}

interface LinkClaims {
  readonly sub?: unknown;
  readonly jti?: unknown;
  readonly exp?: unknown;
  /** Tells the password that the account had when the link was made from every other one. */
  readonly pwd?: unknown;
}

/** The account that a link opens. */
type LinkedAccount = Pick<Account, '_id' | 'passwordHash'>;

/**
 * Makes and redeems links to the console. Nothing is stored of a link until it is used. A new password ends the links
 * that were made before, as it ends sessions. In production there are none: a link opens an account without its
 * password.
 */
@Injectable()
export class ConsoleLinks {
  constructor(
    private readonly config: Config,
    private readonly accounts: AccountsService,
    @InjectModel(UsedConsoleLink.name) private readonly used: Model<UsedConsoleLink>,
  ) {}

  /**
   * Throws ConsoleLinksOffError in production, AccountNotFoundError.
   *
   * @param base where the gateway was reached; PUBLIC_URL, if set, counts instead
   */
  async create(accountId: string, base: string): Promise<ConsoleLink> {
    this.expectOn();
    return this.linkTo(await this.accounts.get(accountOf(accountId)), base);
  }

  /** A link to the page of a sandbox; in production the address of that page. */
  sandboxUrl(account: LinkedAccount, base: string): string {
    return this.config.isProduction ? this.sandboxPage(base) : this.linkTo(account, base).url;
  }

  /** The address of that page for somebody who is signed in. */
  sandboxPage(base: string): string {
    return `${this.baseOr(base)}${SANDBOX_PAGE}`;
  }

  /**
   * Uses a link up, and returns the account that it opens. Throws ConsoleLinksOffError in production,
   * ConsoleLinkInvalidError if the link is wrong, has expired or was used before, or if the account is gone or has
   * another password by now.
   */
  async redeem(token: string): Promise<Account> {
    this.expectOn();
    const { sub, jti, exp, pwd } = this.claimsOf(token);
    if (typeof sub !== 'string' || typeof jti !== 'string' || typeof exp !== 'number')
      throw new ConsoleLinkInvalidError('wrong');
    try {
      await this.used.create({ _id: jti, expiresAt: new Date(exp * 1000) });
    } catch (error) {
      throw isDuplicateKey(error) ? new ConsoleLinkInvalidError('used') : error;
    }
    const account = await this.accounts.findById(sub);
    if (!account) throw new ConsoleLinkInvalidError('wrong');
    if (pwd !== passwordMark(account)) throw new ConsoleLinkInvalidError('outdated');
    return account;
  }

  private linkTo(account: LinkedAccount, base: string): ConsoleLink {
    const exp = Math.floor(Date.now() / 1000) + LIFE_SECONDS;
    const token = jwt.sign({ exp, pwd: passwordMark(account) }, this.config.JWT_SECRET, {
      algorithm: TOKEN_ALGORITHM,
      subject: account._id,
      jwtid: randomUUID(),
      issuer: TOKEN_REALM,
      audience: AUDIENCE,
    });
    const page = worldOf(account._id) === '' ? LOGIN_PAGE : `${LOGIN_PAGE}?to=${SANDBOX_PAGE}`;
    // Browsers do not send what follows `#`, so that no log and no proxy has it.
    return { url: `${this.baseOr(base)}${page}#link=${token}`, expiresAt: new Date(exp * 1000) };
  }

  private claimsOf(token: string): LinkClaims {
    try {
      const { JWT_SECRET } = this.config;
      const claims = jwt.verify(token, JWT_SECRET, {
        algorithms: [TOKEN_ALGORITHM],
        issuer: TOKEN_REALM,
        audience: AUDIENCE,
      });
      return typeof claims === 'string' ? {} : claims;
    } catch (error) {
      throw new ConsoleLinkInvalidError(error instanceof jwt.TokenExpiredError ? 'expired' : 'wrong');
    }
  }

  private expectOn(): void {
    if (this.config.isProduction) throw new ConsoleLinksOffError();
  }

  private baseOr(base: string): string {
    return this.config.PUBLIC_URL || base;
  }
}

/** Nobody can tell the password from it: it is the hash of a salted hash. */
function passwordMark({ passwordHash }: LinkedAccount): string {
  return hash('sha256', passwordHash, 'base64url').slice(0, 22);
}
