import { describe, expect, it } from '@jest/globals';
import { searchTarget } from './search-target.js';

describe('A search', () => {
  it.each([
    [' txn_1 ', '/payments/txn_1'],
    ['evt_1', '/events/evt_1'],
    ['ref_1', '/refunds/ref_1'],
    ['we_1', '/webhooks/we_1'],
    ['whd_1', '/webhooks/deliveries/whd_1'],
    ['cs_1', '/checkout/cs_1'],
    ['cert_1', '/certifications/cert_1'],
    ['dsp_1', '/disputes/dsp_1'],
    ['po_1', '/balance/payouts/po_1'],
    ['set_1', '/settlements/set_1'],
    ['ex_1', '/settlements/exercises/ex_1'],
    ['req_1', '/logs?requestId=req_1'],
    ['order-17', '/payments?search=order-17'],
    ['Jenny & Co', '/payments?search=Jenny%20%26%20Co'],
    ['txn_1/../x', '/payments?search=txn_1%2F..%2Fx'],
    ['', '/payments'],
  ])('for %s leads to %s', (text, path) => {
    expect(searchTarget(text)).toBe(path);
  });
});
