import { decimalsOf } from '../platform/common/currencies.js';
import { timeDigits } from '../platform/common/ids.js';
import { exactText } from '../platform/common/money.js';
import type { SeededChoices } from './seeded-choices.js';
import type { SettlementRow } from './settlement-report.js';

/** A row with an error, and what is wrong with it. */
export interface WrongRow {
  readonly row: SettlementRow;
  readonly explanation: string;
}

/** Makes one error in a row. Everything else in the row stays true, except what follows from the wrong value. */
export type RowError = (row: SettlementRow, choices: SeededChoices) => WrongRow;

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** Customers pay in them often; at least two for each number of decimals. */
const COMMON_CURRENCIES = 'USD EUR GBP CHF CAD AUD JPY KRW CLP VND KWD BHD OMR CLF UYW'.split(' ');

const text = (minor: number, currency: string): string => `${exactText(BigInt(minor), currency)} ${currency}`;

/** Another fee, by up to a quarter; of what has no fee, up to a fiftieth of the amount. `net` follows from it. */
export const wrongFee: RowError = (row, choices) => {
  const most = row.fee === 0 ? Math.abs(row.gross) / 50 : Math.abs(row.fee) / 4;
  const change = choices.between(1, Math.max(1, Math.floor(most)));
  const fee = row.fee === 0 ? change : row.fee + change * choices.sign();
  return {
    row: withNet(row, row.net - (fee - row.fee), { fee }),
    explanation: `The fee is ${text(fee, row.currency)}, and ${text(row.fee, row.currency)} in the gateway.`,
  };
};

/** Another gross amount, by up to a tenth. The fee stays true, and `net` follows. */
export const wrongAmount: RowError = (row, choices) => {
  const gross = changedAmount(row.gross, choices);
  return {
    row: withNet(row, row.net + (gross - row.gross), { gross }),
    explanation: `The gross amount is ${text(gross, row.currency)}, and ${text(row.gross, row.currency)} in the gateway.`,
  };
};

/** Created one to three days too early, or available as many days too late. */
export const wrongDate: RowError = (row, choices) => {
  const shift = choices.between(1, 3) * DAY_MS;
  const [name, by] = choices.sign() === 1 ? (['availableOn', shift] as const) : (['createdAt', -shift] as const);
  const date = new Date(row[name].getTime() + by);
  return {
    row: { ...row, [name]: date },
    explanation: `${name} is ${date.toISOString()}, and ${row[name].toISOString()} in the gateway.`,
  };
};

/** Another currency with as many decimals; the numbers stay. */
export const wrongCurrency: RowError = (row, choices) => {
  const others = COMMON_CURRENCIES.filter(
    (code) => code !== row.currency && decimalsOf(code) === decimalsOf(row.currency),
  );
  const currency = choices.pick(others) ?? 'XXX';
  return {
    row: { ...row, currency },
    explanation: `The currency is ${currency}, and ${row.currency} in the gateway.`,
  };
};

/** A payment that never was, much like one of the report, a little earlier. */
export const unknownPayment: RowError = (like, choices) => {
  const createdAt = new Date(like.createdAt.getTime() - choices.between(1, 30 * MINUTE_MS));
  const paymentId = `txn_${timeDigits(createdAt)}${choices.hexDigits(12)}`;
  const gross = Math.max(1, Math.abs(changedAmount(like.gross, choices)));
  const fee = Math.min(Math.abs(like.fee), gross);
  const net = gross - fee;
  return {
    row: {
      ...like,
      transactionId: `bt_${timeDigits(createdAt)}${choices.hexDigits(12)}`,
      type: 'payment',
      source: paymentId,
      paymentId,
      orderReference: changedReference(like.orderReference, choices),
      gross,
      fee,
      net,
      createdAt,
      amountInPayout: like.amountInPayout === 0 ? 0 : net,
    },
    explanation: `The gateway has no payment ${paymentId}.`,
  };
};

/** Another amount with the same sign that differs by up to a tenth. */
function changedAmount(amount: number, choices: SeededChoices): number {
  const size = Math.abs(amount);
  const change = choices.between(1, Math.max(1, Math.floor(size / 10)));
  const changed = size > change ? size + change * choices.sign() : size + change;
  return amount < 0 ? -changed : changed;
}

/** The row with another net; what a payout took changes with it if it took all. */
function withNet(row: SettlementRow, net: number, change: Partial<SettlementRow>): SettlementRow {
  return { ...row, ...change, net, amountInPayout: row.amountInPayout === row.net ? net : row.amountInPayout };
}

/** A reference of the same kind with another, longer number at its end; null if it has no number. */
function changedReference(reference: string | null, choices: SeededChoices): string | null {
  const number = /\d{1,20}$/.exec(reference ?? '');
  if (reference === null || number === null) return null;
  return `${reference.slice(0, number.index)}${choices.decimalDigits(number[0].length + 2)}`;
}
