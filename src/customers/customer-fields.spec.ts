import { describe, expect, it } from '@jest/globals';
import { changedFields } from '../events/untold-changes.js';
import { changedCustomer, type CustomerFields, NO_FIELDS } from './customer-fields.js';

const JENNY: CustomerFields = {
  ...NO_FIELDS,
  name: 'Jenny Rosen',
  email: 'jenny@example.com',
  address: { line1: 'Invalidenstr. 116', line2: null, city: 'Berlin', state: null, postalCode: '10115', country: 'DE' },
  metadata: { order: '1', cart: '2' },
};

describe('A change of a customer', () => {
  it('leaves what it does not name, within metadata and the address too', () => {
    expect(
      changedCustomer(JENNY, { phone: '1', address: { city: 'Potsdam' }, metadata: { cart: null, vip: 'yes' } }),
    ).toEqual({
      ...JENNY,
      phone: '1',
      address: { ...JENNY.address, city: 'Potsdam' },
      metadata: { order: '1', vip: 'yes' },
    });
  });

  it('removes what it sets to null', () => {
    expect(changedCustomer(JENNY, { name: null, email: null, address: null, metadata: null })).toEqual(NO_FIELDS);
  });

  it('replaces shipping as a whole', () => {
    const shipping = { name: 'Jenny', phone: null, address: JENNY.address };
    const moved = changedCustomer({ ...JENNY, shipping }, { shipping: { name: 'Ada', phone: '2', address: null } });
    expect(moved.shipping).toEqual({ name: 'Ada', phone: '2', address: null });
  });

  it('changes no other field of the stored document', () => {
    const sent: object = { name: 'Ada', accountId: 'user_2', deletedAt: null };
    expect(changedCustomer(JENNY, sent)).toEqual({ ...JENNY, name: 'Ada' });
  });

  it('is told with the values before, and only of what differs', () => {
    const changed = changedCustomer(JENNY, { name: 'Jenny Rosen', email: 'ada@example.com', metadata: { order: '1' } });
    expect(changedFields(JENNY, changed)).toEqual({
      set: { email: 'ada@example.com' },
      previous: { email: 'jenny@example.com' },
    });
  });
});
