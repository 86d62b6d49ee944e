/** The rules of checkout pages beside those of all pages for customers. */
export const CHECKOUT_STYLE = `main.wide, main:has(.checkout) { width: min(64rem, 100%); align-content: start; }
header.payee { display: flex; align-items: center; gap: 12px; margin: 0 0 16px; }
header.payee .name { flex: 1; min-width: 0; font-weight: 600; overflow-wrap: anywhere; }
.initial {
  flex: none; display: grid; place-items: center; width: 32px; height: 32px; border-radius: 6px;
  background: var(--accent); color: #fff; font-weight: 600;
}
.total { margin: 0 0 16px; font-size: 32px; line-height: 1.2; font-weight: 650; letter-spacing: -.01em; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.total span { display: block; font-size: 15px; line-height: 1.5; font-weight: 400; letter-spacing: 0; color: var(--quiet); }
.items { list-style: none; margin: 0; padding: 0; border-top: 1px solid var(--line); }
.items li { display: flex; justify-content: space-between; gap: 16px; padding: 8px 0; border-bottom: 1px solid var(--line); }
.items .what { min-width: 0; overflow-wrap: anywhere; }
.items small { display: block; }
.items .sum { flex: none; font-variant-numeric: tabular-nums; }
.items li:last-child { border-bottom: 0; font-weight: 600; }
.methods { display: grid; grid-template-columns: 1fr 1fr; gap: 8px; margin: 0; }
.methods a {
  display: flex; align-items: center; justify-content: center; gap: 8px; min-height: 44px; padding: 8px; border-radius: 6px;
  border: 1px solid var(--field); color: var(--text); background: var(--surface); font-weight: 500; text-decoration: none;
}
.methods a:hover { background: var(--hover); }
.or { display: flex; align-items: center; gap: 12px; margin: 16px 0; font-size: 14px; color: var(--quiet); }
.or::before, .or::after { content: ''; flex: 1; border-top: 1px solid var(--line); }
.fields { display: grid; grid-template-columns: 1fr 1fr; gap: 16px; margin: 0 0 24px; }
.field { grid-column: 1 / -1; min-width: 0; }
.field.half { grid-column: auto; }
label { display: block; margin: 0 0 4px; font-size: 14px; font-weight: 500; }
input {
  display: block; width: 100%; min-height: 44px; padding: 8px 12px; border: 1px solid var(--field); border-radius: 6px;
  background: var(--surface); color: var(--text); font: inherit; font-size: 16px; font-variant-numeric: tabular-nums;
}
input::placeholder { color: var(--quiet); opacity: 1; }
input:focus-visible { outline: 2px solid var(--link); outline-offset: -1px; border-color: var(--link); }
input[aria-invalid] { border-color: var(--bad); }
.error { margin: 4px 0 0; font-size: 14px; line-height: 20px; color: var(--bad); overflow-wrap: anywhere; }
.leave { margin: 8px 0 0; text-align: center; }
.leave button { display: inline-flex; width: auto; }
.cards { margin: 24px 0 0; }
.cards p { color: var(--quiet); margin: 0 0 12px; font-size: 14px; }
details { border: 1px solid var(--line); border-bottom: 0; background: var(--surface); }
details:first-of-type { border-radius: 6px 6px 0 0; }
details:last-of-type { border-bottom: 1px solid var(--line); border-radius: 0 0 6px 6px; }
summary { display: flex; align-items: center; gap: 8px; min-height: 40px; padding: 8px 12px; font-weight: 500; cursor: pointer; list-style: none; }
summary::-webkit-details-marker { display: none; }
summary::before { content: ''; flex: none; width: 6px; height: 6px; margin: 0 2px; border: solid var(--quiet); border-width: 0 1.5px 1.5px 0; transform: rotate(-45deg); }
details[open] > summary::before { transform: rotate(45deg); }
summary:hover { background: var(--hover); }
summary:focus-visible, .pick:focus-visible { outline-offset: -2px; }
summary small { margin-left: auto; }
button.pick {
  display: grid; grid-template-columns: 19ch minmax(0, 1fr); justify-content: start; gap: 0 12px; min-height: 40px; padding: 8px 12px;
  border: 0; border-top: 1px solid var(--line); border-radius: 0; font-weight: 400; text-align: left;
}
.pick .digits { font: 14px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; white-space: nowrap; }
.pick .does { font-size: 14px; color: var(--quiet); }
.choices { display: grid; gap: 8px; margin: 0 0 16px; }
.choices button { display: block; padding: 10px 16px; text-align: left; }
.choices small { display: block; font-weight: 400; }
.choices .first small { color: #fff; }
.back { text-align: center; }
@media (min-width: 52rem) {
  main:has(.checkout) { padding-top: 40px; }
  .checkout { display: grid; grid-template: auto 1fr / minmax(0, 1fr) minmax(0, 27rem); column-gap: 64px; align-items: start; }
  .checkout > .order { grid-area: 1 / 1; }
  .checkout > .pay { grid-area: 1 / 2 / span 2; position: sticky; top: 24px; }
  .checkout > .cards { grid-area: 2 / 1; margin-top: 32px; }
}
@media (max-width: 52rem) { .checkout > .pay { margin-top: 24px; } }
@media (max-width: 24rem) { button.pick { grid-template-columns: 1fr; } }
`;
