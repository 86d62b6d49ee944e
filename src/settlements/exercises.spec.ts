import { describe, expect, it } from '@jest/globals';
import currencyCodes from 'currency-codes';
import fc from 'fast-check';
import { decimalsOf } from '../platform/common/currencies.js';
import { InvalidFieldError } from '../platform/errors/invalid-field.error.js';
import { EXERCISE_ERRORS, type ExerciseError, type PlantedError, plantErrors } from './exercise-errors.js';
import { type Finding, scoreFindings } from './exercise-score.js';
import type { SettlementRow } from './settlement-report.js';

const hex = (value: number): string => value.toString(16).padStart(24, '0');
const FIRST = Date.parse('2026-01-05T09:00:00Z');

/** Amounts of any size, however small: rows of one minor unit, without fee, taken in part. */
const arbitraryRow = fc.record({
  size: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 10 ** 15 })),
  isRefund: fc.boolean(),
  feeShare: fc.constantFrom(0, 0, 0.001, 0.03, 1),
  reference: fc.constantFrom<string | null>(null, 'order-7', 'gift', '=1'),
  isPart: fc.boolean(),
});
type Sketch = typeof arbitraryRow extends fc.Arbitrary<infer T> ? T : never;

function rowOf(
  { size, isRefund, feeShare, reference, isPart }: Sketch,
  index: number,
  currency: string,
): SettlementRow {
  const gross = isRefund ? -size : size;
  const fee = isRefund ? 0 : Math.floor(size * feeShare);
  return {
    transactionId: `bt_${hex(index)}`,
    type: isRefund ? 'refund' : 'payment',
    source: `${isRefund ? 'ref' : 'txn'}_${hex(index)}`,
    paymentId: `txn_${hex(index)}`,
    orderReference: reference,
    gross,
    fee,
    net: gross - fee,
    currency,
    createdAt: new Date(FIRST + index * 60_000),
    availableOn: new Date(FIRST + 2 * 86_400_000),
    amountInPayout: isPart ? Math.floor((gross - fee) / 2) : gross - fee,
  };
}

const arbitraryRows = fc
  .tuple(fc.array(arbitraryRow, { minLength: 1, maxLength: 40 }), fc.constantFrom('USD', 'JPY', 'KWD', 'CLF'))
  .map(([sketches, currency]) => sketches.map((sketch, index) => rowOf(sketch, index, currency)));

const arbitraryExercise = arbitraryRows.chain((rows) =>
  fc.record({
    rows: fc.constant(rows),
    plan: fc.record({
      seed: fc.string({ minLength: 1, maxLength: 20 }),
      errors: fc.subarray([...EXERCISE_ERRORS], { minLength: 1 }),
      count: fc.integer({ min: 1, max: Math.min(50, rows.length) }),
    }),
  }),
);

const ROWS = Array.from({ length: 100 }, (_, index) =>
  rowOf(
    { size: 1999 + index, isRefund: false, feeShare: 0.03, reference: `order-${index}`, isPart: false },
    index,
    'USD',
  ),
);

/** Which errors there are, from nothing but the true rows: what somebody who practices does. */
function audit(shown: readonly SettlementRow[], rows: readonly SettlementRow[]): string[] {
  const truth = new Map(rows.map((row) => [row.transactionId, row]));
  const seen = new Set<string>();
  const found = shown.flatMap((row): [ExerciseError, string][] => {
    const { transactionId } = row;
    const own = truth.get(transactionId);
    if (!own) return [['unknown_payment', transactionId]];
    if (seen.has(transactionId)) return [['duplicate_row', transactionId]];
    seen.add(transactionId);
    const isDated = +row.createdAt === +own.createdAt && +row.availableOn === +own.availableOn;
    return [
      ...(row.gross === own.gross ? [] : ([['wrong_amount', transactionId]] as [ExerciseError, string][])),
      ...(row.fee === own.fee ? [] : ([['wrong_fee', transactionId]] as [ExerciseError, string][])),
      ...(row.currency === own.currency ? [] : ([['wrong_currency', transactionId]] as [ExerciseError, string][])),
      ...(isDated ? [] : ([['wrong_date', transactionId]] as [ExerciseError, string][])),
    ];
  });
  const missing = rows.filter(({ transactionId }) => !seen.has(transactionId));
  return [...found, ...missing.map(({ transactionId }) => ['missing_row', transactionId] as const)]
    .map(([error, transactionId]) => `${error} ${transactionId}`)
    .sort();
}

