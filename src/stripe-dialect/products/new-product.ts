import { given } from '../addresses.js';
import { invalidRequest } from '../wire/dialect-error.js';
import { metadataAfter, type ParamsOf } from '../wire/params.js';
import type { Product } from './product.schema.js';
import type { CREATE_PRODUCT, PRODUCT_DATA } from './product-params.js';

/** Whose product or price it is, and the time by its clock. */
export interface CatalogueOwner {
  readonly accountId: string;
  readonly now: Date;
}

type Create = ParamsOf<typeof CREATE_PRODUCT>;
type Sent = { readonly [K in keyof Create]?: Create[K] | undefined };
type SentData = NonNullable<ReturnType<typeof PRODUCT_DATA.read>>;

/** Fields as they were sent; what was not sent is left out, and what was cleared is null. */
export function productFields(sent: Sent): Partial<Product> {
  const { marketing_features: features, images, package_dimensions: dimensions } = sent;
  return given({
    active: sent.active,
    description: sent.description,
    images: images === null ? [] : images,
    marketingFeatures: features === null ? [] : features?.map(({ name }) => name),
    name: sent.name,
    packageDimensions: dimensions as Product['packageDimensions'] | undefined,
    shippable: sent.shippable,
    statementDescriptor: sent.statement_descriptor,
    taxCode: sent.tax_code,
    unitLabel: sent.unit_label,
    url: sent.url,
  });
}

/**
 * Throws a DialectError (400) for an id of the client's own: products are found by ids that say when they were made.
 *
 * @param id the stored id
 * @param defaultPriceId the stored id of its price
 */
export function newProduct(
  { accountId, now }: CatalogueOwner,
  id: string,
  sent: (Omit<Sent, 'name'> | SentData) & { readonly name: string },
  defaultPriceId: string | null = null,
): Product {
  if (sent.id !== undefined)
    throw invalidRequest('unsupported: products get their ids from this gateway; leave out `id`.', { param: 'id' });
  return {
    active: true,
    description: null,
    images: [],
    marketingFeatures: [],
    packageDimensions: null,
    shippable: null,
    statementDescriptor: null,
    taxCode: null,
    unitLabel: null,
    url: null,
    ...productFields(sent),
    name: sent.name,
    type: ('type' in sent ? sent.type : undefined) ?? 'service',
    metadata: metadataAfter({}, sent.metadata),
    _id: id,
    accountId,
    defaultPriceId,
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
  };
}
