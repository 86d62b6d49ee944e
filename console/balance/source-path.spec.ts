import { expect, it } from '@jest/globals';
import { sourcePath } from './source-path.js';

it.each([
  ['txn_1', '/payments/txn_1'],
  ['ref_1', '/refunds/ref_1'],
  ['dsp_1', '/disputes/dsp_1'],
  ['po_1', '/balance/payouts/po_1'],
  ['adj_1', null],
])('The page of what moved money: %s → %s', (id, path) => {
  expect(sourcePath(id)).toBe(path);
});
