import { describe, expect, it } from '@jest/globals';
import type { ExerciseResult, SettlementRow } from '../gateway/money-types.js';
import { EMPTY_DRAFT, findingsOf, marksOf, withMissing, withoutMissing, withRow } from './exercise-marks.js';

describe('The answer of a player', () => {
  it('has each row once, in order, and missing transactions last', () => {
    let draft = withRow(EMPTY_DRAFT, 3, 'wrong_fee');
    draft = withRow(draft, 1, 'wrong_date');
    draft = withRow(draft, 3, 'wrong_amount');
    draft = withRow(withRow(draft, 2, 'wrong_fee'), 2, null);
    draft = withMissing(withMissing(withMissing(draft, ' bt_1 '), 'bt_1'), ' ');
    expect(findingsOf(draft)).toEqual([
      { row: 1, error: 'wrong_date' },
      { row: 3, error: 'wrong_amount' },
      { transactionId: 'bt_1', error: 'missing_row' },
    ]);
    expect(findingsOf(withoutMissing(draft, 'bt_1'))).toHaveLength(2);
  });
});

describe('The marks of an answer', () => {
  const rows = [1, 2].map((row) => ({ row, transactionId: `bt_${row}` }) as SettlementRow);
  const planted = { error: 'wrong_fee', row: 1, transactionId: 'bt_1', explanation: 'The fee is wrong.' } as const;
  const lost = { error: 'missing_row', row: null, transactionId: 'bt_9', explanation: 'bt_9 is missing.' } as const;
  const result: ExerciseResult = {
    score: 0,
    correct: [planted],
    missed: [lost],
    wronglyAccused: [
      { row: 2, error: 'wrong_date' },
      { transactionId: 'bt_2', error: 'wrong_fee' },
      { row: 7, error: 'wrong_fee' },
      { transactionId: 'bt_8', error: 'missing_row' },
    ],
    key: [planted, lost],
  };
  const { ofRows, beyond } = marksOf(result, { rows });

  it('stand at their rows', () => {
    expect(ofRows.get(1)).toEqual([
      { kind: 'correct', error: 'wrong_fee', explanation: 'The fee is wrong.', transactionId: 'bt_1' },
    ]);
    expect(ofRows.get(2)?.map(({ kind, error }) => [kind, error])).toEqual([
      ['wrongly_accused', 'wrong_date'],
      ['wrongly_accused', 'wrong_fee'],
    ]);
  });

  it('of no row that is shown stand apart, so that none is lost', () => {
    expect(beyond.map(({ kind, transactionId }) => [kind, transactionId])).toEqual([
      ['missed', 'bt_9'],
      ['wrongly_accused', null],
      ['wrongly_accused', 'bt_8'],
    ]);
  });
});
