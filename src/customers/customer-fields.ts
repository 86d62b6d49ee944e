import { type Address, type AddressChanges, mergedAddress } from '../payment-methods/billing.js';
import { mergedMetadata, type Metadata, type MetadataChanges } from '../platform/common/metadata.js';

export const TAX_EXEMPT = ['none', 'exempt', 'reverse'] as const;
export type TaxExempt = (typeof TAX_EXEMPT)[number];

/** Where goods go. */
export interface Shipping {
  readonly name: string | null;
  readonly phone: string | null;
  readonly address: Address | null;
}

/** What a merchant knows of a customer. */
export interface CustomerFields {
  readonly name: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly description: string | null;
  readonly address: Address | null;
  readonly shipping: Shipping | null;
  readonly metadata: Metadata;
  readonly preferredLocales: readonly string[];
  readonly taxExempt: TaxExempt;
  readonly balance: number;
  readonly defaultPaymentMethodId: string | null;
}

/** Changes of a customer: fields that are not given stay as they are. `shipping` is replaced as a whole. */
export interface CustomerChanges extends Partial<Omit<CustomerFields, 'address' | 'metadata'>> {
  readonly address?: AddressChanges;
  readonly metadata?: MetadataChanges;
}

/** A customer of whom nothing is known; what is left of a deleted one. */
export const NO_FIELDS: CustomerFields = {
  name: null,
  email: null,
  phone: null,
  description: null,
  address: null,
  shipping: null,
  metadata: {},
  preferredLocales: [],
  taxExempt: 'none',
  balance: 0,
  defaultPaymentMethodId: null,
};

const FIELDS = Object.keys(NO_FIELDS) as (keyof CustomerFields)[];

/** Returns all fields after the changes. */
export function changedCustomer(current: CustomerFields, changes: CustomerChanges): CustomerFields {
  const { address, metadata, ...others } = changes;
  const given: Partial<CustomerFields> = others;
  const plain = Object.fromEntries(
    FIELDS.map((field) => [field, given[field] === undefined ? current[field] : given[field]]),
  );
  return {
    ...(plain as unknown as CustomerFields),
    ...(address !== undefined && { address: mergedAddress(current.address, address) }),
    ...(metadata !== undefined && { metadata: mergedMetadata(current.metadata, metadata) }),
  };
}
