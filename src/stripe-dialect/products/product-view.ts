import { publicId } from '../../platform/worlds/world-ids.js';
import { seconds } from '../wire/lists.js';
import type { Product } from './product.schema.js';

/** As it is, or as it was before it was deleted. */
export function productView(product: Product) {
  const { _id, defaultPriceId, marketingFeatures } = product;
  return {
    id: publicId(_id),
    object: 'product',
    active: product.active,
    created: seconds(product.createdAt),
    default_price: defaultPriceId === null ? null : publicId(defaultPriceId),
    description: product.description,
    images: product.images,
    livemode: false,
    marketing_features: marketingFeatures.map((name) => ({ name })),
    metadata: product.metadata,
    name: product.name,
    package_dimensions: product.packageDimensions,
    shippable: product.shippable,
    statement_descriptor: product.statementDescriptor,
    tax_code: product.taxCode,
    tax_details: null,
    type: product.type,
    unit_label: product.unitLabel,
    updated: seconds(product.updatedAt),
    url: product.url,
  };
}

/** A sign that it was there. */
export function deletedProductView({ _id }: Product) {
  return { id: publicId(_id), object: 'product', deleted: true };
}
