/** Short names of operations on payments. */
export const SHORT_NAMES: Readonly<Record<string, string>> = {
  capture: 'capturePayment',
  void: 'voidPayment',
  cancel: 'cancelPayment',
  refund: 'createRefund',
  authenticate: 'authenticatePayment',
};

/** The operationId of a name, which may be short. */
export function operationIdOf(name: string): string {
  return Object.hasOwn(SHORT_NAMES, name) ? (SHORT_NAMES[name] ?? name) : name;
}
