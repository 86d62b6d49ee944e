import type { Collection, Model } from 'mongoose';
import { isDuplicateKey } from './duplicate-key.js';

/*
 * Writes of the busiest paths, by the driver. Mongoose would build, cast and validate a document of
 * classes for what is made here, by typed code, a moment before; that costs more than the write.
 */

/** Inserts one document. Throws what the driver throws; see `isDuplicateKey`. */
export async function insertDocument<T>(model: Model<T>, document: T): Promise<void> {
  await collectionOf(model).insertOne(document as object);
}

/** Inserts those of the documents whose `_id` is not there yet; their ids make doing it twice harmless. */
export async function insertNew<T>(model: Model<T>, documents: readonly T[]): Promise<void> {
  if (documents.length === 0) return;
  try {
    await collectionOf(model).insertMany([...documents] as object[], { ordered: false });
  } catch (error) {
    if (!onlyDuplicates(error)) throw error;
  }
}

/** Conditional updates of single documents, in one round trip; those whose filter does not match any more change nothing. */
export async function updateEach<T>(model: Model<T>, updates: readonly { readonly filter: object; readonly update: object }[]): Promise<void> {
  if (updates.length === 0) return;
  const operations = updates.map(({ filter, update }) => ({ updateOne: { filter, update } }));
  await collectionOf(model).bulkWrite(operations, { ordered: false });
}

/** Replaces what the filters find, and inserts where there is nothing; an insert that finds its `_id` taken changes nothing. */
export async function replaceEach<T>(model: Model<T>, replacements: readonly { readonly filter: object; readonly document: T }[]): Promise<void> {
  if (replacements.length === 0) return;
  const operations = replacements.map(({ filter, document }) => ({ replaceOne: { filter, replacement: document as object, upsert: true } }));
  try {
    await collectionOf(model).bulkWrite(operations, { ordered: false });
  } catch (error) {
    if (!onlyDuplicates(error)) throw error;
  }
}

function collectionOf<T>(model: Model<T>): Collection {
  return model.collection;
}

function onlyDuplicates(error: unknown): boolean {
  if (!isDuplicateKey(error)) return false;
  const { writeErrors } = error as { writeErrors?: { code: number } | readonly { code: number }[] };
  return [writeErrors ?? []].flat().every(({ code }) => code === 11000);
}
