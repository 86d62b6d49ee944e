/** The newest version of the API that the dialect speaks. */
export const NEWEST_VERSION = '2026-10-28.endive';

/** Versions whose answers or parameters differ from those of the versions before. */
export const GATES = {
  /** Hosted checkout makes its intent when the customer pays, and not with the session. */
  checkoutIntentAtConfirmation: '2022-08-01',
  /** An intent has no list of charges, and a charge no list of refunds. */
  chargesNotListed: '2022-11-15',
  /** Intents take payment methods by themselves unless told which. */
  automaticMethods: '2023-08-16',
  /** Intents are captured later than their confirmation is answered. */
  automaticAsync: '2024-04-10',
  /** All refunds have `refund.*` events. */
  refundEvents: '2024-10-28',
  /** Intents and charges name no invoice. */
  noInvoice: '2025-03-31',
  /** The modes of checkout have new names. */
  checkoutModeNames: '2026-03-25',
  /** `payment_method_types` may not be sent any more. */
  typesNotSent: '2026-09-30',
} as const;
export type Gate = keyof typeof GATES;

const FORM = /^(\d{4}-\d{2}-\d{2})(?:\.[a-z]+)?$/;

/** Whether a text names a version. */
export function isVersion(text: string): boolean {
  return FORM.test(text);
}

/** Whether a version is at or after a gate. Unknown newer versions act as the newest. */
export function isSince(version: string, gate: Gate): boolean {
  return (FORM.exec(version)?.[1] ?? NEWEST_VERSION) >= GATES[gate];
}
