import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, QueryFilter } from 'mongoose';
import { WorldsService } from '../../accounts/worlds.service.js';
import { changedFields, untoldChange, type WriteContext } from '../../events/untold-changes.js';
import { UNTOLD_IDS } from '../../events/untold-fields.schema.js';
import { UntoldObjects } from '../../events/untold-objects.service.js';
import { AccountData } from '../../platform/database/account-data.service.js';
import { isDuplicateKey } from '../../platform/database/duplicate-key.js';
import { findPage, type Page, type PageRequest } from '../../platform/database/page.js';
import { DueWorkRunner } from '../../platform/due-work/due-work-runner.service.js';
import { idIn } from '../../platform/worlds/world-ids.js';
import { EventProjection } from '../events/event-projection.service.js';
import { notThere, type Place } from '../wire/lookups.js';
import { Price } from './price.schema.js';
import { priceView } from './price-view.js';

/** Prices in the database. Events tell of each change. */
@Injectable()
export class PriceStore {
  private readonly changes: UntoldObjects<Price>;

  constructor(
    @InjectModel(Price.name) private readonly prices: Model<Price>,
    accountData: AccountData,
    worlds: WorldsService,
    runner: DueWorkRunner,
    projection: EventProjection,
  ) {
    accountData.register({
      model: prices,
      belongsTo: 'world',
      outlivesUser: false,
      copied: { ids: ['_id', 'productId', ...UNTOLD_IDS], left: ['leaseUntil'] },
    });
    this.changes = new UntoldObjects(prices, worlds, runner, 'dialect_price.repair');
    projection.follow(this.changes, priceView);
  }

  /** If the same request ran before, this returns the price that it made. Null if another one has its lookup key. */
  insert(price: Price, context: WriteContext): Promise<Price | null> {
    return this.changes.insertUnique(price, untoldChange('price.created', context, null));
  }

  /** The same for one that only an item of a session has, of which nobody is told. */
  insertSilently(price: Price): Promise<Price> {
    return this.changes.insertSilently(price);
  }

  /** Null if there is none. */
  async find(accountId: string, id: string): Promise<Price | null> {
    return this.prices.findOne({ _id: idIn(accountId, id), accountId }).lean<Price>();
  }

  /** Throws a DialectError if there is none. */
  async get(accountId: string, id: string, place: Place): Promise<Price> {
    const price = await this.find(accountId, id);
    if (!price) throw notThere('price', id, place);
    return price;
  }

  list(accountId: string, filter: QueryFilter<Price>, page: PageRequest): Promise<Page<Price>> {
    return findPage(this.prices, accountId, filter, page);
  }

  /** Those with these stored ids, by id. */
  async byIds(ids: readonly string[]): Promise<ReadonlyMap<string, Price>> {
    const found = await this.prices.find({ _id: { $in: [...new Set(ids)] } }).lean<Price[]>();
    return new Map(found.map((price) => [price._id, price]));
  }

  /** The price that has a lookup key; null if none has it. */
  async withLookupKey(accountId: string, lookupKey: string): Promise<Price | null> {
    return this.prices.findOne({ accountId, lookupKey }).lean<Price>();
  }

  async hasAny(accountId: string, productId: string): Promise<boolean> {
    return (await this.prices.exists({ accountId, productId })) !== null;
  }

  /**
   * Nobody is told if nothing differs. Null if another price has its new lookup key. Throws a DialectError if there is
   * none.
   */
  async change(context: WriteContext, id: string, decide: (price: Price) => Partial<Price>): Promise<Price | null> {
    try {
      return await this.changeUnlessTaken(context, id, decide);
    } catch (error) {
      if (isDuplicateKey(error)) return null;
      throw error;
    }
  }

  private async changeUnlessTaken(
    context: WriteContext,
    id: string,
    decide: (price: Price) => Partial<Price>,
  ): Promise<Price> {
    for (;;) {
      const price = await this.get(context.accountId, id, 'path');
      const changed = changedFields<Price>(price, decide(price));
      // Nothing differs either if the same request ran before but its answer was lost.
      if (!changed) {
        await this.changes.tell(price);
        return price;
      }
      const told = await this.changes.change(
        price,
        changed.set,
        untoldChange('price.updated', context, changed.previous),
      );
      if (told) return told;
    }
  }
}
