import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CHECK_NAMES, checkResults, scoreOf, statusOf, type Verdicts } from './checks.js';
import { sortedJson } from '../platform/common/sorted-json.js';
import { stateIn, withoutIds } from './handler-state.js';
import { junitOf } from './junit.js';
import { unusualJson } from './unusual-json.js';

const allWith = (passed: boolean | null): Verdicts =>
  Object.fromEntries(CHECK_NAMES.map((name) => [name, { passed, evidence: 'seen' }]));

describe('The score', () => {
  it('is the rounded share of passed checks among those that count; 100 only if all passed', () => {
    const of = (...values: (boolean | null)[]) => scoreOf(values.map((passed) => ({ passed })));
    expect([of(true, true, null), of(true, false), of(true, true, false), of(false), of(null)]).toEqual([
      100, 50, 67, 0, 0,
    ]);
    expect(of(...Array.from({ length: 999 }, () => true), false)).toBe(99);
  });

  it('goes with the status', () => {
    expect(statusOf([{ passed: true }, { passed: null }])).toBe('passed');
    expect(statusOf([{ passed: true }, { passed: false }])).toBe('failed');
  });
});

describe('The results', () => {
  it('have every check in the fixed order; one without a verdict failed', () => {
    const results = checkResults({ valid_signature: { passed: true, evidence: 'seen' } }, 'too late');
    expect(results.map(({ name }) => name)).toEqual(CHECK_NAMES);
    expect(results[0]).toEqual({ name: 'valid_signature', passed: true, evidence: 'seen', advice: null });
    expect(results[1]).toMatchObject({ name: 'response_time', passed: false, evidence: 'too late' });
  });

  it('say what to do only if there is something to do', () => {
    for (const { advice } of checkResults(allWith(true), '')) expect(advice).toBeNull();
    for (const { advice } of checkResults(allWith(false), '')) expect(advice).toMatch(/\.$/);
    const skipped = checkResults(allWith(null), '');
    expect(skipped.find(({ name }) => name === 'any_order')?.advice).toContain('stateUrl');
  });
});

describe('States', () => {
  const series = [
    { id: 'evt_1', type: 'payment.created', body: '', paymentId: 'txn_1' },
    { id: 'evt_2', type: 'payment.completed', body: '', paymentId: 'txn_1' },
  ];
  const other = series.map((message) => ({ ...message, id: message.id.replace('_', '_9'), paymentId: 'txn_9' }));

  it('are JSON objects', () => {
    expect(stateIn('{"a":1}')).toEqual({ a: 1 });
    for (const text of ['[]', 'null', '1', '"a"', '', '{']) expect(stateIn(text)).toBeNull();
  });

  it('are equal whatever the order of their fields, not of their lists', () => {
    expect(sortedJson({ a: 1, b: { c: [1, 2], d: null } })).toBe(sortedJson({ b: { d: null, c: [1, 2] }, a: 1 }));
    expect(sortedJson({ a: [1, 2] })).not.toBe(sortedJson({ a: [2, 1] }));
  });

  it('are compared without the ids of the payment and its events', () => {
    const one = { txn_1: { id: 'txn_1', last: 'evt_2', status: 'completed' } };
    expect(withoutIds(one, series)).toBe(
      withoutIds({ txn_9: { status: 'completed', last: 'evt_92', id: 'txn_9' } }, other),
    );
    expect(withoutIds(one, series)).not.toBe(
      withoutIds({ txn_9: { status: 'completed', last: 'evt_91', id: 'txn_9' } }, other),
    );
  });
});

describe('Unusual JSON', () => {
  it('parses to the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const plain = JSON.parse(JSON.stringify(value)) as unknown;
        expect(JSON.parse(unusualJson(plain))).toEqual(plain);
      }),
    );
    for (const amount of [0, 19.99, 12.5, 45.3, 1000, 0.01]) expect(JSON.parse(unusualJson(amount))).toBe(amount);
  });
});

describe('The JUnit report', () => {
  it('holds any text', () => {
    const evidence = `<&>"' ]]> \u0000\u001b \ud800 line\nnext`;
    const checks = [
      { name: 'burst', passed: false, evidence, advice: evidence },
      { name: 'any_order', passed: null, evidence, advice: null },
      { name: 'raw_body', passed: true, evidence, advice: null },
    ] as const;
    const text = junitOf({ url: 'http://a/?b&c', status: 'failed', score: 50, checks });
    const safe = '&lt;&amp;&gt;&quot;&apos; ]]&gt; \ufffd\ufffd \ufffd line&#10;next';
    expect(text).toContain(`<failure message="${safe}">${safe}</failure>`);
    expect(text).toContain(`<skipped message="${safe}"/>`);
    expect(text).toContain('<testsuite name="http://a/?b&amp;c" tests="3" failures="1" errors="0" skipped="1">');
  });
});
