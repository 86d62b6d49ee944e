import type { Model } from 'mongoose';
import { collectionOf } from '../database/driver-writes.js';
import { type DueCount, type DueQuery, type DueWork, notLeasedAt, notOneOf } from './due-work.js';

interface DueDocument {
  readonly _id: string;
  readonly dueAt?: Date;
  readonly clockId?: string;
  readonly leaseUntil?: Date;
}

interface UnfinishedDocument {
  readonly _id: string;
  readonly repairAt?: Date;
  readonly leaseUntil?: Date;
}

/** What a crash interrupted is found this late at most, in ms: there is much work that is hardly ever interrupted. */
export const SEARCH_UNFINISHED_EVERY_MS = 2_000;

type Queries<T> = Pick<DueWork<T>, 'idOf' | 'findDue' | 'dueAtOf' | 'postpone' | 'countDue'>;

/** The queries of work whose documents are due at `dueAt`; they need an index on `clockId` and `dueAt`. */
export function dueDocuments<T extends DueDocument>(
  model: Model<T>,
): Queries<T> & Required<Pick<DueWork<T>, 'nextDueAt'>> {
  return {
    ...queriesOf(
      model,
      'dueAt',
      ({ dueAt }) => dueAt,
      ({ clockId }) => ({ clockId }),
    ),
    nextDueAt: async (clockId, except) => {
      const [next] = await earliest<T>(model, { clockId, dueAt: { $exists: true }, ...notOneOf(except) }, 'dueAt', 1);
      return next?.dueAt ?? null;
    },
  };
}

/**
 * The queries of work that the process which began it finishes at once, unless it is interrupted: then it is due at
 * `repairAt`, in real time. They need an index on `repairAt`.
 */
export function unfinishedDocuments<T extends UnfinishedDocument>(
  model: Model<T>,
): Queries<T> & Required<Pick<DueWork<T>, 'searchEveryMs'>> {
  return {
    ...queriesOf(
      model,
      'repairAt',
      ({ repairAt }) => repairAt,
      () => ({}),
    ),
    searchEveryMs: SEARCH_UNFINISHED_EVERY_MS,
  };
}

function queriesOf<T extends { readonly _id: string }>(
  model: Model<T>,
  field: 'dueAt' | 'repairAt',
  timeOf: (document: T) => Date | undefined,
  clockOf: (query: Pick<DueQuery, 'clockId'>) => object,
): Queries<T> {
  return {
    idOf: ({ _id }) => _id,
    dueAtOf: (document) => timeOf(document) ?? new Date(0),
    findDue: ({ clockId, until, now, limit, except }) =>
      earliest<T>(
        model,
        { ...clockOf({ clockId }), [field]: { $lte: until }, ...notLeasedAt(now), ...notOneOf(except) },
        field,
        limit,
      ),
    postpone: async ({ _id }, leaseUntil) => {
      await collectionOf(model).updateOne({ _id } as object, { $set: { leaseUntil } } as object);
    },
    countDue: async (now): Promise<DueCount> => {
      const due = { ...clockOf({ clockId: null }), [field]: { $lte: now } };
      const [count, [oldest]] = await Promise.all([
        collectionOf(model).countDocuments(due as object),
        earliest<T>(model, due, field, 1),
      ]);
      return { count, oldest: (oldest && timeOf(oldest)) ?? null };
    },
  };
}

/** The documents that match, the longest due first. */
async function earliest<T>(model: Model<T>, filter: object, field: string, limit: number): Promise<T[]> {
  const found = await collectionOf(model)
    .find(filter, { readConcern: 'majority' })
    .sort({ [field]: 1 })
    .limit(limit)
    .toArray();
  return found as unknown as T[];
}
