import { Injectable } from '@nestjs/common';
import { idIn, publicId } from '../../platform/worlds/world-ids.js';
import { newPrice } from '../prices/new-price.js';
import type { Price } from '../prices/price.schema.js';
import { PriceStore } from '../prices/price-store.service.js';
import { priceView } from '../prices/price-view.js';
import { amountOf } from '../prices/unit-amounts.js';
import { newProduct } from '../products/new-product.js';
import type { Product } from '../products/product.schema.js';
import { ProductStore } from '../products/product-store.service.js';
import type { Call } from '../wire/call.js';
import { invalidRequest, missingParameter } from '../wire/dialect-error.js';
import type { Shown } from '../wire/expand.js';
import { metadataAfter, type ParamsOf } from '../wire/params.js';
import type { CREATE_SESSION } from './checkout-params.js';
import type { SessionItem } from './session-details.js';
import { idWithin } from './session-ids.js';

type SentItem = NonNullable<ParamsOf<typeof CREATE_SESSION>['line_items']>[number];

/** The items of a session before it is stored. */
export interface Order {
  readonly currency: string;
  /** Of all items, in minor units. */
  readonly amount: number;
  readonly items: readonly SessionItem[];
  /** The price of each item. */
  readonly prices: readonly Price[];
}

interface ReadItem {
  readonly price: Price;
  /** The names of its product, and the product itself if the item brings it. */
  readonly name: string;
  readonly product: Product | null;
  readonly isNew: boolean;
}

/** What is bought in sessions: existing prices, and those that an item brings with it. */
@Injectable()
export class SessionItems {
  constructor(
    private readonly prices: PriceStore,
    private readonly products: ProductStore,
  ) {}

  /**
   * Reads the items of a new session, and stores the prices and products that they bring with them. Throws
   * DialectErrors (400).
   *
   * @param id the stored id of the session
   */
  async order(call: Call, id: string, sent: readonly SentItem[]): Promise<Order> {
    const read: ReadItem[] = [];
    for (const [index, item] of sent.entries()) read.push(await this.read(call, id, item, index));
    const [first] = read;
    if (!first) throw missingParameter('line_items');
    const { currency } = first.price;
    const other = read.findIndex(({ price }) => price.currency !== currency);
    if (other >= 0)
      throw invalidRequest('All items of a session have to be in the same currency.', {
        param: `line_items[${other}]`,
      });
    const items = read.map(({ price, name }, index): SessionItem => {
      const quantity = sent[index]?.quantity ?? 1;
      return {
        price: publicId(price._id),
        description: name,
        quantity,
        amount: amountOf(price, quantity),
        metadata: metadataAfter({}, sent[index]?.metadata),
      };
    });
    for (const { product, price, isNew } of read) {
      if (product) await this.products.insertSilently(product);
      if (isNew) await this.prices.insertSilently(price);
    }
    const amount = items.reduce((sum, item) => sum + item.amount, 0);
    return { currency, amount, items, prices: read.map(({ price }) => price) };
  }

  /** The items as they are shown, in their order. */
  async shown(accountId: string, sessionId: string, currency: string, items: readonly SessionItem[]): Promise<Shown[]> {
    const prices = await this.prices.byIds(items.map(({ price }) => idIn(accountId, price)));
    return items.map((item, index) => {
      const price = prices.get(idIn(accountId, item.price));
      return {
        id: idWithin(sessionId, 'li', index),
        object: 'item',
        adjustable_quantity: null,
        amount_discount: 0,
        amount_subtotal: item.amount,
        amount_tax: 0,
        amount_total: item.amount,
        currency: currency.toLowerCase(),
        description: item.description,
        metadata: item.metadata,
        price: price ? priceView(price) : null,
        quantity: item.quantity,
      };
    });
  }

  private async read(call: Call, id: string, item: SentItem, index: number): Promise<ReadItem> {
    const within = (name: string): string => `line_items[${index}][${name}]`;
    const { price: priceId, price_data: data, quantity } = item;
    if (priceId !== undefined && data !== undefined)
      throw invalidRequest('You may only specify one of these parameters: price, price_data.', {
        code: 'parameters_exclusive',
        param: within('price'),
      });
    if (priceId === undefined && data === undefined) throw missingParameter(within('price'));
    if (quantity === undefined) throw missingParameter(within('quantity'));
    const read =
      data === undefined
        ? await this.existing(call, priceId ?? '', within('price'))
        : await this.brought(call, id, data, index);
    if (read.price.recurring !== null)
      throw invalidRequest('You specified `payment` mode but passed a recurring price.', { param: within('price') });
    return read;
  }

  private async existing({ accountId }: Call, id: string, param: string): Promise<ReadItem> {
    const price = await this.prices.get(accountId, id, { param });
    if (!price.active)
      throw invalidRequest('The price specified is inactive. This field only accepts active prices.', { param });
    const product = await this.products.find(accountId, price.productId);
    return { price, name: product?.name ?? id, product: null, isNew: false };
  }

  /** Nobody else uses what an item brings with it, so it is not active. */
  private async brought(
    call: Call,
    id: string,
    data: NonNullable<SentItem['price_data']>,
    index: number,
  ): Promise<ReadItem> {
    const { accountId } = call;
    const within = (name: string): string => `line_items[${index}][price_data][${name}]`;
    const { product: productId, product_data: productData } = data;
    const owner = { accountId, now: call.world.now() };
    const idOf = (prefix: 'price' | 'prod'): string => idIn(accountId, idWithin(publicId(id), prefix, index));
    if (productId !== undefined && productData !== undefined)
      throw invalidRequest('You may only specify one of these parameters: product, product_data.', {
        code: 'parameters_exclusive',
        param: within('product'),
      });
    if (productId === undefined && productData === undefined) throw missingParameter(within('product_data'));
    const product = productData
      ? newProduct(owner, idOf('prod'), { ...productData, active: false })
      : await this.products.get(accountId, productId ?? '', { param: within('product') });
    const price = newPrice(owner, idOf('price'), product._id, { ...data, active: false }, within);
    return { price, name: product.name, product: productData ? product : null, isNew: true };
  }
}
