import { describe, expect, it } from '@jest/globals';
import type { HistoryItem } from './payment-state.js';
import { timelineOf } from './payment-timeline.js';

const at = (ms: number): Date => new Date(1_700_000_000_000 + ms);
const entry = (ms: number, overrides: Partial<HistoryItem>): HistoryItem => ({
  eventId: `evt_${ms}`,
  type: 'payment.created',
  at: at(ms),
  from: null,
  to: 'pending',
  amount: 1,
  cause: { by: 'due_work', requestId: null },
  refundId: null,
  ...overrides,
});
const byRequest = (requestId: string) => ({ cause: { by: 'request', requestId } }) as const;
const payment = {
  createdAt: at(0),
  outcome: { result: 'approved', authentication: true },
  rule: { channel: 'customer_name', value: 'APPROVED' },
  failure: null,
};

describe('A timeline', () => {
  it('names a request once, the decision first, and each change with its event', () => {
    const history = [
      entry(0, byRequest('req_1')),
      entry(0, {
        ...byRequest('req_1'),
        eventId: 'evt_b',
        type: 'payment.requires_action',
        from: 'pending',
        to: 'requires_action',
      }),
    ];
    expect(timelineOf({ ...payment, history }, []).map(({ kind, text }) => `${kind}: ${text}`)).toEqual([
      'request: Request req_1',
      'decision: Outcome: approved after 3-D Secure, decided by customer name APPROVED',
      'state: Created as pending, by the request',
      'event: Event payment.created',
      'state: From pending to requires_action, by the request',
      'event: Event payment.requires_action',
    ]);
  });

  it('names the checkout session on whose page the customer paid, and what was chosen there', () => {
    const history = [entry(0, byRequest('req_1'))];
    const rule = { channel: 'header', value: 'approved' };
    const steps = timelineOf({ ...payment, rule, history, checkoutSessionId: 'cs_1' }, []);
    expect(steps.map(({ text }) => text).slice(1, 3)).toEqual([
      'Outcome: approved after 3-D Secure, chosen on the checkout page',
      'Created as pending, by the customer on the page of checkout session cs_1',
    ]);
  });

  it('puts each attempt to deliver where it happened, in words', () => {
    const history = [
      entry(0, byRequest('req_1')),
      entry(100, { type: 'payment.completed', from: 'pending', to: 'completed' }),
    ];
    const attempts = [
      { at: at(50), ms: 7, status: 500, error: 'Answered 500' },
      { at: at(150), ms: 8, status: 204, error: null },
    ];
    const steps = timelineOf({ ...payment, rule: null, history }, [
      { _id: 'whd_1', eventType: 'payment.created', url: 'http://a.example/', attempts },
    ]);
    expect(steps.map(({ at: when }) => when.getTime())).toEqual(steps.map(({ at: when }) => when.getTime()).sort());
    expect(steps.filter(({ kind }) => kind === 'delivery')).toEqual([
      {
        at: at(50),
        kind: 'delivery',
        text: 'Webhook payment.created to http://a.example/: Answered 500 after 7 ms',
        reference: 'whd_1',
      },
      {
        at: at(150),
        kind: 'delivery',
        text: 'Webhook payment.created to http://a.example/: answered 204 after 8 ms',
        reference: 'whd_1',
      },
    ]);
    expect(steps.at(-1)?.kind).toBe('delivery');
  });

  it('says why a payment failed', () => {
    const history = [entry(0, byRequest('req_1')), entry(1, { type: 'payment.failed', from: 'pending', to: 'failed' })];
    const steps = timelineOf(
      { ...payment, failure: { code: 'expired_card', message: 'The card has expired.' }, history },
      [],
    );
    expect(steps.map(({ text }) => text)).toContain(
      'From pending to failed (expired_card: The card has expired.), by the gateway, when it was due',
    );
  });

  it('tells of disputes and warnings, and why', () => {
    const step = { stage: 'chargeback', fee: 1500, evidenceDueBy: at(9) } as const;
    const history = (['created', 'funds_withdrawn', 'closed', 'funds_reinstated'] as const).map((type, index) =>
      entry(index, {
        type: `dispute.${type}`,
        from: 'completed',
        to: 'completed',
        dispute: {
          ...step,
          id: 'dsp_1~world.a',
          status: index < 2 ? 'needs_response' : 'won',
          why: type === 'closed' ? 'The evidence answers it.' : null,
        },
      }),
    );
    const warned = entry(5, { type: 'fraud_warning.created', from: 'completed', to: 'completed' });
    const texts = timelineOf({ ...payment, history: [...history, warned] }, [])
      .filter(({ kind }) => kind === 'state')
      .map(({ text }) => text);
    expect(texts).toEqual([
      'Dispute dsp_1: opened, chargeback needs_response, by the gateway, when it was due',
      'Dispute dsp_1: amount and fee are withdrawn, by the gateway, when it was due',
      'Dispute dsp_1: closed, chargeback won, by the gateway, when it was due. The evidence answers it.',
      'Dispute dsp_1: amount and fee are returned, by the gateway, when it was due',
      'Fraud warning fw_5: the bank of the customer suspects fraud, by the gateway, when it was due',
    ]);
  });
});
