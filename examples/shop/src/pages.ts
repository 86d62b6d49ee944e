import { ARTICLES, CARDS, CURRENCY, findArticle } from './articles.ts';
import type { KnownPayment, OrderState } from './order-state.ts';
import type { Order } from './orders.ts';

/** HTML in which values cannot do harm. */
class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function html(parts: TemplateStringsArray, ...values: (string | Html | readonly Html[])[]): Html {
  return new Html(String.raw({ raw: parts }, ...values.map(markup)));
}

function markup(value: string | Html | readonly Html[]): string {
  if (value instanceof Html) return value.text;
  if (typeof value === 'string') return value.replace(/[&<>"']/g, (letter) => ESCAPES[letter] ?? letter);
  return value.map(markup).join('\n');
}

const STATES: Readonly<Record<OrderState, string>> = {
  unconfirmed: 'We have not heard from your bank yet. You are charged once, whatever happens.',
  authentication: 'Your bank wants to be sure that it is you.',
  declined: 'Your bank declined the payment.',
  expired: 'Your bank does not hold the money any more, because we did not ship in time.',
  authorized: 'Thank you! We pack your order. You are charged when it leaves.',
  shipped: 'Your order is on its way, and paid.',
  refunding: 'Your money will be back soon.',
  refunded: 'You have your money back.',
};

const money = (cents: number): string =>
  new Intl.NumberFormat('en-US', { style: 'currency', currency: CURRENCY }).format(cents / 100);

export function checkoutPage(orderId: string): string {
  const articles = ARTICLES.map(
    ({ id, name, price }, index) =>
      html` <label
        ><input type="radio" name="article" value="${id}" ${index === 0 ? 'checked' : ''} required /> ${name}
        <b>${money(price)}</b></label
      >`,
  );
  return layout(
    'Everything for tea',
    html`<form method="post" action="/orders">
      <input type="hidden" name="id" value="${orderId}" />
      <fieldset>
        <legend>What would you like?</legend>
        ${articles}
      </fieldset>
      <label>Your name <input name="customer" maxlength="100" autocomplete="name" required /></label>
      ${cardField()}
      <button>Pay</button>
    </form>`,
  );
}

export function orderPage(order: Order, state: OrderState, payment: KnownPayment | undefined): string {
  const reason = state === 'declined' && payment?.failure ? html`<p>${payment.failure}</p>` : '';
  return layout(
    `${findArticle(order.article)?.name ?? order.article} for ${order.customer}`,
    html`<p>${money(order.price)}</p>
      <p class="state ${state}" role="status">${STATES[state]}</p>
      ${reason} ${actions(order, state, payment)}
      <p><a href="/">Back to the shop</a></p>`,
    state === 'unconfirmed' || state === 'refunding',
  );
}

/** A page with one sentence. */
export function textPage(text: string): string {
  return layout(
    'Everything for tea',
    html`<p>${text}</p>
      <p><a href="/">Back to the shop</a></p>`,
  );
}

function actions({ id, card }: Order, state: OrderState, payment: KnownPayment | undefined): Html | string {
  const button = (action: string, label: string): Html =>
    html`<form method="post" action="/orders/${id}/${action}"><button>${label}</button></form>`;
  switch (state) {
    case 'unconfirmed':
      return html`<form method="post" action="/orders/${id}/pay">
        <input type="hidden" name="card" value="${card}" /><button>Try again</button>
      </form>`;
    case 'authentication':
      return payment?.actionUrl ? html`<p><a href="${payment.actionUrl}">Go to your bank</a></p>` : '';
    case 'declined':
    case 'expired':
      return html`<form method="post" action="/orders/${id}/pay">${cardField()}<button>Pay</button></form>`;
    // A real shop has these two in its back office.
    case 'authorized':
      return button('ship', 'Ship');
    case 'shipped':
      return button('refund', 'Refund');
    case 'refunding':
    case 'refunded':
      return '';
  }
}

function cardField(): Html {
  const cards = Object.entries(CARDS).map(([token, label]) => html`<option value="${token}">${label}</option>`);
  return html`<label
    >Card
    <select name="card">
      ${cards}
    </select></label
  >`;
}

/** @param isPassing whether the page loads again by itself */
function layout(title: string, content: Html, isPassing = false): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        ${isPassing ? html`<meta http-equiv="refresh" content="2" />` : ''}
        <title>${title}</title>
        <link rel="stylesheet" href="/shop.css" />
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${content}
        </main>
      </body>
    </html>`.text;
}
