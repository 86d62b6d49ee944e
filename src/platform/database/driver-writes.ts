import type { Model, mongo } from 'mongoose';
import { batched } from './batched.js';
import { isDuplicateKey } from './duplicate-key.js';

/*
 * Reads and writes of the busiest paths, through the driver. Mongoose would build, cast and validate a document that
 * typed code has just created, which costs more than the write.
 */

/** A conditional update of one document. */
export interface ConditionalUpdate {
  readonly filter: mongo.Document;
  readonly update: mongo.Document;
}

/** The result of several writes in one round trip. */
interface BulkOutcome {
  /** How many documents matched the filters of the updates. */
  readonly matched: number;
  /** The errors of single writes, by their index in the list. */
  readonly errors: ReadonlyMap<number, Error>;
}

/** The driver's collection behind a model. */
export function collectionOf<T>(model: Model<T>): mongo.Collection<T & mongo.Document> {
  // Mongoose declares the driver's collection as a type of its own.
  return model.collection as unknown as mongo.Collection<T & mongo.Document>;
}

/** Batches inserts of single documents. The returned function throws the driver's errors: see `isDuplicateKey`. */
export function batchedInserts<T>(model: Model<T>): (document: T) => Promise<void> {
  return batched(async (documents: readonly T[]) => {
    const { errors } = await bulkWrite(
      model,
      documents.map((document) => ({ insertOne: { document: document as object } })),
    );
    return documents.map((_, index) => errors.get(index));
  });
}

/** The same, but the returned function returns false for a document whose `_id` exists already. Safe to repeat. */
export function batchedNewInserts<T>(model: Model<T>): (document: T) => Promise<boolean> {
  const insert = batchedInserts(model);
  return async (document) => {
    try {
      await insert(document);
      return true;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      return false;
    }
  };
}

/** Batches look-ups of single documents by `_id`. The returned function returns null if there is no such document. */
export function batchedFinds<T extends { readonly _id: string }>(model: Model<T>): (id: string) => Promise<T | null> {
  return batched(async (ids: readonly string[]) => {
    const found = await collectionOf(model)
      .find({ _id: { $in: [...new Set(ids)] } } as object)
      .toArray();
    const byId = new Map(found.map((document) => [document._id as string, document as unknown as T]));
    return ids.map((id) => byId.get(id) ?? null);
  });
}

/** Inserts the documents whose `_id` does not exist yet, and returns them. Safe to repeat. */
export async function insertNew<T>(model: Model<T>, documents: readonly T[]): Promise<T[]> {
  if (documents.length === 0) return [];
  const { errors } = await bulkWrite(
    model,
    documents.map((document) => ({ insertOne: { document: document as object } })),
  );
  throwAllButDuplicates(errors);
  return documents.filter((_, index) => !errors.has(index));
}

/**
 * Runs conditional updates of single documents in one round trip. An update whose filter no longer matches does
 * nothing.
 */
export async function updateEach<T>(model: Model<T>, updates: readonly ConditionalUpdate[]): Promise<BulkOutcome> {
  return bulkWrite(
    model,
    updates.map(({ filter, update }) => ({ updateOne: { filter, update } })),
  );
}

/**
 * Replaces the documents that match the filters, or inserts them. An insert whose `_id` exists already does nothing.
 */
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

/** Returns the errors of single writes. Throws any other error, including a write concern that was not met. */
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
