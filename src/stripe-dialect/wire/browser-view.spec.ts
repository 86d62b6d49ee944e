import { describe, expect, it } from '@jest/globals';
import { browserView } from './browser-view.js';

const METHOD = {
  id: 'pm_1',
  object: 'payment_method',
  metadata: { a: 'b' },
  card: { last4: '4242', fingerprint: 'f' },
};
const SHOWN_METHOD = { id: 'pm_1', object: 'payment_method', card: { last4: '4242' } };

describe('What a publishable key sees', () => {
  it('of an intent is without metadata, customer and charge, also inside of an error', () => {
    const intent = {
      id: 'pi_1',
      object: 'payment_intent',
      amount: 100,
      customer: 'cus_1',
      latest_charge: 'ch_1',
      metadata: { a: 'b' },
      last_payment_error: { type: 'card_error', payment_method: METHOD },
    };
    const shown = {
      id: 'pi_1',
      object: 'payment_intent',
      amount: 100,
      last_payment_error: { type: 'card_error', payment_method: SHOWN_METHOD },
    };
    expect(browserView(intent)).toEqual(shown);
    expect(browserView({ error: { type: 'card_error', charge: 'ch_1', payment_intent: intent } })).toEqual({
      error: { type: 'card_error', charge: 'ch_1', payment_intent: shown },
    });
  });

  it('of an object that is for servers is its id, wherever it was expanded', () => {
    const customer = { id: 'cus_1', object: 'customer', email: 'jenny@shop.example' };
    expect(browserView({ ...METHOD, customer })).toEqual({ ...SHOWN_METHOD, customer: 'cus_1' });
    expect(browserView([customer])).toEqual(['cus_1']);
  });
});
