import { answered, type Connection, type QueryOf, type RequestOptions, type Schemas, sent } from './connection.js';
import { PagedList } from './pages.js';

export type BalanceSums = Schemas['BalanceDto'];
export type BalanceTransaction = Schemas['BalanceTransactionDto'];
export type LedgerEntry = Schemas['LedgerEntryDto'];
export type LedgerAccountSum = Schemas['LedgerAccountDto'];
export type LedgerAudit = Schemas['AuditDto'];

export class Balance {
  constructor(private readonly connection: Connection) {}

  /** What is pending, available, reserved for disputes and on its way to the bank, by currency. */
  get(options?: RequestOptions): Promise<BalanceSums> {
    return answered(this.connection.api.GET('/api/v1/balance', sent(options)));
  }

  /** What changed the balance, newest first. */
  transactions(
    query: QueryOf<'/api/v1/balance/transactions'> = {},
    options?: RequestOptions,
  ): PagedList<BalanceTransaction> {
    return new PagedList((cursor) =>
      answered(
        this.connection.api.GET('/api/v1/balance/transactions', {
          params: { query: { ...query, ...cursor } },
          ...sent(options),
        }),
      ),
    );
  }
}

export class Ledger {
  constructor(private readonly connection: Connection) {}

  /** The postings in double entry, newest first. */
  entries(query: QueryOf<'/api/v1/ledger/entries'> = {}, options?: RequestOptions): PagedList<LedgerEntry> {
    return new PagedList((cursor) =>
      answered(
        this.connection.api.GET('/api/v1/ledger/entries', {
          params: { query: { ...query, ...cursor } },
          ...sent(options),
        }),
      ),
    );
  }

  /** What each account holds, by currency. */
  async accounts(options?: RequestOptions): Promise<readonly LedgerAccountSum[]> {
    return (await answered(this.connection.api.GET('/api/v1/ledger/accounts', sent(options)))).data;
  }

  /** Whether the ledger is in balance and says the same as payments, disputes and payouts do; names each difference. */
  audit(options?: RequestOptions): Promise<LedgerAudit> {
    return answered(this.connection.api.GET('/api/v1/ledger/audit', sent(options)));
  }
}
