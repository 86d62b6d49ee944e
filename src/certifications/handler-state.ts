import { sortedJson } from '../platform/common/sorted-json.js';
import type { ProbeMessage } from './probe-messages.js';

/** The JSON object in an answer of `stateUrl`; null if it is none. */
export function stateIn(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/**
 * The state of a payment without the ids of the payment and of its events, so that it can be compared with that of
 * another payment. `series` are all messages of the payment, in any order.
 */
export function withoutIds(state: object, series: readonly ProbeMessage[]): string {
  const [first] = series;
  let text = JSON.stringify(state).replaceAll(first?.paymentId ?? '', '(payment)');
  for (const { id, type } of series) text = text.replaceAll(id, `(${type})`);
  return sortedJson(JSON.parse(text));
}
