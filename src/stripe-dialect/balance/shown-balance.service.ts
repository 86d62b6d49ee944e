import { Injectable } from '@nestjs/common';
import { LedgerService } from '../../ledger/ledger.service.js';
import { idIn } from '../../platform/worlds/world-ids.js';
import { ownId } from '../../platform/common/dialect-ids.js';
import { ShownObjects } from '../objects.service.js';
import { currency } from '../wire/amounts.js';
import type { Call } from '../wire/call.js';
import type { Shown } from '../wire/expand.js';
import { created, idsWithin, LIST, listOf, pageOf } from '../wire/lists.js';
import { notThere } from '../wire/lookups.js';
import { type ParamsOf, text } from '../wire/params.js';
import { balanceView } from './balance-view.js';
import { entryTypesOf, entryView } from './transaction-view.js';

export const LIST_TRANSACTIONS = {
  ...LIST,
  created,
  currency,
  payout: text(),
  source: text(),
  type: text(100),
} as const;

/** The kinds of what moves the balance, by the prefixes of their ids. */
const SOURCES: Readonly<Record<string, string>> = { ch: 'charge', re: 'refund', dp: 'dispute', po: 'payout' };

/** The operations of the balance and its transactions. All throw DialectErrors. */
@Injectable()
export class ShownBalance {
  constructor(
    private readonly ledger: LedgerService,
    private readonly objects: ShownObjects,
  ) {
    objects.register('balance_transaction', (call, id) => this.find(call, id));
    objects.register('source', (call, id) => objects.read(call, SOURCES[id.split('_', 1)[0] ?? ''] ?? '', id));
  }

  async balance(call: Call): Promise<Shown> {
    return balanceView(await this.ledger.balances(call));
  }

  async retrieve(call: Call, id: string): Promise<Shown> {
    const shown = await this.find(call, id);
    if (!shown) throw notThere('balance transaction', id, 'path');
    return this.objects.expanded(call, shown);
  }

  async list(call: Call, asked: ParamsOf<typeof LIST_TRANSACTIONS>): Promise<Shown> {
    const { created: bounds, currency: wanted, payout, source, type, ...page } = asked;
    const filter = {
      createdAt: idsWithin('le', bounds),
      ...(wanted !== undefined && { currency: wanted }),
      ...(payout !== undefined && { payout }),
      ...(source !== undefined && { about: idIn(call.accountId, ownId(source)) }),
      ...(type !== undefined && { types: entryTypesOf(type) }),
    };
    const { data, hasMore } = await this.ledger.foundTransactions(call, filter, pageOf(page, entryIdIn));
    const views = data.flatMap(({ entry }) => entryView(entry) ?? []);
    return this.objects.expanded(call, { ...listOf(call, { data: views, hasMore }) });
  }

  private async find(call: Call, id: string): Promise<Shown | null> {
    if (!id.startsWith('txn_')) return null;
    const entry = await this.ledger.transaction(call, idIn(call.accountId, entryIdIn(id)));
    return entry && entryView(entry);
  }
}

/** A transaction has the digits of its entry. */
function entryIdIn(id: string): string {
  return id.replace(/^txn_/, 'le_');
}
