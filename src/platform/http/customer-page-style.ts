/** The stylesheet of the pages for customers: light or dark as the browser prefers, and made for a phone too. */
export const CUSTOMER_PAGE_STYLE = `:root {
  color-scheme: light dark;
  --page: #f8f9fa; --surface: #fff; --text: #212529; --quiet: #5c636a; --line: #dee2e6; --field: #868e96;
  --accent: #3b5bdb; --accent-over: #364fc7; --link: #3b5bdb; --hover: #f1f3f5;
  --good: #237032; --good-back: #ebfbee; --wait: #1864ab; --wait-back: #e7f5ff; --warn: #a34400; --warn-back: #fff4e6;
  --bad: #c92a2a; --bad-back: #fff5f5; --bad-line: #ffc9c9; --test: #5f3dc4; --test-back: #f3f0ff;
  --shadow: 0 1px 2px rgb(0 0 0 / .06), 0 8px 24px rgb(0 0 0 / .06);
  font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #141517; --surface: #1a1b1e; --text: #e9ecef; --quiet: #a6a7ab; --line: #373a40; --field: #7a7e84;
    --accent: #4263eb; --accent-over: #3b5bdb; --link: #91a7ff; --hover: #25262b;
    --good: #69db7c; --good-back: #16281a; --wait: #74c0fc; --wait-back: #14283a; --warn: #ffc078; --warn-back: #33230f;
    --bad: #ff8787; --bad-back: #2c1a1b; --bad-line: #5c2b2e; --test: #b197fc; --test-back: #251f3a;
    --shadow: 0 1px 2px rgb(0 0 0 / .4), 0 8px 24px rgb(0 0 0 / .3);
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; display: flex; flex-direction: column;
  background: var(--page); color: var(--text); -webkit-text-size-adjust: 100%;
}
main { flex: 1; width: min(28rem, 100%); margin: 0 auto; padding: 24px 16px 16px; align-content: center; }
footer { padding: 16px 16px 24px; text-align: center; font-size: 14px; color: var(--quiet); }
h1 { margin: 0 0 16px; font-size: 20px; line-height: 1.3; font-weight: 650; }
h2 { margin: 0 0 8px; font-size: 16px; line-height: 1.4; font-weight: 600; }
p { margin: 0 0 16px; }
small { font-size: 14px; color: var(--quiet); }
a { color: var(--link); text-underline-offset: .18em; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.card { padding: 24px; border: 1px solid var(--line); border-radius: 6px; background: var(--surface); box-shadow: var(--shadow); }
.card > :last-child, .card > form:last-child > :last-child { margin-bottom: 0; }
.mark {
  display: inline-block; padding: 2px 8px; border-radius: 6px; font-size: 14px; font-weight: 500; line-height: 20px;
  color: var(--test); background: var(--test-back);
}
dl { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 8px 16px; margin: 0 0 24px; }
dt { color: var(--quiet); }
dd { margin: 0; text-align: right; font-weight: 500; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
dd.id { font: 13px/22px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.actions { display: grid; gap: 8px; margin: 0; }
button, .actions a {
  display: flex; align-items: center; justify-content: center; gap: 8px; width: 100%; min-height: 44px; padding: 8px 16px;
  border: 1px solid var(--field); border-radius: 6px; background: var(--surface); color: var(--text);
  font: inherit; font-weight: 500; text-align: center; text-decoration: none; cursor: pointer;
}
button:hover, .actions a:hover { background: var(--hover); }
.actions > :first-child, .first { border-color: var(--accent); background: var(--accent); color: #fff; font-weight: 600; }
.actions > :first-child:hover, .first:hover { border-color: var(--accent-over); background: var(--accent-over); }
button.plain { min-height: 32px; padding: 4px 8px; border-color: transparent; background: none; color: var(--link); }
button.plain:hover { text-decoration: underline; text-underline-offset: .18em; }
.says { display: flex; gap: 8px; margin: 0 0 16px; padding: 8px 12px; border-radius: 6px; font-weight: 500; }
.says svg, .badge svg { flex: none; }
.says svg { margin-top: 2px; }
.bad { color: var(--bad); background: var(--bad-back); }
.good { color: var(--good); background: var(--good-back); }
.wait { color: var(--wait); background: var(--wait-back); }
.warn { color: var(--warn); background: var(--warn-back); }
.badge { display: grid; place-items: center; width: 40px; height: 40px; margin: 0 0 16px; border-radius: 50%; }
@media (max-width: 30rem) { .card { padding: 16px; } }
@media (forced-colors: active) { .mark, .says, .badge { border: 1px solid; } }
@media print { footer, .actions, button { display: none; } }
`;
