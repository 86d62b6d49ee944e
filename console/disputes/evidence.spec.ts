import { describe, expect, it } from '@jest/globals';
import type { Schemas } from '../../client/connection.js';
import { changedEvidence, fieldLabel, orderFields, winningSets } from './evidence.js';

const RULES: Pick<Schemas['DisputeRulesDto'], 'rules'> = {
  rules: [
    {
      reason: 'product_not_received',
      winningEvidence: [['shippingTrackingNumber', 'shippingCarrier'], ['shippingDocumentation']],
    },
  ],
};

describe('Evidence', () => {
  it('that has every field of a set completes that set, and no other', () => {
    const texts = { shippingTrackingNumber: '1', shippingCarrier: ' ', shippingDocumentation: 'note' };
    expect(winningSets(RULES, 'product_not_received', texts)).toEqual([
      { fields: ['shippingTrackingNumber', 'shippingCarrier'], isComplete: false },
      { fields: ['shippingDocumentation'], isComplete: true },
    ]);
  });

  it('for a reason that a newer gateway has is of no set', () => {
    expect(winningSets(RULES, 'general', {})).toEqual([]);
  });

  it('is asked for in the order of the rules, each field once', () => {
    const fields = [{ field: 'receipt' }, { field: 'shippingCarrier' }, { field: 'shippingTrackingNumber' }] as const;
    const { answering, others } = orderFields(fields, winningSets(RULES, 'product_not_received', {}));
    expect(answering.map(({ field }) => field)).toEqual(['shippingTrackingNumber', 'shippingCarrier']);
    expect(others.map(({ field }) => field)).toEqual(['receipt']);
  });

  it('sends what changed alone, and null for what was emptied', () => {
    const saved = { receipt: 'a', refundPolicy: 'b', shippingCarrier: 'DHL' };
    const typed = { receipt: 'a', refundPolicy: ' ', shippingCarrier: 'UPS', billingAddress: '' };
    expect(changedEvidence(saved, typed)).toEqual({ refundPolicy: null, shippingCarrier: 'UPS' });
  });

  it.each([
    ['shippingTrackingNumber', 'Shipping tracking number'],
    ['receipt', 'Receipt'],
  ])('has a name for people in place of %s', (field, label) => {
    expect(fieldLabel(field)).toBe(label);
  });
});
