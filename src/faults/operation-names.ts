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

/** The name of an operation that is not in the OpenAPI document: `POST /v1/refunds/{id}`. @param route its path as it is declared */
export function nameOfRoute(method: string, route: string): string {
  return `${method} ${route.replaceAll(/:(\w+)/g, '{$1}')}`;
}

/** What operations of the dialect do, by the names of our own. */
const WORK: Readonly<Record<string, string>> = {
  'POST /v1/payment_intents': 'charge',
  'POST /v1/payment_intents/{id}/confirm': 'charge',
  'POST /v1/charges': 'charge',
  'POST /v1/payment_pages/{id}/confirm': 'charge',
  'POST /v1/payment_intents/{id}/capture': 'capturePayment',
  'POST /v1/charges/{id}/capture': 'capturePayment',
  'POST /v1/refunds': 'createRefund',
};

/** What an operation does, by the name of our own that does the same. */
export function workOf(operation: string | null): string | null {
  return operation !== null && Object.hasOwn(WORK, operation) ? (WORK[operation] ?? operation) : operation;
}
