import type { CatalogueOwner } from '../products/new-product.js';
import { metadataAfter, type ParamsOf } from '../wire/params.js';
import type { Price, Recurring } from './price.schema.js';
import type { CREATE_PRICE } from './price-params.js';
import { unitAmountOf } from './unit-amounts.js';

type Create = ParamsOf<typeof CREATE_PRICE>;
type Sent = Pick<Create, 'currency' | 'recurring' | 'tax_behavior' | 'unit_amount' | 'unit_amount_decimal'> &
  Partial<Pick<Create, 'active' | 'lookup_key' | 'metadata' | 'nickname'>>;

/**
 * Throws a DialectError (400) if it says no amount, or two.
 *
 * @param id the stored id
 * @param productId the stored id of its product
 * @param within begins the names of the parameters
 */
export function newPrice(
  { accountId, now }: CatalogueOwner,
  id: string,
  productId: string,
  sent: Sent,
  within?: (name: string) => string,
): Price {
  return {
    _id: id,
    accountId,
    productId,
    active: sent.active ?? true,
    currency: sent.currency,
    ...unitAmountOf(sent, within),
    lookupKey: sent.lookup_key ?? null,
    nickname: sent.nickname ?? null,
    metadata: metadataAfter({}, sent.metadata),
    recurring: recurringOf(sent.recurring),
    taxBehavior: sent.tax_behavior ?? 'unspecified',
    createdAt: now,
  };
}

function recurringOf(sent: Create['recurring']): Recurring | null {
  if (sent === undefined) return null;
  return {
    interval: sent.interval,
    interval_count: sent.interval_count ?? 1,
    meter: sent.meter ?? null,
    trial_period_days: sent.trial_period_days ?? null,
    usage_type: sent.usage_type ?? 'licensed',
  };
}
