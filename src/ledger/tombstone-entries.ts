import { createHash } from 'node:crypto';
import { captureFee } from '../payments/fees.js';
import { availableOn } from '../payments/available-on.js';
import { timeDigits } from '../platform/common/ids.js';
import { idInWorld, publicId, worldOf } from '../platform/worlds/world-ids.js';
import type { NewEntry } from './new-entry.js';
import type { FormerTerms } from './payment-entries.js';

/** What remains of a payment that was deleted. */
export interface Tombstone {
  readonly _id: string;
  readonly currency: string;
  readonly amountCaptured: number;
  readonly amountRefunded: number;
  readonly createdAt: Date;
  readonly deletedAt: Date;
}

/** The entries of a payment that was deleted before there was a ledger: its sums are all that is known of it. */
export function entriesOfTombstone(tombstone: Tombstone, { fees, settlementDelayDays }: FormerTerms): NewEntry[] {
  const { _id, currency, amountCaptured, amountRefunded, createdAt, deletedAt } = tombstone;
  const entry = (type: 'payment' | 'refund', amount: number, fee: number, at: Date, available: Date): NewEntry => {
    const tail = createHash('sha256')
      .update(`${publicId(_id)} ${type}`)
      .digest('hex')
      .slice(0, 12);
    const digits = idInWorld(worldOf(_id), `${timeDigits(at)}${tail}`);
    return {
      id: `le_${digits}`,
      type,
      amount: BigInt(amount),
      fee: BigInt(fee),
      atOnce: available <= at,
      createdAt: at,
      currency,
      source: _id,
      sources: [publicId(_id)],
      eventId: `evt_${digits}`,
      availableOn: available,
    };
  };
  const fee = captureFee(amountCaptured, currency, fees);
  const captured = entry('payment', amountCaptured, fee, createdAt, availableOn(createdAt, settlementDelayDays));
  return amountRefunded === 0 ? [captured] : [captured, entry('refund', amountRefunded, 0, deletedAt, deletedAt)];
}
