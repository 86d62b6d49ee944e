import type { Balance } from '../gateway/money-types.js';

/** Where money of a merchant can be, in the order in which it gets there. */
export const PLACES = [
  { name: 'pending', label: 'Pending', says: 'Captured, not available yet.' },
  { name: 'available', label: 'Available', says: 'Can be paid out.' },
  { name: 'reserved', label: 'Reserved', says: 'Held for disputes.' },
  { name: 'inTransit', label: 'In transit', says: 'On its way to the bank.' },
] as const;

/** The currencies of a balance, by name. */
export function currenciesOf(balance: Balance): string[] {
  return [...new Set(PLACES.flatMap(({ name }) => balance[name].map(({ currency }) => currency)))].sort();
}

/** What of one currency is in one place, in major units; 0 if nothing is. */
export function amountIn(balance: Balance, place: (typeof PLACES)[number]['name'], currency: string): number {
  return balance[place].find((sum) => sum.currency === currency)?.amount ?? 0;
}
