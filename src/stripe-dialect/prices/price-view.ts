import { publicId } from '../../platform/worlds/world-ids.js';
import { seconds } from '../wire/lists.js';
import type { Price } from './price.schema.js';

export function priceView(price: Price) {
  return {
    id: publicId(price._id),
    object: 'price',
    active: price.active,
    billing_scheme: 'per_unit',
    created: seconds(price.createdAt),
    currency: price.currency.toLowerCase(),
    custom_unit_amount: null,
    livemode: false,
    lookup_key: price.lookupKey,
    metadata: price.metadata,
    nickname: price.nickname,
    product: publicId(price.productId),
    recurring: price.recurring,
    tax_behavior: price.taxBehavior,
    tiers_mode: null,
    transform_quantity: null,
    type: price.recurring === null ? 'one_time' : 'recurring',
    unit_amount: price.unitAmount,
    unit_amount_decimal: price.unitAmountDecimal,
  };
}
