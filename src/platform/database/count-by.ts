import type { Model, QueryFilter } from 'mongoose';

/**
 * Counts the documents by value of a field; values without documents are left out. An index on the field counts them
 * without reading a document; `$group` would read the whole collection.
 */
export async function countBy<T, Value extends string>(
  model: Model<T>,
  field: keyof T & string,
  values: readonly Value[],
): Promise<Partial<Record<Value, number>>> {
  const counts = await Promise.all(
    values.map(async (value) => [value, await model.countDocuments({ [field]: value } as QueryFilter<T>)] as const),
  );
  return Object.fromEntries(counts.filter(([, count]) => count > 0)) as Partial<Record<Value, number>>;
}
