import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, QueryFilter } from 'mongoose';
import { type AssignableRole, type Role, ROLES } from '../platform/access/role.js';
import { timeOf } from '../platform/common/ids.js';
import { beginsWith, searchText } from '../platform/common/search-text.js';
import { countBy } from '../platform/database/count-by.js';
import { isDuplicateKey } from '../platform/database/duplicate-key.js';
import { type Page, type PageRequest, pageOfRows } from '../platform/database/page.js';
import { accountOf } from '../platform/worlds/world-ids.js';
import { Account, USER_SEARCH_INDEX } from './account.schema.js';
import { AccountNotFoundError, EmailTakenError, OwnAccountError } from './account-errors.js';
import { userSearchKeys } from './user-search.js';

/** What its owner changes of an account. */
export type AccountFields = Partial<Pick<Account, 'name' | 'email' | 'passwordHash'>>;

/** Which accounts a list shows. */
export interface UserFilter {
  readonly role?: Role;
  /** How the name or the e-mail begins, in any case. */
  readonly search?: string;
}

/** No hash and no secret. */
const LISTED_FIELDS = { name: 1, email: 1, role: 1, createdAt: 1 } as const;

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
    for (;;) {
      const account = await this.accounts.findById(accountOf(accountId)).lean<Account>();
      if (!account || (passwordHash !== undefined && passwordHash !== account.passwordHash)) return null;
      const changed = await this.changeOnce(account, fields, passwordHash);
      if (changed) return changed;
    }
  }

  /** Newest first, without sandboxes. */
  async list({ role, search }: UserFilter, page: PageRequest): Promise<Page<Account>> {
    const { limit, startingAfter, endingBefore } = page;
    const backwards = endingBefore !== undefined && startingAfter === undefined;
    const conditions: QueryFilter<Account>[] = [
      { searchKeys: { $exists: true } },
      ...(role === undefined ? [] : [{ role }]),
      ...(search === undefined ? [] : [{ searchKeys: beginsWith(searchText(search)) }]),
      ...(startingAfter === undefined ? [] : [await this.beyond(startingAfter, '$lt')]),
      ...(endingBefore === undefined ? [] : [await this.beyond(endingBefore, '$gt')]),
    ];
    const direction = backwards ? 1 : -1;
    const found = this.accounts
      .find({ $and: conditions }, LISTED_FIELDS)
      .sort({ createdAt: direction, _id: direction });
    // Few accounts begin so; without the hint, the planner may read all of them in the order of the list.
    const rows = await (search === undefined ? found : found.hint(USER_SEARCH_INDEX))
      .limit(limit + 1)
      .lean<Account[]>();
    return pageOfRows(rows, limit, backwards);
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

  /** Null if it is another one by now. */
  private async changeOnce(account: Account, fields: AccountFields, passwordHash?: string): Promise<Account | null> {
    const { _id, name, email, sandbox } = account;
    const shown = { name: fields.name?.trim() ?? name, email: fields.email?.toLowerCase() ?? email };
    const change = { ...fields, ...shown, ...(!sandbox && { searchKeys: userSearchKeys(shown) }) };
    try {
      return await this.accounts
        .findOneAndUpdate(
          { _id, name, email, ...(passwordHash !== undefined && { passwordHash }) },
          { $set: change },
          { returnDocument: 'after' },
        )
        .lean<Account>();
    } catch (error) {
      throw isDuplicateKey(error) ? new EmailTakenError() : error;
    }
  }

  /** What the list has before or after an account. If it was deleted, its id still says when it was created. */
  private async beyond(id: string, beyond: '$lt' | '$gt'): Promise<QueryFilter<Account>> {
    const account = await this.accounts.findById(id, { createdAt: 1 }).lean<Account>();
    const createdAt = account?.createdAt ?? timeOf(id);
    const inclusive = beyond === '$lt' ? '$lte' : '$gte';
    return {
      createdAt: { [inclusive]: createdAt },
      $or: [{ createdAt: { [beyond]: createdAt } }, { _id: { [beyond]: id } }],
    };
  }
}
