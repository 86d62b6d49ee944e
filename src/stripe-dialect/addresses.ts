import type { Address, AddressChanges, BillingChanges, BillingDetails } from '../payment-methods/billing.js';
import { clearable, object, type ParamsOf, text } from './wire/params.js';

const ADDRESS = {
  city: clearable(text()),
  country: clearable(text()),
  line1: clearable(text()),
  line2: clearable(text()),
  postal_code: clearable(text()),
  state: clearable(text()),
} as const;

/** A postal address as a parameter; an empty text clears it. */
export const address = clearable(object(ADDRESS));

const BILLING = {
  address,
  email: clearable(text()),
  name: clearable(text()),
  phone: clearable(text()),
  tax_id: clearable(text()),
} as const;

export const billing = object(BILLING);

const SHIPPING = {
  address,
  name: clearable(text()),
  phone: clearable(text()),
  carrier: clearable(text()),
  tracking_number: clearable(text()),
} as const;

export const shipping = clearable(object(SHIPPING));

/** Leaves out what was not sent. */
export function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

export function addressChanges(sent: ParamsOf<typeof ADDRESS> | null | undefined): AddressChanges | undefined {
  if (sent === undefined || sent === null) return sent;
  const { postal_code: postalCode, ...others } = sent;
  return given({ ...others, postalCode });
}

export function billingChanges(sent: ParamsOf<typeof BILLING> | undefined): BillingChanges {
  if (sent === undefined) return {};
  const { name, email, phone } = sent;
  return given({ name, email, phone, address: addressChanges(sent.address) });
}

export function addressView(shown: Address | null) {
  if (shown === null) return null;
  const { city, country, line1, line2, postalCode, state } = shown;
  return { city, country, line1, line2, postal_code: postalCode, state };
}

const NO_ADDRESS = { city: null, country: null, line1: null, line2: null, postal_code: null, state: null };

/** Billing details always have an address. */
export function billingView(shown: BillingDetails | null | undefined) {
  const { name = null, email = null, phone = null, address: at = null } = shown ?? {};
  return { address: addressView(at) ?? NO_ADDRESS, email, name, phone, tax_id: null };
}
