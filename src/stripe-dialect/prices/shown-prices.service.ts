import { Injectable } from '@nestjs/common';
import { followingContext } from '../../events/untold-changes.js';
import { idIn, publicId } from '../../platform/worlds/world-ids.js';
import { given } from '../addresses.js';
import { ShownObjects } from '../objects.service.js';
import { newProduct } from '../products/new-product.js';
import { ProductStore } from '../products/product-store.service.js';
import type { Call } from '../wire/call.js';
import { invalidRequest, missingParameter } from '../wire/dialect-error.js';
import type { Shown } from '../wire/expand.js';
import { idsWithin, listOf, pageOf } from '../wire/lists.js';
import { metadataAfter, type ParamsOf } from '../wire/params.js';
import { type SEARCH, searched } from '../wire/search.js';
import { newPrice } from './new-price.js';
import type { Price } from './price.schema.js';
import type { CREATE_PRICE, LIST_PRICES, UPDATE_PRICE } from './price-params.js';
import { PriceStore } from './price-store.service.js';
import { priceView } from './price-view.js';

type Keyed = ParamsOf<typeof CREATE_PRICE> | ParamsOf<typeof UPDATE_PRICE>;

const SEARCHED = ['active', 'currency', 'lookup_key', 'metadata', 'product', 'type'];

/** The operations of prices. All throw DialectErrors. */
@Injectable()
export class ShownPrices {
  constructor(
    private readonly prices: PriceStore,
    private readonly products: ProductStore,
    private readonly objects: ShownObjects,
  ) {
    objects.register('price', async ({ accountId }, id) => {
      const price = await prices.find(accountId, id);
      return price && priceView(price);
    });
  }

  async create(call: Call, sent: ParamsOf<typeof CREATE_PRICE>): Promise<Shown> {
    const { product: productId, product_data: data } = sent;
    assertPerUnit(sent);
    if (productId !== undefined && data !== undefined)
      throw invalidRequest('You may only specify one of these parameters: product, product_data.', {
        code: 'parameters_exclusive',
        param: 'product',
      });
    const owner = { accountId: call.accountId, now: call.world.now() };
    const id = call.newId('price');
    if (productId !== undefined) await this.products.get(call.accountId, productId, { param: 'product' });
    else if (data === undefined) throw missingParameter('product');
    const product = data && newProduct(owner, call.newId('prod'), data);
    const stored = product?._id ?? idIn(call.accountId, productId ?? '');
    const price = newPrice(owner, id, stored, sent);
    const context = product ? followingContext(call, 'price') : call;
    const made = await this.withLookupKey(call, id, sent, async () => {
      if (product) await this.products.insert(product, call);
      return this.prices.insert(price, context);
    });
    return this.shown(call, made);
  }

  async retrieve(call: Call, id: string): Promise<Shown> {
    return this.shown(call, await this.prices.get(call.accountId, id, 'path'));
  }

  async update(call: Call, id: string, sent: ParamsOf<typeof UPDATE_PRICE>): Promise<Shown> {
    const { active, lookup_key: lookupKey, nickname, tax_behavior: taxBehavior, metadata } = sent;
    const { _id } = await this.prices.get(call.accountId, id, 'path');
    const changed = await this.withLookupKey(call, _id, sent, () =>
      this.prices.change(call, id, (price) =>
        given({
          active,
          lookupKey,
          nickname,
          taxBehavior,
          metadata: metadata === undefined ? undefined : metadataAfter(price.metadata, metadata),
        }),
      ),
    );
    return this.shown(call, changed);
  }

  async list(call: Call, asked: ParamsOf<typeof LIST_PRICES>): Promise<Shown> {
    const { active, created, currency, lookup_keys: keys, product, recurring, type, ...page } = asked;
    const recurs = type === undefined ? {} : { recurring: type === 'recurring' ? { $ne: null } : null };
    const filter = {
      ...given({ active, currency }),
      ...idsWithin('price', created),
      ...recurs,
      ...(product !== undefined && { productId: idIn(call.accountId, product) }),
      ...(keys && { lookupKey: { $in: [...keys] } }),
      ...(recurring &&
        Object.fromEntries(Object.entries(given(recurring)).map(([name, value]) => [`recurring.${name}`, value]))),
    };
    const { data, hasMore } = await this.prices.list(call.accountId, filter, pageOf(page));
    return this.objects.expanded(call, { ...listOf(call, { data: data.map(priceView), hasMore }) });
  }

  async search(call: Call, asked: ParamsOf<typeof SEARCH>): Promise<Shown> {
    const found = await searched(call, asked, SEARCHED, async (page) => {
      const { data, hasMore } = await this.prices.list(call.accountId, {}, page);
      return { data: data.map(priceView), hasMore };
    });
    return this.objects.expanded(call, found);
  }

  /** Writes a price once no other one has its lookup key; another request may give it to one meanwhile. */
  private async withLookupKey(
    call: Call,
    id: string,
    { lookup_key: key, transfer_lookup_key: transfers }: Pick<Keyed, 'lookup_key' | 'transfer_lookup_key'>,
    write: () => Promise<Price | null>,
  ): Promise<Price> {
    for (;;) {
      if (key) await this.freeLookupKey(call, id, key, transfers);
      const written = await write();
      if (written) return written;
    }
  }

  /** Takes a lookup key from the price that has it, if that is allowed. Throws a DialectError (400). */
  private async freeLookupKey(call: Call, id: string, key: string, transfers: boolean | undefined): Promise<void> {
    const other = await this.prices.withLookupKey(call.accountId, key);
    if (!other || other._id === id) return;
    if (!transfers)
      throw invalidRequest(`A price (\`${publicId(other._id)}\`) already uses that lookup key.`, {
        param: 'lookup_key',
      });
    await this.prices.change(followingContext(call, 'lookup_key'), publicId(other._id), (price) =>
      price.lookupKey === key ? { lookupKey: null } : {},
    );
  }

  private shown(call: Call, price: Price): Promise<Shown> {
    return this.objects.expanded(call, priceView(price));
  }
}

/** Throws a DialectError (400) for amounts that do not follow from a quantity alone. */
function assertPerUnit(sent: ParamsOf<typeof CREATE_PRICE>): void {
  const odd = (['tiers', 'tiers_mode', 'transform_quantity', 'custom_unit_amount'] as const).find(
    (name) => sent[name] !== undefined,
  );
  const param = sent.billing_scheme === 'tiered' ? 'billing_scheme' : odd;
  if (param !== undefined)
    throw invalidRequest(`unsupported: prices of this gateway are per unit; leave out \`${param}\`.`, { param });
}
