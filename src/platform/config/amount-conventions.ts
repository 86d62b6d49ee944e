/** Which amounts decide the outcome of a payment; only one convention holds at a time. */
export const AMOUNT_CONVENTIONS = ['range', 'last_digits', 'off'] as const;
export type AmountConvention = (typeof AMOUNT_CONVENTIONS)[number];
