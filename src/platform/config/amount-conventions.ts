/** Which amounts decide the outcome of a payment. One convention applies at a time. */
export const AMOUNT_CONVENTIONS = ['range', 'last_digits', 'off'] as const;
export type AmountConvention = (typeof AMOUNT_CONVENTIONS)[number];
