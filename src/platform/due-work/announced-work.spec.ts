import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AnnouncedWork } from './announced-work.js';

const START = new Date(1_000_000);
const later = (ms: number): Date => new Date(START.getTime() + ms);

describe('Announced work', () => {
  it('is taken when it is due, in the order of due times, each item once', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000)), (delays) => {
        const work = new AnnouncedWork<number>(10_000, 60_000);
        delays.forEach((delay, n) => {
          work.add(String(n), delay, later(delay), START);
        });
        expect(work.take(later(500), 10_000)).toEqual(delays.filter((delay) => delay <= 500).sort((a, b) => a - b));
        expect(work.take(later(1_000), 10_000)).toEqual(delays.filter((delay) => delay > 500).sort((a, b) => a - b));
        expect(work.nextDueAt).toBeNull();
      }),
    );
  });

  it('is replaced by a later announcement of the same id', () => {
    const work = new AnnouncedWork<string>(10, 60_000);
    work.add('a', 'first', later(1), START);
    work.add('a', 'second', later(5), START);
    expect(work.take(later(1), 10)).toEqual([]);
    expect(work.take(later(5), 10)).toEqual(['second']);
  });

  it('is taken up to the requested number of items', () => {
    const work = new AnnouncedWork<string>(10, 60_000);
    for (const id of ['a', 'b', 'c']) work.add(id, id, START, START);
    expect([work.take(START, 2), work.take(START, 2)]).toEqual([['a', 'b'], ['c']]);
  });

  it('does not keep items beyond its limits', () => {
    const work = new AnnouncedWork<string>(2, 60_000);
    for (const id of ['a', 'b', 'c']) work.add(id, id, later(1), START);
    work.add('d', 'd', later(60_001), START);
    expect([work.has('a'), work.has('c'), work.has('d')]).toEqual([true, false, false]);
  });
});
