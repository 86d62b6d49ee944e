import { Injectable } from '@nestjs/common';
import type { Account } from '../accounts/account.schema.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { PasswordsService } from '../accounts/passwords.service.js';
import { SystemAdminService } from '../accounts/system-admin.service.js';
import { CredentialsInvalidError } from './auth-errors.js';
import { LoginThrottleService } from './login-throttle.service.js';
import { TokensService } from './tokens.service.js';

export interface Session {
  readonly token: string;
  readonly account: Account;
}

@Injectable()
export class SessionsService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly passwords: PasswordsService,
    private readonly systemAdmin: SystemAdminService,
    private readonly throttle: LoginThrottleService,
    private readonly tokens: TokensService,
  ) {}

  /**
   * Throws CredentialsInvalidError if e-mail or password is wrong, TooManyLoginsError after too many failures,
   * PasswordsBusyError if too many logins wait.
   */
  async login(email: string, password: string, address: string): Promise<Session> {
    const account = await this.authenticate(email, password, address);
    const { id, token } = await this.tokens.issue(account._id);
    if (await this.hasPasswordOf(account)) return { account, token };
    await this.tokens.revoke(id);
    throw new CredentialsInvalidError();
  }

  /** Returns the account with this e-mail and password. Throws what `login` throws. */
  authenticate(email: string, password: string, address: string): Promise<Account> {
    return this.throttle.guard(email, address, () => this.verify(email, password));
  }

  /**
   * Whether an account still has the password that `authenticate` compared. Ask after something was issued: whoever
   * changes a password removes everything that was issued before.
   */
  async hasPasswordOf({ _id, passwordHash }: Account): Promise<boolean> {
    return (await this.accounts.findById(_id))?.passwordHash === passwordHash;
  }

  /** Revokes a token; does nothing if `tokenId` is null. */
  async logout(tokenId: string | null): Promise<void> {
    if (tokenId !== null) await this.tokens.revoke(tokenId);
  }

  private async verify(email: string, password: string): Promise<Account> {
    // Right after the first start the account of the system_admin may not be created yet.
    await this.systemAdmin.whenCreated();
    const account = await this.accounts.findByEmail(email);
    const matches = await this.passwords.matches(password, account?.passwordHash);
    if (!account || !matches) throw new CredentialsInvalidError();
    return account;
  }
}
