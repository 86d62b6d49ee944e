import { Injectable } from '@nestjs/common';
import { followingContext } from '../../events/untold-changes.js';
import { idIn } from '../../platform/worlds/world-ids.js';
import { given } from '../addresses.js';
import { ShownObjects } from '../objects.service.js';
import { newPrice } from '../prices/new-price.js';
import { PriceStore } from '../prices/price-store.service.js';
import type { Call } from '../wire/call.js';
import { invalidRequest } from '../wire/dialect-error.js';
import type { Shown } from '../wire/expand.js';
import { idsWithin, listOf, pageOf } from '../wire/lists.js';
import { metadataAfter, type ParamsOf } from '../wire/params.js';
import { type SEARCH, searched } from '../wire/search.js';
import { newProduct, productFields } from './new-product.js';
import type { Product } from './product.schema.js';
import type { CREATE_PRODUCT, LIST_PRODUCTS, UPDATE_PRODUCT } from './product-params.js';
import { ProductStore } from './product-store.service.js';
import { deletedProductView, productView } from './product-view.js';

const SEARCHED = ['active', 'description', 'metadata', 'name', 'shippable', 'url'];

/** The operations of products. All throw DialectErrors. */
@Injectable()
export class ShownProducts {
  constructor(
    private readonly products: ProductStore,
    private readonly prices: PriceStore,
    private readonly objects: ShownObjects,
  ) {
    objects.register('product', async ({ accountId }, id) => {
      const product = await products.find(accountId, id);
      return product && (product.deletedAt ? deletedProductView(product) : productView(product));
    });
  }

  async create(call: Call, { default_price_data: data, ...sent }: ParamsOf<typeof CREATE_PRODUCT>): Promise<Shown> {
    const owner = { accountId: call.accountId, now: call.world.now() };
    const id = call.newId('prod');
    const price = data && newPrice(owner, call.newId('price'), id, data, (name) => `default_price_data[${name}]`);
    const product = newProduct(owner, id, sent, price?._id ?? null);
    const created = await this.products.insert(product, call);
    if (price) await this.prices.insert(price, followingContext(call, 'price'));
    return this.shown(call, created);
  }

  async retrieve(call: Call, id: string): Promise<Shown> {
    return this.shown(call, await this.products.get(call.accountId, id, 'path'));
  }

  async update(call: Call, id: string, sent: ParamsOf<typeof UPDATE_PRODUCT>): Promise<Shown> {
    const { default_price: chosen, metadata } = sent;
    const { _id } = await this.products.get(call.accountId, id, 'path');
    if (typeof chosen === 'string') {
      const price = await this.prices.get(call.accountId, chosen, { param: 'default_price' });
      if (price.productId !== _id)
        throw invalidRequest('The default price has to be a price of the product.', { param: 'default_price' });
    }
    const changed = await this.products.change(call, id, 'product.updated', (product) => ({
      ...productFields(sent),
      ...given({
        metadata: metadata === undefined ? undefined : metadataAfter(product.metadata, metadata),
        defaultPriceId: typeof chosen === 'string' ? idIn(call.accountId, chosen) : chosen,
      }),
    }));
    return this.shown(call, changed);
  }

  async delete(call: Call, id: string): Promise<Shown> {
    if (await this.prices.hasAny(call.accountId, idIn(call.accountId, id)))
      throw invalidRequest('This product cannot be deleted because it has one or more prices.', { param: 'id' });
    const at = call.world.now();
    return deletedProductView(await this.products.change(call, id, 'product.deleted', () => ({ deletedAt: at })));
  }

  async list(call: Call, asked: ParamsOf<typeof LIST_PRODUCTS>): Promise<Shown> {
    const { active, created, ids, shippable, type, url, ...page } = asked;
    const filter = {
      ...given({ active, shippable, type, url }),
      ...idsWithin('prod', created),
      ...(ids && { $and: [{ _id: { $in: ids.map((id) => idIn(call.accountId, id)) } }] }),
    };
    const { data, hasMore } = await this.products.list(call.accountId, filter, pageOf(page));
    return this.objects.expanded(call, { ...listOf(call, { data: data.map(productView), hasMore }) });
  }

  async search(call: Call, asked: ParamsOf<typeof SEARCH>): Promise<Shown> {
    const found = await searched(call, asked, SEARCHED, async (page) => {
      const { data, hasMore } = await this.products.list(call.accountId, {}, page);
      return { data: data.map(productView), hasMore };
    });
    return this.objects.expanded(call, found);
  }

  private shown(call: Call, product: Product): Promise<Shown> {
    return this.objects.expanded(call, productView(product));
  }
}
