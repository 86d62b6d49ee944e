import { describe, expect, it } from '@jest/globals';
import { checksumOf, toPortable, toStored } from './portable.js';

const rules = { ids: ['_id', 'refunds.id', 'history.refundId'], left: ['leaseUntil'], retentionMs: 1_000 };
const now = new Date('2026-01-31T09:00:00Z');

const stored = {
  _id: 'txn_1~a.b',
  accountId: 'user_1~a.b',
  customerName: 'txn_1~a.b',
  metadata: { id: 'ref_1~a.b' },
  refunds: [{ id: 'ref_1~a.b', amount: 1 }],
  history: [{ refundId: null }, { refundId: 'ref_1~a.b' }],
  dueAt: now,
  leaseUntil: now,
  clockId: 'user_1~a.b',
  purgeAt: new Date(0),
};

describe('A document that travels', () => {
  it('has no world in its ids, and only there: texts stay as they are', () => {
    expect(toPortable(stored, { ...rules, left: ['leaseUntil', 'clockId'] })).toEqual({
      _id: 'txn_1',
      customerName: 'txn_1~a.b',
      metadata: { id: 'ref_1~a.b' },
      refunds: [{ id: 'ref_1', amount: 1 }],
      history: [{ refundId: null }, { refundId: 'ref_1' }],
      dueAt: now,
      purgeAt: new Date(0),
    });
  });

  it('belongs to the world where it arrives, goes by its clock, and is kept from then on', () => {
    const copied = { ...rules, left: ['leaseUntil', 'clockId'], byClock: true };
    const portable = toPortable(stored, copied);
    const arrived = toStored(portable, copied, { owner: 'user_2~c.d', hasVirtualClock: true, now });
    expect(arrived).toEqual({
      ...portable,
      _id: 'txn_1~c.d',
      accountId: 'user_2~c.d',
      refunds: [{ id: 'ref_1~c.d', amount: 1 }],
      history: [{ refundId: null }, { refundId: 'ref_1~c.d' }],
      clockId: 'user_2~c.d',
      purgeAt: new Date(now.getTime() + 1_000),
    });
    const real = toStored(portable, copied, { owner: 'user_2~c.d', hasVirtualClock: false, now });
    expect(real).not.toHaveProperty('clockId');
  });
});

describe('A checksum', () => {
  it('is the same whatever the order of keys, and after a way through JSON', () => {
    const value = { b: [1, { d: null, c: 'x' }], a: now, e: undefined };
    const same = { a: now, b: [1, { c: 'x', d: null }] };
    expect(checksumOf(value)).toBe(checksumOf(same));
    expect(checksumOf(JSON.parse(JSON.stringify(value)))).toBe(checksumOf(value));
  });

  it('is another one for another value', () => {
    expect(checksumOf({ a: 1 })).not.toBe(checksumOf({ a: '1' }));
    expect(checksumOf({ a: [1, 2] })).not.toBe(checksumOf({ a: [2, 1] }));
  });
});
