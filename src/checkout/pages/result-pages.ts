import type { PaymentStatus } from '../../payments/payment-lifecycle.js';
import { escapeHtml } from '../../platform/common/html.js';
import { badge, factList, type Tone } from '../../platform/http/customer-page.js';
import { checkoutPage, leaveButton, type ShownOrder, totalOf } from './page-parts.js';

/** How often the browser looks whether a payment has its outcome, in seconds. */
const REFRESH_SECONDS = 3;

interface ResultWords {
  readonly tone: Tone;
  readonly title: string;
  readonly text: string;
}

/** What a customer is told of a payment. */
const WORDS: Readonly<Record<PaymentStatus, ResultWords>> = {
  completed: { tone: 'good', title: 'Payment received', text: 'Thank you. Your payment was successful.' },
  authorized: { tone: 'good', title: 'Payment confirmed', text: 'Thank you. The amount is reserved on your card.' },
  pending: { tone: 'wait', title: 'Payment on its way', text: 'You are done. The payment is not confirmed yet.' },
  requires_action: { tone: 'wait', title: 'Payment on its way', text: 'The payment is not confirmed yet.' },
  refunded: { tone: 'good', title: 'Payment refunded', text: 'Your payment was given back.' },
  voided: { tone: 'warn', title: 'Payment canceled', text: 'The amount is not reserved any more.' },
  canceled: { tone: 'warn', title: 'Payment canceled', text: 'The payment was canceled, and nothing was charged.' },
  failed: { tone: 'bad', title: 'Payment failed', text: 'The payment failed, and nothing was charged.' },
};

/** The payment was deleted since. */
const UNKNOWN: ResultWords = { tone: 'good', title: 'Checkout completed', text: 'Thank you.' };

/** The page that a customer sees who is done. */
export interface ReceiptPage {
  readonly order: ShownOrder;
  readonly status: PaymentStatus | null;
  readonly paidWith: string | null;
  readonly paymentId: string | null;
  readonly orderReference: string | null;
  readonly returnTo: string;
}

export function receiptPage(receipt: ReceiptPage): string {
  const { order, status, paidWith, paymentId, orderReference, returnTo } = receipt;
  const { tone, title, text } = status === null ? UNKNOWN : WORDS[status];
  const facts = factList([
    ['Merchant', order.merchant],
    ['Amount', totalOf(order)],
    ['Paid with', paidWith],
    ['Order', orderReference],
    ['Payment', paymentId, 'id'],
  ]);
  return checkoutPage(
    title,
    `<div class="card">
${badge(tone)}
<h1>${title}</h1>
<p role="status">${text}</p>
${facts}
<p class="actions"><a href="${escapeHtml(returnTo)}">Return to ${escapeHtml(order.merchant)}</a></p>
</div>`,
  );
}

/** The payment has no outcome yet. The browser looks again by itself. */
export function processingPage(order: ShownOrder): string {
  return checkoutPage(
    'Your payment is being processed',
    `<div class="card">
${badge('wait')}
<h1>Your payment is being processed</h1>
<p role="status">This page shows the outcome as soon as there is one. You will not be charged twice.</p>
${orderFacts(order)}
<p class="actions"><a href="${escapeHtml(order.path)}">Look again</a></p>
</div>`,
    REFRESH_SECONDS,
  );
}

/** The customer came back without authenticating. */
export function authenticationPage(order: ShownOrder, challengeUrl: string): string {
  return checkoutPage(
    'Confirm your payment',
    `<div class="card">
${badge('warn')}
<h1>Confirm with your bank</h1>
<p>The payment is made once you have confirmed it on the page of your bank.</p>
${orderFacts(order)}
<p class="actions"><a href="${escapeHtml(challengeUrl)}">Continue to your bank</a></p>
<form class="leave" method="post" action="${escapeHtml(order.path)}/change"><button class="plain">Pay another way</button></form>
</div>`,
  );
}

/** Nobody can pay any more. */
export function expiredPage(order: ShownOrder, returnTo: string): string {
  return checkoutPage(
    'This checkout has expired',
    `<div class="card">
${badge('warn')}
<h1>This checkout has expired</h1>
<p role="status">Nothing was charged. Go back to the shop to order again.</p>
${orderFacts(order)}
<p class="actions"><a href="${escapeHtml(returnTo)}">Return to ${escapeHtml(order.merchant)}</a></p>
</div>`,
  );
}

/** The customer has tried as often as a session allows. */
export function exhaustedPage(order: ShownOrder): string {
  return checkoutPage(
    'Too many attempts',
    `<div class="card">
${badge('bad')}
<h1>Too many attempts</h1>
<p role="status">This payment was tried too often. Go back to the shop to order again.</p>
${orderFacts(order)}
${leaveButton(order)}
</div>`,
  );
}

function orderFacts(order: ShownOrder): string {
  return factList([
    ['Merchant', order.merchant],
    ['Amount', totalOf(order)],
  ]);
}
