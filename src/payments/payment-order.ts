/** In which order a list has its payments. */
export interface PaymentOrder {
  readonly sortBy: 'amount' | 'createdAt';
  readonly sortOrder: 'asc' | 'desc';
}

/** The same as a sort of the database. */
export function sortOf({ sortBy, sortOrder }: PaymentOrder): Record<string, 1 | -1> {
  const direction = sortOrder === 'asc' ? 1 : -1;
  return { ...(sortBy === 'amount' && { comparableAmount: direction }), _id: direction };
}
