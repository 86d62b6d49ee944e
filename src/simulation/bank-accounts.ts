/** Why a bank did not accept a payout. */
export interface PayoutFailure {
  readonly code: string;
  readonly message: string;
}

/** A bank account for tests, whose outcome is fixed. Routing and numbers are those of the large providers' sandboxes. */
export interface BankAccount {
  readonly token: string;
  readonly accountNumber: string;
  /** Null: payouts arrive. */
  readonly failure: PayoutFailure | null;
}

export const ROUTING_NUMBER = '110000000';

const fails = (token: string, accountNumber: string, code: string, message: string): BankAccount => ({
  token,
  accountNumber,
  failure: { code, message },
});

export const BANK_ACCOUNTS: readonly BankAccount[] = [
  { token: 'ba_success', accountNumber: '000123456789', failure: null },
  fails('ba_no_account', '000111111116', 'no_account', 'The bank has no such account.'),
  fails('ba_account_closed', '000111111113', 'account_closed', 'The bank account is closed.'),
  fails('ba_insufficient_funds', '000222222227', 'insufficient_funds', 'The bank account has insufficient funds.'),
  fails(
    'ba_debit_not_authorized',
    '000333333335',
    'debit_not_authorized',
    'The bank account does not accept transfers of the gateway.',
  ),
  fails('ba_invalid_currency', '000444444440', 'invalid_currency', 'The bank account does not take this currency.'),
];

export const BANK_ACCOUNT_TOKENS = BANK_ACCOUNTS.map(({ token }) => token);
export const DEFAULT_BANK_ACCOUNT = 'ba_success';

const BY_TOKEN = new Map(BANK_ACCOUNTS.map((account) => [account.token, account]));

export function bankAccountOf(token: string): BankAccount | undefined {
  return BY_TOKEN.get(token);
}

/** The token of a bank account that is named by token or by its numbers; undefined if there is no such account. */
export function bankAccountToken(named: unknown): string | undefined {
  if (typeof named === 'string') return bankAccountOf(named)?.token;
  if (typeof named !== 'object' || named === null) return undefined;
  const { routingNumber, accountNumber } = named as Readonly<Record<string, unknown>>;
  if (routingNumber !== ROUTING_NUMBER) return undefined;
  return BANK_ACCOUNTS.find((account) => account.accountNumber === accountNumber)?.token;
}
