import { describe, expect, it } from '@jest/globals';
import { truthOf } from './answer-truth.js';
import { repetitionOf } from './repetition.js';

const answer = { operation: 'charge', status: 201, text: '{"id":"txn_1","status":"pending"}', isReplay: false };

describe('The truth of an answer', () => {
  it.each([
    [{}, { objectId: 'txn_1', moneyMoved: true }],
    [{ isReplay: true }, { objectId: 'txn_1', moneyMoved: false }],
    [{ status: 422 }, { objectId: null, moneyMoved: false }],
    [{ text: '{"id":"txn_1","status":"failed"}' }, { objectId: 'txn_1', moneyMoved: false }],
    [
      { operation: 'getPayment', status: 200 },
      { objectId: 'txn_1', moneyMoved: false },
    ],
    [{ operation: 'createRefund' }, { objectId: 'txn_1', moneyMoved: true }],
    [{ text: '' }, { objectId: null, moneyMoved: true }],
    [{ text: '[1]' }, { objectId: null, moneyMoved: true }],
    [
      {
        operation: 'POST /v1/payment_intents',
        text: '{"id":"pi_1","object":"payment_intent","status":"succeeded","latest_charge":"ch_1"}',
      },
      { objectId: 'txn_1', moneyMoved: true },
    ],
    [
      {
        operation: 'POST /v1/payment_intents',
        text: '{"id":"pi_1","object":"payment_intent","status":"requires_confirmation","latest_charge":null}',
      },
      { objectId: 'pi_1', moneyMoved: false },
    ],
    [
      { operation: 'POST /v1/refunds', text: '{"id":"re_1","object":"refund","status":"succeeded"}' },
      { objectId: 'ref_1', moneyMoved: true },
    ],
  ])('%j', (overrides, expected) => {
    expect(truthOf({ ...answer, ...overrides })).toEqual(expected);
  });
});

describe('A repetition', () => {
  const request = { operation: 'charge', path: '/payments/charge', idempotencyKey: 'k1', fingerprint: 'f1' };
  const hit = { ...request, repeatedWith: null };

  it.each([
    [{}, {}, 'same_key'],
    [{}, { fingerprint: 'f2' }, 'same_key'],
    [{}, { idempotencyKey: 'k2' }, 'other_key'],
    [{}, { idempotencyKey: null }, 'no_key'],
    [{ idempotencyKey: null }, { idempotencyKey: null }, 'no_key'],
    [{ idempotencyKey: null }, {}, 'other_key'],
    [{}, { idempotencyKey: 'k2', fingerprint: 'f2' }, null],
    [{}, { path: '/payments/other' }, null],
    [{}, { operation: 'other' }, null],
    [{ repeatedWith: 'no_key' as const }, {}, null],
  ])('of a hit with %j by %j: %s', (before, after, expected) => {
    expect(repetitionOf({ ...hit, ...before }, { ...request, ...after })).toBe(expected);
  });
});
