import { describe, expect, it } from '@jest/globals';
import { type Address, type BillingDetails, mergedAddress, mergedBilling, NO_BILLING } from './billing.js';

const ADDRESS: Address = {
  line1: 'Invalidenstr. 116',
  line2: null,
  city: 'Berlin',
  state: null,
  postalCode: '10115',
  country: 'DE',
};
const BILLING: BillingDetails = { name: 'Jenny Rosen', email: 'jenny@example.com', phone: null, address: ADDRESS };

describe('A change of an address', () => {
  it('leaves the fields that it does not name', () => {
    expect(mergedAddress(ADDRESS, { city: 'Potsdam', line1: null })).toEqual({
      ...ADDRESS,
      city: 'Potsdam',
      line1: null,
    });
    expect(mergedAddress(ADDRESS, {})).toEqual(ADDRESS);
  });

  it('makes a whole address where there was none', () => {
    expect(mergedAddress(null, { country: 'DE' })).toEqual({
      line1: null,
      line2: null,
      city: null,
      state: null,
      postalCode: null,
      country: 'DE',
    });
  });

  it('leaves none if nothing is left of it', () => {
    expect(mergedAddress(ADDRESS, null)).toBeNull();
    expect(mergedAddress(null, {})).toBeNull();
    expect(mergedAddress({ ...ADDRESS, line1: null, city: null, postalCode: null }, { country: null })).toBeNull();
  });
});

describe('A change of billing details', () => {
  it('leaves what it does not name, within the address too', () => {
    expect(mergedBilling(BILLING, { phone: '1', address: { line2: '3rd floor' } })).toEqual({
      ...BILLING,
      phone: '1',
      address: { ...ADDRESS, line2: '3rd floor' },
    });
    expect(mergedBilling(BILLING, {})).toEqual(BILLING);
  });

  it('removes what it sets to null', () => {
    expect(mergedBilling(BILLING, { name: null, email: null, address: null })).toEqual(NO_BILLING);
  });
});
