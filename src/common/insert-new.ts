import type { Model } from 'mongoose';
import { isDuplicateKey } from './duplicate-key.js';

/** Inserts those of the documents whose `_id` is not there yet; their ids make doing it twice harmless. */
export async function insertNew<T>(model: Model<T>, documents: readonly T[]): Promise<void> {
  if (documents.length === 0) return;
  try {
    // By the driver: these documents are made here, from documents that were validated when they were stored.
    await model.collection.insertMany(documents as Parameters<typeof model.collection.insertMany>[0], { ordered: false });
  } catch (error) {
    if (!onlyDuplicates(error)) throw error;
  }
}

function onlyDuplicates(error: unknown): boolean {
  if (!isDuplicateKey(error)) return false;
  const { writeErrors } = error as { writeErrors?: { code: number } | readonly { code: number }[] };
  return [writeErrors ?? []].flat().every(({ code }) => code === 11000);
}
