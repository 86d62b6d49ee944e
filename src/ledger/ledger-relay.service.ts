import { Injectable } from '@nestjs/common';
import { WorldsService } from '../accounts/worlds.service.js';
import type { Payment } from '../payments/payment.schema.js';
import { PaymentRelay } from '../payments/payment-relay.worker.js';
import type { StoredChange } from '../payments/relay-progress.js';
import { LedgerPostings } from './ledger-postings.service.js';
import type { NewEntry } from './new-entry.js';
import { entriesOfPayment } from './payment-entries.js';

/** Posts what follows from changes of payments. Reads of the ledger do not wait for it: they post what is left. */
@Injectable()
export class LedgerRelay {
  constructor(
    relay: PaymentRelay,
    private readonly postings: LedgerPostings,
    private readonly worlds: WorldsService,
  ) {
    relay.subscribeAfterEvents((changes) => this.post(changes));
  }

  /** Safe to repeat. */
  async post(changes: readonly Pick<StoredChange<Payment>, 'object' | 'firstEntry'>[]): Promise<void> {
    const byAccount = new Map<string, NewEntry[]>();
    for (const { object, firstEntry } of changes) {
      const { accountId } = object;
      const world = await this.worlds.of(accountId);
      // What belongs to a world that is gone is removed with it.
      if (!world) continue;
      const entries = byAccount.get(accountId) ?? [];
      byAccount.set(accountId, entries);
      entries.push(...entriesOfPayment(object, firstEntry, world.settings));
    }
    for (const [accountId, entries] of byAccount) await this.postings.post(accountId, entries);
  }
}
