import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { idAt } from '../platform/common/ids.js';
import { batchesOf, batchIdBounds, entriesInOrder, matchesFilter } from './request-log-batches.js';
import type { RequestLog, RequestLogBatch } from './request-log.schema.js';

const entryAt = (ms: number, n: number): RequestLog => ({
  id: `${idAt('log', new Date(ms))}${n.toString(16).padStart(12, '0')}`,
  requestId: `req-${n}`,
  method: n % 2 === 0 ? 'GET' : 'POST',
  path: '/',
  status: 200,
  ms: 1,
  idempotencyKey: null,
  errorCode: null,
  requestBody: null,
  responseBody: null,
  createdAt: new Date(ms),
});

/** Batches of several processes, each with its entries in the order of time. */
const written = fc
  .array(fc.array(fc.nat(60_000), { maxLength: 120 }), { minLength: 1, maxLength: 3 })
  .map((processes) => {
    let n = 0;
    return processes.flatMap((times) =>
      batchesOf(
        'user_1',
        [...times].sort((a, b) => a - b).map((ms) => entryAt(ms, ++n)),
        new Date(0),
      ),
    );
  });

async function* inOrder(batches: readonly RequestLogBatch[], newestFirst: boolean): AsyncGenerator<RequestLogBatch> {
  await Promise.resolve();
  yield* [...batches].sort((a, b) => (a._id < b._id === newestFirst ? 1 : -1));
}

describe('Entries of request logs', () => {
  it('come out of overlapping batches in the order of their ids, each once, in both directions', async () => {
    await fc.assert(
      fc.asyncProperty(written, fc.boolean(), async (batches, newestFirst) => {
        const ids: string[] = [];
        for await (const { id } of entriesInOrder(inOrder(batches, newestFirst), newestFirst, () => true)) ids.push(id);
        const all = batches.flatMap(({ entries }) => entries.map(({ id }) => id)).sort();
        expect(ids).toEqual(newestFirst ? all.reverse() : all);
      }),
    );
  });

  it('before a cursor are all in the batches that its bounds let through', () => {
    fc.assert(
      fc.property(written, fc.nat(), fc.boolean(), (batches, place, older) => {
        const all = batches.flatMap(({ entries }) => entries);
        const cursor = all[place % Math.max(1, all.length)]?.id;
        if (cursor === undefined) return;
        const { $lt, $gt } = batchIdBounds({
          limit: 10,
          ...(older ? { startingAfter: cursor } : { endingBefore: cursor }),
        });
        const left = batches
          .filter(({ _id }) => ($lt === undefined || _id < $lt) && ($gt === undefined || _id > $gt))
          .flatMap(({ entries }) => entries);
        const wanted = all.filter(({ id }) => (older ? id < cursor : id > cursor));
        expect(wanted.every((entry) => left.includes(entry))).toBe(true);
      }),
    );
  });

  it('match a filter only where each of its conditions holds', () => {
    const entry = entryAt(5_000, 1);
    expect(matchesFilter(entry, {})).toBe(true);
    expect(
      matchesFilter(entry, {
        method: 'POST',
        path: '/',
        status: 200,
        requestId: 'req-1',
        createdAt: { $gte: new Date(5_000), $lt: new Date(5_001) },
      }),
    ).toBe(true);
    const others = [
      { method: 'GET' },
      { path: '/x' },
      { status: 201 },
      { requestId: 'req-2' },
      { createdAt: { $gte: new Date(5_001) } },
      { createdAt: { $lt: new Date(5_000) } },
    ];
    expect(others.map((filter) => matchesFilter(entry, filter))).toEqual(others.map(() => false));
  });
});
