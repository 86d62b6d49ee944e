/**
 * The looks of the fields. They take the colours and the font of the page around them, so that they can be read on light
 * and on dark pages.
 */
export const CARD_STYLE = `
:host { display: block; }
:host([hidden]) { display: none; }
* { box-sizing: border-box; }
.card {
  --bad: color-mix(in srgb, #e03131 75%, currentColor);
  --line: color-mix(in srgb, currentColor 55%, transparent);
  position: relative; display: flex; flex-wrap: wrap; align-items: center; gap: 4px 10px; min-height: 44px;
  padding: 4px 12px; border: 1px solid var(--line); border-radius: 6px;
}
.card.framed { min-height: 24px; padding: 0; border: 0; }
.field { flex: 0 1 auto; min-width: 0; }
.field.number { flex: 1 1 196px; }
label { display: block; margin: 0 0 4px; font-size: 14px; font-weight: 500; }
input {
  width: 100%; min-height: 34px; padding: 0; border: 0; border-radius: 3px; background: none; color: inherit;
  font: inherit; font-variant-numeric: tabular-nums; appearance: none;
}
.expiry input { width: 5em; }
.cvc input { width: 2.8em; }
.postalCode input { width: 4.6em; }
input::placeholder { color: inherit; opacity: .75; }
input:disabled { opacity: .6; cursor: not-allowed; }
input:focus { outline: none; }
.card:not(.framed, .payment):focus-within, .payment input:focus {
  border-color: transparent; outline: 2px solid color-mix(in srgb, #4c6ef5 85%, currentColor); outline-offset: -1px;
}
.framed input:focus-visible { outline: 2px solid color-mix(in srgb, #4c6ef5 85%, currentColor); outline-offset: 2px; }
input[aria-invalid] { color: var(--bad); }
.card:not(.payment, .framed):has([aria-invalid]) { border-color: var(--bad); }
.problem { flex-basis: 100%; margin: 0; font-size: 14px; line-height: 1.4; color: var(--bad); }
.problem:empty { display: none; }
.card:not(.payment) .problem {
  position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
}
.card:not(.payment) .field:has([aria-invalid])::before { content: '!'; margin-right: 6px; font-weight: 700; color: var(--bad); }
.card:not(.payment) .field:has([aria-invalid]) { display: flex; align-items: center; }
.payment { display: grid; grid-template-columns: 1fr 1fr; gap: 12px; padding: 0; border: 0; }
.payment .number, .payment .postalCode { grid-column: 1 / -1; }
.payment input { width: 100%; min-height: 44px; padding: 8px 12px; border: 1px solid var(--line); border-radius: 6px; }
.payment input[aria-invalid] { border-color: var(--bad); }
.payment .problem { margin: 4px 0 0; }
@media (max-width: 360px) { .payment { grid-template-columns: 1fr; } }
`;
