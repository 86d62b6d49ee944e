import { escapeHtml } from '../platform/common/html.js';
import { customerPage, factList } from '../platform/http/customer-page.js';

/** What the page of a 3-D Secure challenge shows. */
export interface ChallengePage {
  readonly merchant: string;
  /** With its currency, as people write it. */
  readonly amount: string;
  /** Null until the customer has answered; then says how the payment ended. */
  readonly answered: string | null;
  readonly returnUrl: string | null;
}

/** A whole HTML page; it works without JavaScript. */
export function challengePage({ merchant, amount, answered, returnUrl }: ChallengePage): string {
  const title = answered === null ? 'Confirm your payment' : 'Payment authentication';
  const facts = factList([
    ['Merchant', merchant],
    ['Amount', amount],
  ]);
  return customerPage({
    title,
    content: `<div class="card">
<p><span class="mark">3-D Secure test</span></p>
<h1>${title}</h1>
${answered === null ? QUESTION : ''}${facts}
${answered === null ? FORM : answer(answered, returnUrl)}
</div>`,
  });
}

const QUESTION = '<p>Your bank asks whether it is you who pays.</p>\n';

const FORM = `<form method="post"><div class="actions">
<button name="result" value="succeeded">Complete authentication</button>
<button name="result" value="failed">Fail authentication</button>
</div></form>`;

function answer(text: string, returnUrl: string | null): string {
  const back =
    returnUrl === null ? '' : `\n<p class="actions"><a href="${escapeHtml(returnUrl)}">Back to the merchant</a></p>`;
  return `<p role="status">${escapeHtml(text)}</p>${back}`;
}

/** Where the browser goes: the merchant's returnUrl, with the payment and its status. */
export function returnAddress(returnUrl: string, paymentId: string, status: string): string {
  const url = new URL(returnUrl);
  url.searchParams.set('payment', paymentId);
  url.searchParams.set('status', status);
  return url.href;
}
