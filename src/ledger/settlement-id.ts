/** The id of a payout's settlement report has the digits of the payout. */
export function settlementIdOf(payoutId: string): string {
  return `set_${payoutId.slice(payoutId.indexOf('_') + 1)}`;
}
