import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { type AssignableRole, ROLES } from '../platform/access/role.js';
import { countBy } from '../platform/database/count-by.js';
import { isDuplicateKey } from '../platform/database/duplicate-key.js';
import { accountOf } from '../platform/worlds/world-ids.js';
import { Account } from './account.schema.js';
import { AccountNotFoundError, EmailTakenError, OwnAccountError } from './account-errors.js';

/** What its owner changes of an account. */
export type AccountFields = Partial<Pick<Account, 'name' | 'email' | 'passwordHash'>>;

/** Accounts as those see them who manage them: their owners and administrators. */
@Injectable()
export class UsersService {
  constructor(@InjectModel(Account.name) private readonly accounts: Model<Account>) {}

  /**
   * Changes what its owner may change of an account. Null if the account is gone, or its password is another one by
   * now. Throws EmailTakenError.
   *
   * @param passwordHash what it has to be; not given: whatever it is
   */
  async change(accountId: string, fields: AccountFields, passwordHash?: string): Promise<Account | null> {
    const { name, email } = fields;
    const changed = {
      ...fields,
      ...(name !== undefined && { name: name.trim() }),
      ...(email !== undefined && { email: email.toLowerCase() }),
    };
    try {
      return await this.accounts
        .findOneAndUpdate(
          { _id: accountOf(accountId), ...(passwordHash !== undefined && { passwordHash }) },
          { $set: changed },
          { returnDocument: 'after' },
        )
        .lean<Account>();
    } catch (error) {
      throw isDuplicateKey(error) ? new EmailTakenError() : error;
    }
  }

  /** Throws OwnAccountError if the account is the caller's own, AccountNotFoundError if it does not exist. */
  async changeRole(callerId: string, accountId: string, role: AssignableRole): Promise<Account> {
    if (callerId === accountId) throw new OwnAccountError('You cannot change your own role.');
    const account = await this.accounts
      .findOneAndUpdate({ _id: accountId }, { $set: { role } }, { returnDocument: 'after' })
      .lean<Account>();
    if (!account) throw new AccountNotFoundError('User not found.');
    return account;
  }

  countByRole(): Promise<Record<string, number>> {
    return countBy(this.accounts, 'role', ROLES);
  }
}
