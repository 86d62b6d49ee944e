import { escapeHtml } from '../../platform/common/html.js';
import { factList } from '../../platform/http/customer-page.js';
import type { StandInMethod } from '../checkout-state.js';
import type { StandInResult } from '../stand-in.js';
import { METHOD_NAMES } from '../failure-text.js';
import { checkoutPage, type ShownOrder, totalOf } from './page-parts.js';

/** A page in place of that of a wallet or a bank. */
export interface StandInPage {
  readonly order: ShownOrder;
  readonly method: StandInMethod;
  readonly customerName: string;
  /** The number of the attempt that the form begins. */
  readonly attempt: number;
}

const CHOICES: readonly (readonly [result: StandInResult, label: string, does: string])[] = [
  ['pay', 'Pay', 'The payment succeeds.'],
  ['fail', 'Fail', 'The payment is declined, and the customer can try again.'],
  ['pending', 'Leave pending', 'The customer is done, and the payment stays pending.'],
  ['abandon', 'Abandon', 'The customer goes back to the shop without paying.'],
];

export function standInPage({ order, method, customerName, attempt }: StandInPage): string {
  const name = METHOD_NAMES[method];
  const buttons = CHOICES.map(
    ([result, label, does], index) =>
      `<button${index === 0 ? ' class="first"' : ''} name="result" value="${result}">${label}<small>${does}</small></button>`,
  );
  const facts = factList([
    ['Merchant', order.merchant],
    ['Amount', totalOf(order)],
    ['Customer', customerName],
  ]);
  return checkoutPage(
    `${name}: pay ${order.merchant}`,
    `<div class="card">
<p><span class="mark">${name}</span></p>
<h1>Confirm the payment</h1>
<p>This page stands in for that of a ${method}. Choose what happens.</p>
${facts}
<form method="post" action="${escapeHtml(order.path)}/${method}">
<input type="hidden" name="attempt" value="${attempt}">
<div class="choices">
${buttons.join('\n')}
</div>
</form>
<p class="back"><a href="${escapeHtml(order.path)}">Pay another way</a></p>
</div>`,
  );
}
