import { Injectable } from '@nestjs/common';
import type { Account } from '../accounts/account.schema.js';
import { EmailTakenError } from '../accounts/account-errors.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { NO_PASSWORD } from '../accounts/credentials.js';
import { UsersService } from '../accounts/users.service.js';
import { PasswordsService } from '../accounts/passwords.service.js';
import type { Principal } from '../platform/access/principal.js';
import { InvalidFieldError } from '../platform/errors/invalid-field.error.js';
import { AdminEmailFixedError, CurrentPasswordWrongError } from './auth-errors.js';
import { ConsoleSessionStore } from './console-session-store.service.js';
import { LoginThrottleService } from './login-throttle.service.js';
import { TokensService } from './tokens.service.js';

/** What somebody changes of the own account; null for what stays. */
export interface AccountChange {
  readonly name: string | null;
  readonly email: string | null;
  readonly password: string | null;
  /** The password so far; needed to change it. */
  readonly currentPassword: string | null;
}

/** Changes accounts for their owners. */
@Injectable()
export class OwnAccountService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly users: UsersService,
    private readonly passwords: PasswordsService,
    private readonly throttle: LoginThrottleService,
    private readonly tokens: TokensService,
    private readonly consoleSessions: ConsoleSessionStore,
  ) {}

  /**
   * Throws EmailTakenError, AdminEmailFixedError; with a new password also InvalidFieldError or
   * CurrentPasswordWrongError if the current one is missing or wrong, TooManyLoginsError after too many failures,
   * PasswordsBusyError.
   */
  async change(caller: Principal, change: AccountChange, address: string): Promise<Account> {
    const account = await this.accounts.get(caller.accountId);
    const { name, email, password, currentPassword } = change;
    if (email !== null) await this.expectFree(email.toLowerCase(), account);
    const fields = { ...(name !== null && { name }), ...(email !== null && { email }) };
    if (password === null) return (await this.users.change(account._id, fields)) ?? this.accounts.get(account._id);

    await this.expectPassword(account, currentPassword, address);
    const passwordHash = await this.passwords.hash(password);
    // Twice: before the change, so that a crash leaves nothing behind; after it, for what began in between.
    await this.endOthers(account._id, caller);
    const changed = await this.users.change(account._id, { ...fields, passwordHash }, account.passwordHash);
    if (!changed) throw new CurrentPasswordWrongError();
    await this.endOthers(account._id, caller);
    return changed;
  }

  /** The database has the last word: another account may take the e-mail at this moment. */
  private async expectFree(email: string, { _id, role, email: current }: Account): Promise<void> {
    if (email === current) return;
    if (role === 'system_admin') throw new AdminEmailFixedError();
    const owner = await this.accounts.findByEmail(email);
    if (owner && owner._id !== _id) throw new EmailTakenError();
  }

  /** Counts as a login: whoever got hold of a token cannot try passwords with it. */
  private async expectPassword(account: Account, given: string | null, address: string): Promise<void> {
    if (account.passwordHash === NO_PASSWORD) return;
    if (given === null)
      throw new InvalidFieldError('currentPassword', { type: 'missing', msg: 'Field required' }, null);
    await this.throttle.guard(account.email, address, async () => {
      if (!(await this.passwords.matches(given, account.passwordHash))) throw new CurrentPasswordWrongError();
    });
  }

  /** Ends all sessions and tokens of an account but those that the caller uses. */
  private async endOthers(accountId: string, { tokenId, consoleSession }: Principal): Promise<void> {
    await this.consoleSessions.endAllOf(accountId, consoleSession);
    await this.tokens.revokeAllOf(accountId, { tokenId, consoleSession });
  }
}
