/** The bank accounts of tests, with what becomes of payouts to them. */
export const BANK_ACCOUNTS = [
  { value: 'ba_success', label: 'ba_success: the payout arrives' },
  { value: 'ba_no_account', label: 'ba_no_account: there is no such account' },
  { value: 'ba_account_closed', label: 'ba_account_closed: the account is closed' },
  { value: 'ba_insufficient_funds', label: 'ba_insufficient_funds: the account has insufficient funds' },
  { value: 'ba_debit_not_authorized', label: 'ba_debit_not_authorized: transfers are not accepted' },
  { value: 'ba_invalid_currency', label: 'ba_invalid_currency: the currency is not taken' },
] as const;
