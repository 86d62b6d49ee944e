import { hash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { AccountData } from '../platform/database/account-data.service.js';
import { repeated } from '../platform/database/repeated.js';
import { Config } from '../platform/config/config.js';
import { ConsoleSession } from './console-session.schema.js';
import { type IssuedToken, TokensService } from './tokens.service.js';

/** How long a session lasts after it was last used. */
export const CONSOLE_SESSION_SECONDS = 7 * 86_400;

const LIFE_MS = CONSOLE_SESSION_SECONDS * 1000;

/** A session that is used is extended at most so often, in ms: most renewals write nothing. */
const EXTEND_EVERY_MS = 3_600_000;

/** A new session, with the cookie, which is not stored. */
export interface BegunSession {
  readonly session: ConsoleSession;
  readonly cookie: string;
}

/** A token of a session, and for how many seconds it is valid. */
export interface SessionToken {
  readonly token: string;
  readonly expiresIn: number;
}

/** The console sessions in the database, and the tokens that are issued for them. */
@Injectable()
export class ConsoleSessionStore {
  constructor(
    private readonly config: Config,
    private readonly tokens: TokensService,
    @InjectModel(ConsoleSession.name) private readonly sessions: Model<ConsoleSession>,
    accountData: AccountData,
  ) {
    accountData.register({ model: sessions, belongsTo: 'account', outlivesUser: false, copied: null });
  }

  async begin(accountId: string): Promise<BegunSession> {
    const cookie = randomBytes(32).toString('base64url');
    const createdAt = new Date();
    const session = { _id: idOf(cookie), accountId, createdAt, expiresAt: new Date(createdAt.getTime() + LIFE_MS) };
    await this.sessions.create(session);
    return { session, cookie };
  }

  /** The session of a cookie, which lasts longer because it is used; null if there is none, or it has ended. */
  async use(cookie: string): Promise<ConsoleSession | null> {
    const session = await this.sessions.findById(idOf(cookie)).lean<ConsoleSession>();
    const now = Date.now();
    if (!session || session.expiresAt.getTime() <= now) return null;
    const expiresAt = new Date(now + LIFE_MS);
    if (expiresAt.getTime() - session.expiresAt.getTime() < EXTEND_EVERY_MS) return session;
    await this.sessions.updateOne({ _id: session._id }, { $max: { expiresAt } });
    return { _id: session._id, accountId: session.accountId, createdAt: session.createdAt, expiresAt };
  }

  /** Returns a token that is valid no longer than its session; null if the session has ended meanwhile. */
  async issueToken({ _id, accountId, expiresAt }: ConsoleSession): Promise<SessionToken | null> {
    const left = Math.floor((expiresAt.getTime() - Date.now()) / 1000);
    const expiresIn = Math.min(this.config.JWT_TTL_SECONDS, left);
    const issued: IssuedToken = await this.tokens.issue(accountId, { expiresIn, consoleSession: _id });
    // Whoever ends a session removes it first and its tokens then: this token is one of them, or is not issued.
    if (await this.sessions.exists({ _id })) return { token: issued.token, expiresIn };
    await this.tokens.revoke(issued.id);
    return null;
  }

  /** Ends all sessions of an account, without their tokens; `except` stays. */
  async endAllOf(accountId: string, except: string | null): Promise<void> {
    await repeated(() => this.sessions.deleteMany({ accountId, ...(except !== null && { _id: { $ne: except } }) }));
  }

  /** Ends the session of a cookie, if there is one, and its tokens. */
  async end(cookie: string): Promise<void> {
    const _id = idOf(cookie);
    await this.sessions.deleteOne({ _id });
    await this.tokens.revokeOfConsole(_id);
  }
}

function idOf(cookie: string): string {
  return hash('sha256', cookie, 'hex');
}
