import type { Payment } from '../../client/payments.js';
import type { GatewayEvent } from '../../client/events.js';
import { sleep } from '../../client/sleep.js';
import { gateway } from './gateway.js';
import { keys, queries } from './queries.js';
import { replaceRow } from './live-rows.js';

/** Figures are read again at most this often while much happens, in ms. */
const FIGURES_EVERY_MS = 2_000;

/** How long after a refusal the events are followed again, in ms. */
const FOLLOW_AGAIN_MS = 3_000;

/** The lists of events that are short, or of one object. A list that somebody reads stays as it is. */
const EVENTS_BESIDE = [
  [...keys.events, 'latest'],
  [...keys.events, 'of'],
];

/** What each event may change a little. */
const FIGURES = [
  keys.statistics,
  keys.deliveries,
  keys.endpoints,
  keys.balance,
  keys.tAccounts,
  keys.payoutSchedule,
  ...EVENTS_BESIDE,
];

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
  while (!signal.aborted) {
    try {
      for await (const event of gateway.events.stream({ signal, onConnection })) {
        apply(event);
        for (const listener of listeners) listener(event);
      }
    } catch {
      // Refused, or not reached: pages show why. It may be taken later, for example after a rate limit.
      wasLost = true;
    }
    await sleep(FOLLOW_AGAIN_MS, signal).catch(() => undefined);
  }
}

function apply(event: GatewayEvent): void {
  const { type, data } = event;
  if (type.startsWith('payment.')) {
    const payment = data as Payment;
    showPayment(payment);
    void queries.invalidateQueries({ queryKey: keys.timeline(payment.id) });
  } else if (type.startsWith('refund.')) {
    const refund = data as { readonly id: string; readonly paymentId: string };
    queries.setQueriesData({ queryKey: keys.refunds }, (page) => replaceRow(page, refund));
    void queries.invalidateQueries({ queryKey: keys.timeline(refund.paymentId) });
    void refreshPayment(refund.paymentId);
  } else if (type.startsWith('dispute.')) {
    const dispute = data as { readonly id: string; readonly paymentId: string };
    queries.setQueriesData({ queryKey: [...keys.disputes, 'list'] }, (page) => replaceRow(page, dispute));
    void queries.invalidateQueries({ queryKey: [...keys.disputes, dispute.id] });
    void queries.invalidateQueries({ queryKey: keys.timeline(dispute.paymentId) });
  } else if (type.startsWith('payout.')) {
    const payout = data as { readonly id: string };
    queries.setQueriesData({ queryKey: [...keys.payouts, 'list'] }, (page) => replaceRow(page, payout));
    void queries.invalidateQueries({ queryKey: [...keys.payouts, payout.id] });
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

/** Where the payment is shown already: what nobody opened would only take memory. */
function showPayment(payment: Payment): void {
  queries.setQueryData<Payment>(keys.payment(payment.id), (shown) => shown && payment);
  queries.setQueriesData({ queryKey: keys.payments }, (page) => replaceRow(page, payment));
}

let figuresWait: ReturnType<typeof setTimeout> | undefined;

/** Reads again what each event changes a little. */
function refreshFigures(): void {
  figuresWait ??= setTimeout(() => {
    figuresWait = undefined;
    for (const queryKey of FIGURES) void queries.invalidateQueries({ queryKey });
  }, FIGURES_EVERY_MS);
}
