import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, QueryFilter } from 'mongoose';
import { WorldsService } from '../../accounts/worlds.service.js';
import { changedFields, untoldChange, type WriteContext } from '../../events/untold-changes.js';
import { UNTOLD_IDS } from '../../events/untold-fields.schema.js';
import { UntoldObjects } from '../../events/untold-objects.service.js';
import { AccountData } from '../../platform/database/account-data.service.js';
import { findPage, type Page, type PageRequest } from '../../platform/database/page.js';
import { DueWorkRunner } from '../../platform/due-work/due-work-runner.service.js';
import { idIn } from '../../platform/worlds/world-ids.js';
import { EventProjection } from '../events/event-projection.service.js';
import { notThere, type Place } from '../wire/lookups.js';
import { Product } from './product.schema.js';
import { productView } from './product-view.js';

/** Products in the database. Events tell of each change. */
@Injectable()
export class ProductStore {
  private readonly changes: UntoldObjects<Product>;

  constructor(
    @InjectModel(Product.name) private readonly products: Model<Product>,
    accountData: AccountData,
    worlds: WorldsService,
    runner: DueWorkRunner,
    projection: EventProjection,
  ) {
    accountData.register({
      model: products,
      belongsTo: 'world',
      outlivesUser: false,
      copied: {
        ids: ['_id', 'defaultPriceId', 'untold.previous.defaultPriceId', ...UNTOLD_IDS],
        left: ['leaseUntil'],
      },
    });
    this.changes = new UntoldObjects(products, worlds, runner, 'dialect_product.repair');
    projection.follow(this.changes, productView);
  }

  /** If the same request ran before, this returns the product that it made. */
  insert(product: Product, context: WriteContext): Promise<Product> {
    return this.changes.insert(product, untoldChange('product.created', context, null));
  }

  /** The same for one that only an item of a session has, of which nobody is told. */
  insertSilently(product: Product): Promise<Product> {
    return this.changes.insertSilently(product);
  }

  /** Those that are deleted too. Null if there is none. */
  async find(accountId: string, id: string): Promise<Product | null> {
    return this.products.findOne({ _id: idIn(accountId, id), accountId }).lean<Product>();
  }

  /** Throws a DialectError if there is none, or it is deleted. */
  async get(accountId: string, id: string, place: Place): Promise<Product> {
    const product = await this.find(accountId, id);
    if (!product || product.deletedAt) throw notThere('product', id, place);
    return product;
  }

  list(accountId: string, filter: QueryFilter<Product>, page: PageRequest): Promise<Page<Product>> {
    return findPage(this.products, accountId, { deletedAt: null, ...filter }, page);
  }

  /** Those with these stored ids, by id. */
  async byIds(ids: readonly string[]): Promise<ReadonlyMap<string, Product>> {
    const found = await this.products.find({ _id: { $in: [...new Set(ids)] } }).lean<Product[]>();
    return new Map(found.map((product) => [product._id, product]));
  }

  /** Nobody is told if nothing differs. Throws a DialectError if there is none, or it is deleted. */
  async change(
    context: WriteContext,
    id: string,
    type: 'product.updated' | 'product.deleted',
    decide: (product: Product) => Partial<Product>,
  ): Promise<Product> {
    for (;;) {
      const product = await this.find(context.accountId, id);
      // The same request ran before but its answer was lost.
      if (product?.lastEventId === context.eventId) {
        await this.changes.tell(product);
        return product;
      }
      if (!product || product.deletedAt) throw notThere('product', id, 'path');
      const changed = changedFields<Product>(product, decide(product));
      if (!changed) return product;
      const set = { ...changed.set, updatedAt: context.world.now() };
      const previous = { ...changed.previous, updatedAt: product.updatedAt };
      const told = await this.changes.change(product, set, untoldChange(type, context, previous));
      if (told) return told;
    }
  }
}
