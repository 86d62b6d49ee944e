import { describe, expect, it } from '@jest/globals';
import { batched } from './batched.js';

/** A database that answers only when the test calls `answer`. */
function slowStore() {
  const batches: { readonly items: readonly string[]; readonly answer: () => void }[] = [];
  const call = batched(
    (items: readonly string[]) =>
      new Promise<readonly (string | Error)[]>((resolve, reject) => {
        batches.push({
          items,
          answer: () => {
            if (items.includes('outage')) reject(new Error('outage'));
            else resolve(items.map((item) => (item === 'bad' ? new Error('bad') : item.toUpperCase())));
          },
        });
      }),
  );
  return { batches, call };
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('batched', () => {
  it('starts at once when no batch runs, and batches the calls that arrive meanwhile', async () => {
    const { batches, call } = slowStore();
    const first = call('a');
    await nextTurn();
    const others = [call('b'), call('c')];
    await nextTurn();
    expect(batches.map(({ items }) => items)).toEqual([['a']]);
    batches[0]?.answer();
    expect(await first).toBe('A');
    await nextTurn();
    expect(batches.map(({ items }) => items)).toEqual([['a'], ['b', 'c']]);
    batches[1]?.answer();
    expect(await Promise.all(others)).toEqual(['B', 'C']);
  });

  it('gives each caller its own error', async () => {
    const { batches, call } = slowStore();
    const calls = Promise.allSettled([call('a'), call('bad'), call('c')]);
    await nextTurn();
    batches[0]?.answer();
    expect((await calls).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('rejects every caller of a batch that fails, and continues with the next batch', async () => {
    const { batches, call } = slowStore();
    const failing = Promise.allSettled([call('a'), call('outage')]);
    await nextTurn();
    batches[0]?.answer();
    expect((await failing).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const next = call('b');
    await nextTurn();
    batches[1]?.answer();
    expect(await next).toBe('B');
  });

  it('does not cache results', async () => {
    const { batches, call } = slowStore();
    for (const turn of [0, 1]) {
      const asked = call('a');
      await nextTurn();
      batches[turn]?.answer();
      await asked;
    }
    expect(batches).toHaveLength(2);
  });
});
