import type { Customer } from '../../customers/customer.schema.js';
import { publicId } from '../../platform/worlds/world-ids.js';
import { addressView } from '../addresses.js';
import { seconds } from '../wire/lists.js';

/** A deleted customer is only a sign that it was there. */
export function customerView(customer: Customer) {
  const { _id, deletedAt, shipping, defaultPaymentMethodId, testClockId } = customer;
  const id = publicId(_id);
  if (deletedAt !== null) return { id, object: 'customer', deleted: true };
  return {
    id,
    object: 'customer',
    address: addressView(customer.address),
    balance: customer.balance,
    created: seconds(customer.createdAt),
    currency: null,
    customer_account: null,
    default_source: null,
    delinquent: false,
    description: customer.description,
    discount: null,
    email: customer.email,
    invoice_prefix: id.slice(-8).toUpperCase(),
    invoice_settings: {
      custom_fields: null,
      default_payment_method: defaultPaymentMethodId === null ? null : publicId(defaultPaymentMethodId),
      footer: null,
      rendering_options: null,
    },
    livemode: false,
    metadata: customer.metadata,
    name: customer.name,
    next_invoice_sequence: 1,
    phone: customer.phone,
    preferred_locales: customer.preferredLocales,
    shipping: shipping && { address: addressView(shipping.address), name: shipping.name, phone: shipping.phone },
    tax_exempt: customer.taxExempt,
    test_clock: testClockId === null ? null : publicId(testClockId),
  };
}
