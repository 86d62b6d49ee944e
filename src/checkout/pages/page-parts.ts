import { escapeHtml } from '../../platform/common/html.js';
import { Money } from '../../platform/common/money.js';
import { customerPage } from '../../platform/http/customer-page.js';
import type { LineItem } from '../checkout-state.js';
import { CHECKOUT_STYLE } from './page-style.js';

/** What every page of a session shows. */
export interface ShownOrder {
  readonly merchant: string;
  /** In minor units. */
  readonly amount: number;
  readonly currency: string;
  readonly lineItems: readonly LineItem[];
  /** The path of the page on which the customer pays. */
  readonly path: string;
}

export function checkoutPage(title: string, content: string, refreshSeconds?: number): string {
  return customerPage({
    title,
    content,
    style: CHECKOUT_STYLE,
    ...(refreshSeconds !== undefined && { refreshSeconds }),
  });
}

export function totalOf({ amount, currency }: ShownOrder): string {
  return Money.ofMinor(amount, currency).text;
}

/** Who gets the money, at the top of a page. */
export function payee({ merchant }: ShownOrder): string {
  const [initial = '?'] = Array.from(merchant.trim());
  return `<header class="payee"><span class="initial" aria-hidden="true">${escapeHtml(initial.toUpperCase())}</span><span class="name">${escapeHtml(merchant)}</span><span class="mark">Test mode</span></header>`;
}

/** What is bought, and the sum; nothing if the merchant named no items. */
export function itemList(order: ShownOrder): string {
  const { lineItems, currency } = order;
  if (lineItems.length === 0) return '';
  const textOf = (minor: number): string => escapeHtml(Money.ofMinor(minor, currency).text);
  const rows = lineItems.map(({ name, amount, quantity }) => {
    const each = quantity === 1 ? '' : `<small>${quantity} × ${textOf(amount)}</small>`;
    return `<li><span class="what">${escapeHtml(name)}${each}</span><span class="sum">${textOf(amount * quantity)}</span></li>`;
  });
  const total = `<li><span class="what">Total</span><span class="sum">${escapeHtml(totalOf(order))}</span></li>`;
  return `\n<ul class="items">\n${rows.join('\n')}\n${total}\n</ul>`;
}

/** A button that sends the customer back to the shop without paying. */
export function leaveButton({ merchant, path }: ShownOrder): string {
  return `<form class="leave" method="post" action="${escapeHtml(path)}/cancel"><button class="plain">Cancel and return to ${escapeHtml(merchant)}</button></form>`;
}
