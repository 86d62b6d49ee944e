/** A postal address. */
export interface Address {
  readonly line1: string | null;
  readonly line2: string | null;
  readonly city: string | null;
  readonly state: string | null;
  readonly postalCode: string | null;
  /** Two letters. */
  readonly country: string | null;
}

/** Who is billed. */
export interface BillingDetails {
  readonly name: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly address: Address | null;
}

/** Changes of an address: fields that are not given stay as they are; null removes all of it. */
export type AddressChanges = Partial<Address> | null;

export interface BillingChanges extends Partial<Omit<BillingDetails, 'address'>> {
  readonly address?: AddressChanges;
}

const NO_ADDRESS: Address = { line1: null, line2: null, city: null, state: null, postalCode: null, country: null };

export const NO_BILLING: BillingDetails = { name: null, email: null, phone: null, address: null };

/** Returns the address after the changes; null if nothing is left of it. */
export function mergedAddress(current: Address | null, changes: AddressChanges): Address | null {
  if (changes === null) return null;
  const merged = { ...NO_ADDRESS, ...current, ...given(changes) };
  return Object.values(merged).every((value) => value === null) ? null : merged;
}

export function mergedBilling(current: BillingDetails, { address, ...others }: BillingChanges): BillingDetails {
  return {
    ...current,
    ...given(others),
    ...(address !== undefined && { address: mergedAddress(current.address, address) }),
  };
}

/** The fields with a value. */
function given<T extends object>(changes: T): Partial<T> {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as Partial<T>;
}
