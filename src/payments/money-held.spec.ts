import { describe, expect, it } from '@jest/globals';
import { moneyHeld } from './money-held.js';
import { PAYMENT_STATUSES } from './payment-lifecycle.js';

const payment = { status: 'pending', amount: 100, amountCaptured: 0, amountRefunded: 0 } as const;

describe('The money that a payment holds', () => {
  it('is its amount while it is authorized', () => {
    expect(moneyHeld({ ...payment, status: 'authorized' })).toBe(100);
  });

  it('is what was captured less refunds when it is completed', () => {
    expect(moneyHeld({ ...payment, status: 'completed', amountCaptured: 80 })).toBe(80);
    expect(moneyHeld({ ...payment, status: 'completed', amountCaptured: 80, amountRefunded: 30 })).toBe(50);
    expect(moneyHeld({ ...payment, status: 'completed', amountCaptured: 80, amountRefunded: 80 })).toBe(0);
  });

  it('is less by what lost disputes gave back, not by what is only disputed', () => {
    const dispute = {
      id: 'dsp_1',
      amount: 30,
      reason: 'general',
      fee: 1500,
      createdAt: new Date(),
      evidenceDueBy: new Date(),
      evidence: { revision: null, changes: 0, fields: [], magic: null },
      dueAt: null,
    } as const;
    const held = (stage: 'inquiry' | 'chargeback', status: 'lost' | 'won' | 'needs_response'): number =>
      moneyHeld({ ...payment, status: 'completed', amountCaptured: 80, disputes: [{ ...dispute, stage, status }] });
    expect(held('chargeback', 'lost')).toBe(50);
    expect(held('chargeback', 'needs_response')).toBe(80);
    expect(held('chargeback', 'won')).toBe(80);
    expect(held('inquiry', 'lost')).toBe(80);
  });

  it('is nothing in each other status', () => {
    const others = PAYMENT_STATUSES.filter((status) => status !== 'authorized' && status !== 'completed');
    for (const status of others) expect(moneyHeld({ ...payment, status })).toBe(0);
    expect(moneyHeld({ ...payment, status: 'refunded', amountCaptured: 100, amountRefunded: 100 })).toBe(0);
  });
});
