import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FeedReader, type Place, type StoredDocument } from './feed-reader.js';

const PAGE_SIZE = 3;

/** A collection whose documents become visible in any order, as those of several processes do. */
class Store {
  readonly visible: StoredDocument[] = [];
  reads = 0;

  readonly read = async ({ purgeAt, id }: Place, limit: number): Promise<StoredDocument[]> => {
    this.reads += 1;
    const page = this.visible
      .filter(({ purgeAt: at, _id }) => at.getTime() > purgeAt || (at.getTime() === purgeAt && _id > id))
      .sort((a, b) => a.purgeAt.getTime() - b.purgeAt.getTime() || (a._id < b._id ? -1 : 1))
      .slice(0, limit);
    await nextTurn();
    return page;
  };
}

const stored = (n: number, at: number): StoredDocument => ({
  _id: `evt_${String(n).padStart(4, '0')}`,
  accountId: 'user_1',
  purgeAt: new Date(at),
});

const readerOf = (store: Store, from: Place | null): FeedReader<StoredDocument> =>
  new FeedReader({ from, pageSize: PAGE_SIZE, matches: () => true, read: store.read, onClose: () => undefined });

const idsOf = (documents: readonly StoredDocument[] | null): string[] => (documents ?? []).map(({ _id }) => _id);

describe('A reader of a feed', () => {
  it('loses nothing, whatever is stored when and however slowly it is read', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ at: fc.nat(5), reads: fc.nat(2), isSeenEarly: fc.boolean() }), { maxLength: 40 }),
        fc.nat(10),
        fc.boolean(),
        async (steps, before, isResumed) => {
          const store = new Store();
          for (let n = 0; n < before; n += 1) store.visible.push(stored(n, n % 3));
          const reader = readerOf(store, isResumed ? { purgeAt: 0, id: '' } : null);
          const given: string[] = [];
          const pending: Promise<void>[] = [];
          let isReading = false;
          const readOnce = async (): Promise<void> => {
            if (isReading) return;
            isReading = true;
            given.push(...idsOf(await reader.next(0)));
            isReading = false;
          };
          for (const [index, { at, reads, isSeenEarly }] of steps.entries()) {
            const document = stored(before + index, at);
            store.visible.push(document);
            // A reader can find a document in the database before it is told of it.
            if (isSeenEarly) pending.push(readOnce());
            if (isSeenEarly) await nextTurn();
            reader.add(document);
            for (let n = 0; n < reads; n += 1) pending.push(readOnce());
          }
          await Promise.all(pending);
          // A read may find only what was given already, and more after it.
          for (let n = 0; n < 2 * steps.length + 10; n += 1) await readOnce();
          const wanted = isResumed ? store.visible : store.visible.slice(before);
          expect(wanted.map(({ _id }) => _id).filter((id) => !given.includes(id))).toEqual([]);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('gives each document once while it keeps up, without a look into the database', async () => {
    const store = new Store();
    const reader = readerOf(store, null);
    const given: string[] = [];
    for (let n = 0; n < 20; n += 1) {
      reader.add(stored(n, n));
      given.push(...idsOf(await reader.next(1_000)));
    }
    expect(given).toHaveLength(20);
    expect(new Set(given).size).toBe(20);
    expect(store.reads).toBe(0);
  });

  it('gives none after a time without any, and null once it is closed, also while it waits', async () => {
    const reader = readerOf(new Store(), null);
    expect(await reader.next(5)).toEqual([]);
    const waiting = reader.next(60_000);
    reader.close();
    expect(await waiting).toBeNull();
    reader.add(stored(1, 1));
    expect(await reader.next(5)).toBeNull();
  });

  it('reads again from the same place when the database could not be read', async () => {
    const store = new Store();
    store.visible.push(stored(1, 1));
    let fails = true;
    const reader = new FeedReader({
      from: { purgeAt: 0, id: '' },
      pageSize: PAGE_SIZE,
      matches: () => true,
      read: (place: Place, limit: number) => {
        if (!fails) return store.read(place, limit);
        fails = false;
        return Promise.reject(new Error('unreachable'));
      },
      onClose: () => undefined,
    });
    expect(idsOf(await reader.next(10_000))).toEqual(['evt_0001']);
  });
});
