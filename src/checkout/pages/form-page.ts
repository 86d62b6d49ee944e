import { escapeHtml } from '../../platform/common/html.js';
import { notice } from '../../platform/http/customer-page.js';
import { CARD_FIELDS, type CardField, type CardFormErrors, MAX_NAME } from '../card-form.js';
import { spacedNumber, TEST_CARD_GROUPS, type TestCardGroup } from '../test-card-groups.js';
import { checkoutPage, itemList, leaveButton, payee, type ShownOrder, totalOf } from './page-parts.js';

/** The page on which a customer chooses how to pay. */
export interface FormPage {
  readonly order: ShownOrder;
  /** The number of the attempt that the form begins. */
  readonly attempt: number;
  /** Why the attempt before failed; null if it did not. */
  readonly failure: string | null;
  /** What stays in the fields: never the number and the security code. */
  readonly typed: { readonly customerName: string; readonly expiry: string };
  readonly errors: CardFormErrors;
  /** Whether nothing but a card is taken. */
  readonly takesOnlyCards?: boolean;
}

export function formPage({ order, attempt, failure, typed, errors, takesOnlyCards = false }: FormPage): string {
  const wrong = CARD_FIELDS.filter((name) => errors[name] !== undefined);
  const hasErrors = wrong.length > 0;
  const first = wrong[0];
  const title = `Pay ${order.merchant}`;
  const path = escapeHtml(order.path);
  const problem = hasErrors ? 'Correct the marked fields. The card was not charged.' : failure;
  const content = `<div class="checkout">
<section class="order" aria-label="Your order">
${payee(order)}
<h1 class="total"><span>Total</span> ${escapeHtml(totalOf(order))}</h1>${itemList(order)}
</section>
<section class="pay card" aria-label="Payment">
${problem === null ? '' : notice('bad', problem, 'alert')}
${takesOnlyCards ? '' : otherMethods(path)}<form id="card" method="post" action="${path}" novalidate>
<input type="hidden" name="attempt" value="${attempt}">
<div class="fields">
${field({ name: 'customerName', label: 'Name', value: typed.customerName, error: errors.customerName, isFocused: first === 'customerName', more: `autocomplete="name" maxlength="${MAX_NAME}"` })}
${field({ name: 'number', label: 'Card number', error: errors.number, isFocused: first === 'number', more: `inputmode="numeric" autocomplete="off" maxlength="40" placeholder="4242 4242 4242 4242"` })}
${field({ name: 'expiry', label: 'Expiry', value: typed.expiry, error: errors.expiry, isFocused: first === 'expiry', isHalf: true, more: 'inputmode="numeric" autocomplete="off" maxlength="10" placeholder="MM / YY"' })}
${field({ name: 'cvc', label: 'Security code', error: errors.cvc, isFocused: first === 'cvc', isHalf: true, more: 'inputmode="numeric" autocomplete="off" maxlength="10" placeholder="CVC"' })}
</div>
<button class="first">Pay ${escapeHtml(totalOf(order))}</button>
</form>
${leaveButton(order)}
</section>
<section class="cards" aria-labelledby="cards">
<h2 id="cards">Test cards</h2>
<p>Press one to pay with it at once. Real cards are refused.</p>
${TEST_CARD_GROUPS.map(cardGroup).join('\n')}
</section>
</div>`;
  return checkoutPage(hasErrors ? `Error: ${title}` : title, content);
}

function otherMethods(path: string): string {
  return `<p class="methods"><a href="${path}/wallet">${WALLET_ICON}Test wallet</a><a href="${path}/bank">${BANK_ICON}Test bank</a></p>
<p class="or">or pay with a test card</p>
`;
}

interface ShownField {
  readonly name: CardField;
  readonly label: string;
  readonly value?: string;
  readonly error: string | undefined;
  readonly isFocused: boolean;
  readonly isHalf?: boolean;
  /** Further attributes. */
  readonly more: string;
}

function field({ name, label, value = '', error, isFocused, isHalf = false, more }: ShownField): string {
  const invalid =
    error === undefined ? '' : ` aria-invalid="true" aria-describedby="${name}-error"${isFocused ? ' autofocus' : ''}`;
  const text = error === undefined ? '' : `<p class="error" id="${name}-error">${escapeHtml(error)}</p>`;
  return `<div class="field${isHalf ? ' half' : ''}"><label for="${name}">${label}</label><input id="${name}" name="${name}" value="${escapeHtml(value)}" required ${more}${invalid}>${text}</div>`;
}

// The buttons belong to the form of the card, and come after its own: Enter in a field presses the first one.
function cardGroup({ title, cards }: TestCardGroup, index: number): string {
  const buttons = cards.map(
    ({ token, number, description }) =>
      `<button class="pick" form="card" name="testCard" value="${token}"><span class="digits">${spacedNumber(number)}</span><span class="does">${escapeHtml(description)}</span></button>`,
  );
  return `<details${index === 0 ? ' open' : ''}><summary>${title}<small>${cards.length}</small></summary>
${buttons.join('\n')}
</details>`;
}

const icon = (shape: string): string =>
  `<svg aria-hidden="true" width="18" height="18" viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round">${shape}</svg>`;

const WALLET_ICON = icon('<path d="M15 6V3.5L4 4.5A1.5 1.5 0 0 0 2.5 6v9A1.5 1.5 0 0 0 4 16.5h13V6zM13.5 11.2h.1"/>');
const BANK_ICON = icon('<path d="M2.5 7.5 10 3l7.5 4.5zM4 16.5h12M5.5 7.5v9m4.5-9v9m4.5-9v9"/>');
