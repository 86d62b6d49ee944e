import type { Schemas } from '../../client/connection.js';

export type TestValue = Schemas['TestValueDto'];

/** Test values with one outcome. */
export interface TestValueGroup {
  readonly label: string;
  readonly values: readonly TestValue[];
}

/** Groups test values by what comes of them: paid, paid after 3-D Secure, declined, left pending. */
export function groupByOutcome(values: readonly TestValue[]): TestValueGroup[] {
  const groups = new Map<string, TestValue[]>();
  for (const value of values) {
    const label = outcomeOf(value);
    groups.set(label, [...(groups.get(label) ?? []), value]);
  }
  return [...groups].map(([label, grouped]) => ({ label, values: grouped }));
}

function outcomeOf({ result, requiresAction }: TestValue): string {
  const after = requiresAction ? ' after 3-D Secure' : '';
  switch (result) {
    case 'approved':
      return `Paid${after}`;
    case 'declined':
      return `Declined${after}`;
    case 'stays_pending':
      return 'Stays pending';
  }
}

/** Where a test value goes: the part of a charge that it is. */
export const CHANNELS: Readonly<Record<TestValue['channel'], string>> = {
  card: 'Card number',
  token: 'Payment method',
  amount: 'Amount',
  customer_name: 'Customer name',
  header: 'Header X-Simulate',
};
