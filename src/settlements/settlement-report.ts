/** A balance transaction in a report. Ids as the API shows them, amounts in minor units of `currency`. */
export interface SettlementRow {
  /** `bt_…` */
  readonly transactionId: string;
  readonly type: string;
  /** The payment, refund, dispute or payout that it is of: `txn_…`, `ref_…`, `dsp_…`, `po_…`. */
  readonly source: string | null;
  readonly paymentId: string | null;
  readonly orderReference: string | null;
  readonly gross: number;
  readonly fee: number;
  readonly net: number;
  readonly currency: string;
  readonly createdAt: Date;
  readonly availableOn: Date;
  /** In a payout's report: the part of `net` that this payout took. */
  readonly amountInPayout: number;
}

/** The balance transactions of a payout or a day, all in one currency. */
export interface SettlementReport {
  /** `set_…` */
  readonly id: string;
  readonly payoutId: string | null;
  /** `YYYY-MM-DD` */
  readonly day: string | null;
  readonly currency: string;
  readonly createdAt: Date;
  readonly rows: readonly SettlementRow[];
}

/** The amounts of a row. */
export const AMOUNTS = ['gross', 'fee', 'net', 'amountInPayout'] as const;
export type Amount = (typeof AMOUNTS)[number];

/** The sum of an amount over the rows, in minor units. It can be larger than what a number keeps exactly. */
export function sumOf(rows: readonly SettlementRow[], amount: Amount): bigint {
  return rows.reduce((sum, row) => sum + BigInt(row[amount]), 0n);
}
