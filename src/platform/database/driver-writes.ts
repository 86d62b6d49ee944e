import type { Model, mongo } from 'mongoose';
import { batched } from './batched.js';
import { isDuplicateKey } from './duplicate-key.js';

/*
 * Reads and writes of the busiest paths, by the driver. Mongoose would build, cast and validate a document of classes for
 * what typed code made a moment before; that costs more than the write.
 */

/** A conditional update of one document. */
export interface ConditionalUpdate {
  readonly filter: mongo.Document;
  readonly update: mongo.Document;
}

/** What became of several writes of one round trip. */
interface BulkOutcome {
  /** How many documents the filters of the updates found. */
  readonly matched: number;
  /** The errors of single writes, by their place in the list. */
  readonly errors: ReadonlyMap<number, Error>;
}

/** The driver's collection behind a model. */
export function collectionOf<T>(model: Model<T>): mongo.Collection<T & mongo.Document> {
  // Mongoose has the driver's collection under a type of its own.
  return model.collection as unknown as mongo.Collection<T & mongo.Document>;
}

/** Inserts single documents, those of one moment in one round trip. The returned function throws what the driver throws: see `isDuplicateKey`. */
export function batchedInserts<T>(model: Model<T>): (document: T) => Promise<void> {
  return batched(async (documents: readonly T[]) => {
    const { errors } = await bulkWrite(
      model,
      documents.map((document) => ({ insertOne: { document: document as object } })),
    );
    return documents.map((_, index) => errors.get(index));
  });
}

/** Looks up single documents by `_id`, those of one moment in one round trip; null for one that is not there. */
export function batchedFinds<T extends { readonly _id: string }>(model: Model<T>): (id: string) => Promise<T | null> {
  return batched(async (ids: readonly string[]) => {
    const found = await collectionOf(model)
      .find({ _id: { $in: [...new Set(ids)] } } as object)
      .toArray();
    const byId = new Map(found.map((document) => [document._id as string, document as unknown as T]));
    return ids.map((id) => byId.get(id) ?? null);
  });
}

/** Inserts those of the documents whose `_id` is not there yet; returns which. Doing it twice is harmless. */
export async function insertNew<T>(model: Model<T>, documents: readonly T[]): Promise<T[]> {
  if (documents.length === 0) return [];
  const { errors } = await bulkWrite(
    model,
    documents.map((document) => ({ insertOne: { document: document as object } })),
  );
  throwAllButDuplicates(errors);
  return documents.filter((_, index) => !errors.has(index));
}

/** Conditional updates of single documents, in one round trip; those whose filter does not match any more change nothing. */
export async function updateEach<T>(model: Model<T>, updates: readonly ConditionalUpdate[]): Promise<BulkOutcome> {
  return bulkWrite(
    model,
    updates.map(({ filter, update }) => ({ updateOne: { filter, update } })),
  );
}

/** Replaces what the filters find, and inserts where there is nothing; an insert that finds its `_id` taken changes nothing. */
export async function replaceEach<T>(
  model: Model<T>,
  replacements: readonly { readonly filter: object; readonly document: T }[],
): Promise<void> {
  const { errors } = await bulkWrite(
    model,
    replacements.map(({ filter, document }) => ({
      replaceOne: { filter, replacement: document as object, upsert: true },
    })),
  );
  throwAllButDuplicates(errors);
}

/** Errors of single writes are returned; anything else, a write concern that was not met included, is thrown. */
async function bulkWrite<T>(model: Model<T>, operations: readonly object[]): Promise<BulkOutcome> {
  if (operations.length === 0) return { matched: 0, errors: new Map() };
  try {
    const { matchedCount } = await collectionOf(model).bulkWrite(
      operations as mongo.AnyBulkWriteOperation<T & mongo.Document>[],
      { ordered: false },
    );
    return { matched: matchedCount, errors: new Map() };
  } catch (error) {
    const writeErrors = errorsOf(error);
    if (writeErrors.length === 0 || hasWriteConcernError(error)) throw error;
    const errors = writeErrors.map(
      ({ index, code, errmsg }) => [index, Object.assign(new Error(errmsg), { code })] as const,
    );
    return {
      matched: (error as { result?: { matchedCount?: number } }).result?.matchedCount ?? 0,
      errors: new Map(errors),
    };
  }
}

interface SingleWriteError {
  readonly index: number;
  readonly code: number;
  readonly errmsg?: string;
}

function errorsOf(error: unknown): SingleWriteError[] {
  const { writeErrors } = error as { writeErrors?: SingleWriteError | readonly SingleWriteError[] };
  return [writeErrors ?? []].flat();
}

function hasWriteConcernError(error: unknown): boolean {
  const { result } = error as { result?: { getWriteConcernError?: () => unknown } };
  return result?.getWriteConcernError?.() !== undefined;
}

function throwAllButDuplicates(errors: ReadonlyMap<number, Error>): void {
  for (const error of errors.values()) if (!isDuplicateKey(error)) throw error;
}
