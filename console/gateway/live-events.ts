import type { Payment } from '../../client/payments.js';
import type { GatewayEvent } from '../../client/events.js';
import { gateway } from './gateway.js';
import { keys, queries } from './queries.js';
import { replaceRow } from './live-rows.js';

/** Figures are read again at most this often while much happens, in ms. */
const FIGURES_EVERY_MS = 2_000;

/** Called with each event as it happens. */
type Listener = (event: GatewayEvent) => void;

const listeners = new Set<Listener>();

/** Calls `listener` with each event of the account. Returns what ends that. */
export function onEvent(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Follows the events of the account and keeps what is shown current, until `signal` is aborted. */
export async function followEvents(signal: AbortSignal): Promise<void> {
  let wasLost = false;
  const onConnection = (lost: Error | null): void => {
    // What happened in between may be more than the stream repeats.
    if (lost === null && wasLost) void queries.invalidateQueries();
    wasLost = lost !== null;
  };
  for await (const event of gateway.events.stream({ signal, onConnection })) {
    apply(event);
    for (const listener of listeners) listener(event);
  }
}

function apply(event: GatewayEvent): void {
  const { type, data } = event;
  void queries.invalidateQueries({ queryKey: keys.events });
  if (type.startsWith('payment.')) {
    const payment = data as Payment;
    showPayment(payment);
    void queries.invalidateQueries({ queryKey: keys.timeline(payment.id) });
  } else if (type.startsWith('refund.')) {
    const refund = data as { readonly id: string; readonly paymentId: string };
    queries.setQueriesData({ queryKey: keys.refunds }, (page) => replaceRow(page, refund));
    void queries.invalidateQueries({ queryKey: keys.timeline(refund.paymentId) });
    void refreshPayment(refund.paymentId);
  } else if (type.startsWith('checkout.')) {
    void queries.invalidateQueries({ queryKey: keys.checkoutSessions });
  } else if (type.startsWith('webhook.')) {
    void queries.invalidateQueries({ queryKey: keys.endpoints });
  }
  refreshFigures();
}

/** Reads a payment again that is shown somewhere: a refund changes it without an event of its own. */
async function refreshPayment(id: string): Promise<void> {
  const pages = queries.getQueriesData({ queryKey: keys.payments });
  const isShown =
    queries.getQueryData(keys.payment(id)) !== undefined || pages.some(([, page]) => replaceRow(page, { id }) !== page);
  if (!isShown) return;
  // If it can't be read now, it is when its page is opened next.
  const payment = await gateway.payments.get(id).catch(() => null);
  if (payment) showPayment(payment);
}

function showPayment(payment: Payment): void {
  queries.setQueryData(keys.payment(payment.id), payment);
  queries.setQueriesData({ queryKey: keys.payments }, (page) => replaceRow(page, payment));
}

let figuresWait: ReturnType<typeof setTimeout> | undefined;

/** Reads again what each event changes a little. */
function refreshFigures(): void {
  figuresWait ??= setTimeout(() => {
    figuresWait = undefined;
    for (const queryKey of [keys.statistics, keys.deliveries, keys.endpoints])
      void queries.invalidateQueries({ queryKey });
  }, FIGURES_EVERY_MS);
}
