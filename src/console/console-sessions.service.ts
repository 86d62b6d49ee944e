import { Injectable } from '@nestjs/common';
import type { Account } from '../accounts/account.schema.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { WorldsService } from '../accounts/worlds.service.js';
import { ConsoleLinkInvalidError, CredentialsInvalidError } from '../auth/auth-errors.js';
import { ConsoleLinks } from '../auth/console-links.service.js';
import type { ConsoleSession } from '../auth/console-session.schema.js';
import { ConsoleSessionStore, type SessionToken } from '../auth/console-session-store.service.js';
import { SessionsService } from '../auth/sessions.service.js';
import { SessionExpiredError } from './console-errors.js';

/** How somebody signs in: nothing of it is there if the cookie is all they have. */
export interface SignIn {
  readonly credentials: { readonly email: string; readonly password: string } | null;
  /** The token of a one-time link. */
  readonly link: string | null;
}

/** Who asks, as far as the request says. */
export interface Visitor {
  readonly cookie: string | null;
  readonly address: string;
}

/** A session that is open in a browser, with a new token for it. */
export interface OpenSession extends SessionToken {
  readonly account: Account;
  /** What the browser keeps. */
  readonly cookie: string;
}

/** Signs people in to the console, and keeps them signed in. */
@Injectable()
export class ConsoleSessionsService {
  constructor(
    private readonly logins: SessionsService,
    private readonly links: ConsoleLinks,
    private readonly store: ConsoleSessionStore,
    private readonly accounts: AccountsService,
    private readonly worlds: WorldsService,
  ) {}

  /**
   * Signs in with e-mail and password or with a link, or else continues the session of the cookie. Throws the errors of
   * a login, ConsoleLinkInvalidError, ConsoleLinksOffError; SessionExpiredError if the cookie has no session.
   */
  open({ credentials, link }: SignIn, { cookie, address }: Visitor): Promise<OpenSession> {
    if (credentials) return this.signIn(credentials.email, credentials.password, address);
    return link === null ? this.renew(cookie) : this.exchange(link);
  }

  /** Ends the session of the cookie, if there is one, with its tokens. */
  async close({ cookie }: Visitor): Promise<void> {
    if (cookie !== null) await this.store.end(cookie);
  }

  private async signIn(email: string, password: string, address: string): Promise<OpenSession> {
    const account = await this.logins.authenticate(email, password, address);
    const opened = await this.begin(account);
    if (!opened) throw new CredentialsInvalidError();
    return opened;
  }

  private async exchange(link: string): Promise<OpenSession> {
    const account = await this.links.redeem(link);
    if (!this.worlds.isOpen(account)) throw new ConsoleLinkInvalidError('wrong');
    const opened = await this.begin(account);
    if (!opened) throw new ConsoleLinkInvalidError('outdated');
    return opened;
  }

  private async renew(cookie: string | null): Promise<OpenSession> {
    const session = cookie === null ? null : await this.store.use(cookie);
    const account = session && (await this.findLive(session.accountId));
    if (cookie === null || !account) throw new SessionExpiredError();
    return this.opened(account, session, cookie);
  }

  /** Null if the account has another password by now. */
  private async begin(account: Account): Promise<OpenSession | null> {
    const { session, cookie } = await this.store.begin(account._id);
    const opened = await this.opened(account, session, cookie);
    if (await this.logins.hasPasswordOf(account)) return opened;
    await this.store.end(cookie);
    return null;
  }

  private async opened(account: Account, session: ConsoleSession, cookie: string): Promise<OpenSession> {
    const token = await this.store.issueToken(session);
    if (!token) throw new SessionExpiredError();
    return { ...token, account, cookie };
  }

  /** Null if the account was deleted, or is a sandbox that has ended. */
  private async findLive(accountId: string): Promise<Account | null> {
    const account = await this.accounts.findById(accountId);
    return account && this.worlds.isOpen(account) ? account : null;
  }
}
