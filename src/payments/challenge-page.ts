import { escapeHtml } from '../platform/common/html.js';

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
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} · Mock Payment Gateway</title>
<style>
:root { color-scheme: light dark; font-family: system-ui, sans-serif; line-height: 1.5; }
body { margin: 0; padding: 1rem; box-sizing: border-box; min-height: 100vh; display: grid; place-items: center; background: Canvas; color: CanvasText; }
main { box-sizing: border-box; width: min(26rem, 100%); padding: 2rem; border: 1px solid color-mix(in srgb, CanvasText 25%, Canvas); border-radius: .75rem; }
h1 { margin: 0 0 1rem; font-size: 1.25rem; }
dl { display: grid; grid-template-columns: auto 1fr; gap: .25rem 1rem; margin: 0 0 1.5rem; }
dd { margin: 0; text-align: right; font-weight: 600; overflow-wrap: anywhere; }
form { display: grid; gap: .75rem; }
button { font: inherit; padding: .75rem; border-radius: .5rem; border: 1px solid currentColor; background: transparent; color: inherit; cursor: pointer; }
button[value=succeeded] { background: #0b5fff; border-color: #0b5fff; color: #fff; font-weight: 600; }
button:focus-visible, a:focus-visible { outline: 3px solid #ff9500; outline-offset: 2px; }
small { display: block; margin-top: 1.5rem; opacity: .8; }
</style>
</head>
<body>
<main>
<h1>${title}</h1>
<dl>
<dt>Merchant</dt><dd>${escapeHtml(merchant)}</dd>
<dt>Amount</dt><dd>${escapeHtml(amount)}</dd>
</dl>
${answered === null ? FORM : answer(answered, returnUrl)}
<small>This is a test page of a payment sandbox. No money moves.</small>
</main>
</body>
</html>
`;
}

const FORM = `<form method="post">
<button name="result" value="succeeded">Complete authentication</button>
<button name="result" value="failed">Fail authentication</button>
</form>`;

function answer(text: string, returnUrl: string | null): string {
  const back = returnUrl === null ? '' : `\n<p><a href="${escapeHtml(returnUrl)}">Back to the merchant</a></p>`;
  return `<p role="status">${escapeHtml(text)}</p>${back}`;
}

/** Where the browser goes: the merchant's returnUrl, with the payment and its status. */
export function returnAddress(returnUrl: string, paymentId: string, status: string): string {
  const url = new URL(returnUrl);
  url.searchParams.set('payment', paymentId);
  url.searchParams.set('status', status);
  return url.href;
}
