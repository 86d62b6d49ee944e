/** The accounts of a merchant in each currency, then those outside. Plus is what an account holds more. */
export const LEDGER_ACCOUNTS = ['pending', 'available', 'reserved', 'in_transit', 'customers', 'fees', 'bank'] as const;
export type LedgerAccount = (typeof LEDGER_ACCOUNTS)[number];

export const ENTRY_TYPES = [
  'payment',
  'refund',
  'refund_failed',
  'dispute',
  'dispute_reversal',
  'dispute_lost',
  'funds_available',
  'payout',
  'payout_paid',
  'payout_failed',
  'payout_canceled',
] as const;
export type EntryType = (typeof ENTRY_TYPES)[number];

/** Entries that change what the merchant has, pending or available: the balance transactions. */
export const TRANSACTION_TYPES = [
  'payment',
  'refund',
  'refund_failed',
  'dispute',
  'dispute_reversal',
  'payout',
  'payout_failed',
  'payout_canceled',
  'adjustment',
] as const;
export type TransactionType = (typeof TRANSACTION_TYPES)[number];

/** One account's part of a posting: so many times the amount, and so many times the fee. */
export interface PostedPart {
  readonly account: LedgerAccount;
  readonly amount: -1 | 0 | 1;
  readonly fee: -1 | 0 | 1;
  /** For learners. */
  readonly why: string;
}

export interface Posting {
  /** What happened, by the types of events; several where they post the same. */
  readonly events: readonly string[];
  /** When it is posted, where the events do not say it all. */
  readonly condition?: string;
  readonly parts: readonly PostedPart[];
}

const part = (
  account: LedgerAccount,
  amount: PostedPart['amount'],
  fee: PostedPart['fee'],
  why: string,
): PostedPart => ({
  account,
  amount,
  fee,
  why,
});

/** The postings of each event. The parts of each add up to zero whatever amount and fee are. */
export const POSTINGS: Readonly<Record<EntryType, Posting>> = {
  payment: {
    events: ['payment.completed'],
    parts: [
      part('customers', -1, 0, "The customer's bank pays the captured amount."),
      part('pending', 1, -1, 'The merchant is owed the amount without the fee; it is not available yet.'),
      part('fees', 0, 1, 'The gateway keeps its fee.'),
    ],
  },
  refund: {
    events: ['refund.created'],
    parts: [
      part('available', -1, 0, 'The merchant pays the amount of the refund; the fee of the payment is not returned.'),
      part('customers', 1, 0, 'The amount goes back to the customer.'),
    ],
  },
  refund_failed: {
    events: ['refund.failed', 'refund.canceled'],
    parts: [
      part('available', 1, 0, 'The refund did not take place, so the merchant has its amount again.'),
      part('customers', -1, 0, 'The customer did not keep the amount.'),
    ],
  },
  dispute: {
    events: ['dispute.funds_withdrawn'],
    parts: [
      part('available', -1, -1, 'The disputed amount and the fee of the dispute are taken from the merchant.'),
      part('reserved', 1, 1, 'They are held until the dispute is decided.'),
    ],
  },
  dispute_reversal: {
    events: ['dispute.funds_reinstated'],
    parts: [
      part('reserved', -1, -1, 'The merchant won: nothing is held any more.'),
      part('available', 1, 1, 'Amount and fee are returned to the merchant.'),
    ],
  },
  dispute_lost: {
    events: ['dispute.closed'],
    condition: 'a chargeback or pre-arbitration that was lost or accepted, or expired',
    parts: [
      part('reserved', -1, -1, 'The merchant lost: nothing is held any more.'),
      part('customers', 1, 0, 'The customer gets the disputed amount.'),
      part('fees', 0, 1, 'The gateway keeps the fee of the dispute.'),
    ],
  },
  funds_available: {
    events: ['balance.available'],
    parts: [
      part('pending', -1, 0, 'The business days are over for what was captured then.'),
      part('available', 1, 0, 'It can be paid out.'),
    ],
  },
  payout: {
    events: ['payout.created'],
    parts: [
      part('available', -1, 0, 'The payout takes what is available.'),
      part('in_transit', 1, 0, 'It is on its way to the bank account.'),
    ],
  },
  payout_paid: {
    events: ['payout.paid'],
    parts: [
      part('in_transit', -1, 0, 'The payout has arrived.'),
      part('bank', 1, 0, "The money is in the merchant's bank account."),
    ],
  },
  payout_failed: {
    events: ['payout.failed'],
    parts: [
      part('in_transit', -1, 0, 'The bank did not accept the payout.'),
      part('available', 1, 0, 'The amount is available again.'),
    ],
  },
  payout_canceled: {
    events: ['payout.canceled'],
    parts: [
      part('in_transit', -1, 0, 'The payout was canceled before it was sent.'),
      part('available', 1, 0, 'The amount is available again.'),
    ],
  },
};

/** What an account holds more, in minor units. */
export interface Line {
  readonly account: LedgerAccount;
  readonly amount: bigint;
}

/** What an entry posts. Amount and fee in minor units. */
export interface Posted {
  readonly type: EntryType;
  readonly amount: bigint;
  readonly fee: bigint;
  /** Captured funds that are available at once are never pending. */
  readonly atOnce: boolean;
}

/** The parts of a posting, for captured funds that are available at once too. */
export function partsOf({ type, atOnce }: Pick<Posted, 'type' | 'atOnce'>): readonly PostedPart[] {
  const { parts } = POSTINGS[type];
  if (type !== 'payment' || !atOnce) return parts;
  return parts.map((each) =>
    each.account === 'pending'
      ? { ...each, account: 'available', why: 'The merchant has the amount without the fee, at once.' }
      : each,
  );
}

/** The lines of an entry; they add up to zero. Lines of nothing, such as a fee of 0, are left out. */
export function linesOf(posted: Posted): Line[] {
  return partsOf(posted)
    .map(({ account, amount, fee }) => ({
      account,
      amount: BigInt(amount) * posted.amount + BigInt(fee) * posted.fee,
    }))
    .filter(({ amount }) => amount !== 0n);
}

/** The transaction of the balance that an entry is; amount, fee and net in minor units. */
export interface Transaction {
  readonly type: TransactionType;
  readonly amount: bigint;
  readonly fee: bigint;
  readonly net: bigint;
}

const SIGNS: Readonly<Partial<Record<EntryType, -1 | 1>>> = {
  payment: 1,
  refund: -1,
  refund_failed: 1,
  dispute: -1,
  dispute_reversal: 1,
  payout: -1,
  payout_failed: 1,
  payout_canceled: 1,
};

/** Null for entries that move money between other accounts. */
export function transactionOf({ type, amount, fee }: Posted): Transaction | null {
  const sign = SIGNS[type];
  if (sign === undefined || !isTransaction(type)) return null;
  const signed = BigInt(sign) * amount;
  // A dispute that was won returns the fee.
  const charged = type === 'dispute_reversal' ? -fee : fee;
  return { type, amount: signed, fee: charged, net: signed - charged };
}

function isTransaction(type: EntryType): type is EntryType & TransactionType {
  return (TRANSACTION_TYPES as readonly string[]).includes(type);
}

/** The types of entries that can change this account. */
export function typesTouching(account: LedgerAccount): EntryType[] {
  return ENTRY_TYPES.filter((type) =>
    [false, true].some((atOnce) => partsOf({ type, atOnce }).some((each) => each.account === account)),
  );
}
