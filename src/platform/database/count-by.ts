import type { Model, QueryFilter } from 'mongoose';

/**
 * How many documents have each of the values of a field, which an index on that field counts without reading them. A group
 * over the whole collection would read every document. Values that none has are left out.
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