const byRow = ({ row, transactionId, error }: PlantedError): Finding =>
  row === null ? { row: null, transactionId, error } : { row, transactionId: null, error };

describe('The errors of an exercise', () => {
  it('are as many as asked for, of the kinds asked for, and found by comparing with the gateway, and no others are', () => {
    fc.assert(
      fc.property(arbitraryExercise, ({ rows, plan }) => {
        const planted = plantErrors(rows, plan);
        expect(planted.key).toHaveLength(plan.count);
        expect(planted.key.every(({ error }) => plan.errors.includes(error))).toBe(true);
        expect(audit(planted.rows, rows)).toEqual(
          planted.key.map(({ error, transactionId }) => `${error} ${transactionId}`).sort(),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('are the same for the same seed, in whatever order their kinds are named, and others for another seed', () => {
    fc.assert(
      fc.property(arbitraryExercise, ({ rows, plan }) => {
        const reversed = { ...plan, errors: [...plan.errors].reverse() };
        expect(plantErrors(rows, reversed)).toEqual(plantErrors(rows, plan));
      }),
    );
    const plan = { errors: EXERCISE_ERRORS, count: 10 };
    expect(plantErrors(ROWS, { ...plan, seed: 'a' })).not.toEqual(plantErrors(ROWS, { ...plan, seed: 'b' }));
  });

  it('say in which row of the shown report they are, and leave each row consistent in itself', () => {
    fc.assert(
      fc.property(arbitraryExercise, ({ rows, plan }) => {
        const planted = plantErrors(rows, plan);
        for (const { row, transactionId, error } of planted.key) {
          const shown = row === null ? undefined : planted.rows[row - 1];
          expect(shown?.transactionId).toBe(error === 'missing_row' ? undefined : transactionId);
        }
        for (const { gross, fee, net, amountInPayout } of planted.rows) {
          expect(net).toBe(gross - fee);
          expect([gross, fee, net, amountInPayout].every(Number.isSafeInteger)).toBe(true);
        }
      }),
    );
  });

  it('of all kinds are there before one repeats', () => {
    const { key } = plantErrors(ROWS, { seed: 'x', errors: EXERCISE_ERRORS, count: 7 });
    expect(new Set(key.map(({ error }) => error)).size).toBe(7);
  });

  it('name a payment that looks like one', () => {
    const { rows, key } = plantErrors(ROWS, { seed: 'x', errors: ['unknown_payment'], count: 1 });
    const stranger = rows[(key[0]?.row ?? 0) - 1];
    expect(rows).toHaveLength(ROWS.length + 1);
    expect(stranger?.paymentId).toMatch(/^txn_[0-9a-f]{24}$/);
    expect(stranger).toMatchObject({ type: 'payment', source: stranger?.paymentId, currency: 'USD' });
    expect(stranger?.transactionId).toMatch(/^bt_[0-9a-f]{24}$/);
  });

  it('in a currency: it has as many decimals as the true one, whatever that is', () => {
    for (const { code } of currencyCodes.data.filter(({ code }) => decimalsOf(code) !== undefined)) {
      const rows = ROWS.slice(0, 1).map((row) => ({ ...row, currency: code }));
      const [shown] = plantErrors(rows, { seed: 'x', errors: ['wrong_currency'], count: 1 }).rows;
      expect(shown?.currency).not.toBe(code);
      expect(decimalsOf(shown?.currency ?? '')).toBe(decimalsOf(code));
    }
  });

  it('are refused if there are more than rows', () => {
    const plant = () => plantErrors(ROWS.slice(0, 3), { seed: 'x', errors: EXERCISE_ERRORS, count: 4 });
    expect(plant).toThrow(InvalidFieldError);
    expect(plant).toThrow('The report has 3 rows, so it can have at most 3 errors');
  });
});

describe('The score of an exercise', () => {
  it('is 100 if all errors are named and nothing else, by row or id, once or often; 0 if nothing is', () => {
    fc.assert(
      fc.property(arbitraryExercise, ({ rows, plan }) => {
        const planted = plantErrors(rows, plan);
        const rowsNamed = planted.key.map(byRow);
        const idsNamed = planted.key.map(({ transactionId, error }) => ({ row: null, transactionId, error }));
        for (const findings of [rowsNamed, idsNamed, [...rowsNamed, ...idsNamed, ...rowsNamed]])
          expect(scoreFindings(findings, planted)).toEqual({
            score: 100,
            correct: planted.key,
            missed: [],
            wronglyAccused: [],
          });
        expect(scoreFindings([], planted)).toMatchObject({ score: 0, correct: [], missed: planted.key });
      }),
    );
  });

  it('is from 0 to 100, and 100 only without a miss or a wrong accusation', () => {
    const finding = fc.record({
      row: fc.option(fc.integer({ min: 1, max: 50 })),
      transactionId: fc.option(fc.integer({ min: 0, max: 45 }).map((index) => `bt_${hex(index)}`)),
      error: fc.constantFrom(...EXERCISE_ERRORS),
    });
    fc.assert(
      fc.property(arbitraryExercise, fc.array(finding, { maxLength: 30 }), fc.nat(), ({ rows, plan }, wild, some) => {
        const planted = plantErrors(rows, plan);
        const right = planted.key.slice(0, some % (planted.key.length + 1)).map(byRow);
        const { score, correct, missed, wronglyAccused } = scoreFindings([...right, ...wild], planted);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(100);
        expect(score === 100).toBe(missed.length === 0 && wronglyAccused.length === 0);
        expect([...correct, ...missed]).toHaveLength(planted.key.length);
        expect(correct.length).toBeGreaterThanOrEqual(right.length);
      }),
    );
  });

  it('is 0 for those who accuse all rows of everything', () => {
    fc.assert(
      fc.property(arbitraryExercise, ({ rows, plan }) => {
        const planted = plantErrors(rows, plan);
        const everything = planted.rows.flatMap((_, index) =>
          EXERCISE_ERRORS.map((error) => ({ row: index + 1, transactionId: null, error })),
        );
        expect(scoreFindings(everything, planted).score).toBe(0);
      }),
    );
  });

  it('counts both of two equal rows as the same finding', () => {
    const planted = plantErrors(ROWS, { seed: 'x', errors: ['duplicate_row'], count: 1 });
    const [{ row, transactionId } = { row: 0, transactionId: '' }] = planted.key;
    const first = planted.rows.findIndex((shown) => shown.transactionId === transactionId) + 1;
    expect(first).toBeLessThan(row ?? 0);
    for (const named of [first, row])
      expect(scoreFindings([{ row: named, transactionId: null, error: 'duplicate_row' }], planted).score).toBe(100);
  });

  it('takes a row and an id that do not belong together, and rows that do not exist, as wrong accusations', () => {
    const planted = plantErrors(ROWS, { seed: 'x', errors: ['wrong_fee'], count: 4 });
    const right = planted.key.map(byRow);
    const wrong = [
      { row: right[0]?.row ?? 0, transactionId: `bt_${hex(99_999)}`, error: 'wrong_fee' },
      { row: 1_000, transactionId: null, error: 'wrong_fee' },
    ] as const;
    expect(scoreFindings([...right, ...wrong], planted)).toMatchObject({ score: 50, wronglyAccused: wrong });
  });
});
