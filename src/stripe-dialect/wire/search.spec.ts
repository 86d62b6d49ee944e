import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DialectError } from './dialect-error.js';
import { isFound, parseQuery, searched } from './search.js';

const FIELDS = ['amount', 'created', 'email', 'metadata', 'status', 'billing_details.name'];
const SHOWN = {
  amount: 1000,
  created: 1_700_000_000,
  email: 'Jenny@shop.test',
  metadata: { order: '17', "it's": 'here' },
  status: 'succeeded',
  billing_details: { name: 'Jenny' },
};

const finds = (query: string): boolean => isFound(SHOWN, parseQuery(query, FIELDS));

describe('A search', () => {
  it.each([
    ["status:'succeeded'", true],
    ["status:'canceled'", false],
    ["-status:'canceled'", true],
    ["email:'jenny@shop.test'", true],
    ['email~"shop"', true],
    ["billing_details.name:'jenny'", true],
    ['amount>999', true],
    ['amount>=1000 AND amount<=1000', true],
    ['amount<1000', false],
    ['amount:1000', true],
    ["created>1700000000 OR status:'succeeded'", true],
    ["created>1700000000 AND status:'succeeded'", false],
    ["created>1 status:'succeeded'", true],
    ["metadata['order']:'17'", true],
    ["metadata['order']:'18'", false],
    ['metadata["it\'s"]:"here"', true],
    [String.raw`metadata['it\'s']:'here'`, true],
    ["metadata['none']:null", true],
    ["-metadata['order']:null", true],
    ["metadata['toString']:null", true],
  ])('by %s: %s', (query, found) => {
    expect(finds(query)).toBe(found);
  });

  it('looks at a bounded number of objects, and its next page goes on', async () => {
    const objects = Array.from({ length: 12_000 }, (_, index) => ({
      id: `cus_${index}`,
      name: index === 11_000 ? 'x' : 'y',
    }));
    let reads = 0;
    const page = (limit: number, startingAfter?: string) => {
      reads += 1;
      const from = objects.findIndex(({ id }) => id === startingAfter) + 1;
      return { data: objects.slice(from, from + limit), hasMore: from + limit < objects.length };
    };
    const search = (next?: string) =>
      searched(
        { path: '/' },
        { query: "name:'x'", limit: undefined, page: next },
        ['name'],
        ({ limit, startingAfter }) => Promise.resolve(page(limit, startingAfter)),
      );
    const found: unknown[] = [];
    let next: string | undefined;
    do {
      reads = 0;
      const { data, next_page, has_more } = await search(next);
      expect(reads).toBeLessThanOrEqual(50);
      expect(has_more).toBe(next_page !== null);
      found.push(...(data as unknown[]));
      next = (next_page ?? undefined) as string | undefined;
    } while (next !== undefined);
    expect(found).toEqual([objects[11_000]]);
  });

  it('refuses what it cannot read, and never takes long', () => {
    const parts = fc.constantFrom(
      'amount',
      'metadata',
      "['k']",
      ':',
      '>',
      "'x'",
      '"',
      "'",
      ' AND ',
      ' OR ',
      '-',
      '1',
      '\\',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 60 }), (pieces) => {
        try {
          finds(pieces.join(''));
        } catch (error) {
          expect(error).toBeInstanceOf(DialectError);
        }
      }),
    );
  });
});
